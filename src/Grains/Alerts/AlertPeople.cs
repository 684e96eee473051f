using System.Diagnostics;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Alerts;

/// <summary>What people (and their tools) do to an alert by name or id.</summary>
internal static class AlertPeople
{
    public static Decision<AlertState> Decide(
        AlertState state, AlertCommand command, PolicyVersion policy, DateTimeOffset at)
    {
        if (Target(command) is { } target && target != state.Id)
        {
            return Alert.Refuse(ClosedAlert.NotCurrent);
        }

        return (state.Status, command) switch
        {
            // An alias means the open alert; a past one is meant by its id.
            (AlertStatus.Closed, AlertCommand.AddNote { Target: null } or AlertCommand.Delete { Target: null }) =>
                Alert.Refuse("Alert is already closed"),
            (_, AlertCommand.AddNote c) => Note(state, c, at),
            (_, AlertCommand.Delete c) => Delete(state, c, at),
            (_, AlertCommand.MarkSeen) => state.Seen
                ? Alert.Unchanged("Alert is already seen")
                : Change(state, state with { Seen = true }, "seen", "Alert seen", "", at),
            (AlertStatus.Closed, AlertCommand.Close) => Alert.Unchanged("Alert is already closed"),
            (AlertStatus.Closed, _) => Alert.Refuse("Alert is already closed"),
            (_, AlertCommand.Close c) => Close(state, c, at),
            (_, AlertCommand.Handle c) => Handle(state, c.Action, at),
            (_, AlertCommand.AddTags c) => Edit(state, "tags added: " + string.Join(", ", c.Tags), c.User, at, e => e with
            {
                AddedTags = e.AddedTags.Union(c.Tags.Except(state.Signal.Tags)).ToValueList(),
                RemovedTags = e.RemovedTags.Except(c.Tags).ToValueList(),
            }).AndNote(state, c.User, c.Note, at),
            (_, AlertCommand.RemoveTags c) => Edit(state, "tags removed: " + string.Join(", ", c.Tags), c.User, at, e => e with
            {
                RemovedTags = e.RemovedTags.Union(c.Tags.Intersect(state.Signal.Tags)).ToValueList(),
                AddedTags = e.AddedTags.Except(c.Tags).ToValueList(),
            }).AndNote(state, c.User, c.Note, at),
            (_, AlertCommand.AddDetails c) => Edit(state, "details added: " + string.Join(", ", c.Details.Keys), c.User, at, e => e with
            {
                AddedDetails = e.AddedDetails.With(c.Details),
                RemovedDetails = e.RemovedDetails.Except(c.Details.Keys).ToValueList(),
            }).AndNote(state, c.User, c.Note, at),
            (_, AlertCommand.RemoveDetails c) => Edit(state, "details removed: " + string.Join(", ", c.Keys), c.User, at, e => e with
            {
                RemovedDetails = e.RemovedDetails.Union(c.Keys.Where(state.Signal.Labels.ContainsKey)).ToValueList(),
                AddedDetails = e.AddedDetails.Without(c.Keys),
            }).AndNote(state, c.User, c.Note, at),
            (_, AlertCommand.SetMessage { Message: "" } or AlertCommand.SetDescription { Description: "" }) =>
                Alert.Unchanged("No new text was given"),
            (_, AlertCommand.SetMessage c) =>
                Edit(state, "message set", c.User, at, e => e with { Message = c.Message }).Telling(state),
            (_, AlertCommand.SetDescription c) =>
                Edit(state, "description set", c.User, at, e => e with { Description = c.Description }).Telling(state),
            (_, AlertCommand.SetPriority c) => SetPriority(state, c, policy, at),
            (_, AlertCommand.AddResponder c) => AddResponder(state, c, at),
            (_, AlertCommand.RunAction c) => RunAction(state, c, at),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };
    }

    private static ItemChange NoteItem(AlertState state, string user, string note, DateTimeOffset at) => new(
        "notes", $"{state.NoteCount + 1:D8}", NoteText.Write(note, user, at), state.History);

    public static Guid? Target(AlertCommand command) => command switch
    {
        AlertCommand.Close c => c.Target,
        AlertCommand.Delete c => c.Target,
        AlertCommand.Handle c => c.Target,
        AlertCommand.AddNote c => c.Target,
        AlertCommand.AddTags c => c.Target,
        AlertCommand.RemoveTags c => c.Target,
        AlertCommand.AddDetails c => c.Target,
        AlertCommand.RemoveDetails c => c.Target,
        AlertCommand.SetMessage c => c.Target,
        AlertCommand.SetDescription c => c.Target,
        AlertCommand.SetPriority c => c.Target,
        AlertCommand.AddResponder c => c.Target,
        AlertCommand.RunAction c => c.Target,
        AlertCommand.MarkSeen c => c.Target,
        _ => null,
    };

    /// <summary>
    /// Without a user it is the source's own word, but not of a source that tells us by sending, or not sending, again.
    /// </summary>
    private static Decision<AlertState> Close(AlertState state, AlertCommand.Close c, DateTimeOffset at)
    {
        var byPerson = c.ByPerson || state.Signal is { ResendsWhileFiring: true } or { ResendsSeldom: true };
        return Alert.Close(
            state,
            byPerson ? ClosedHow.ClosedByPerson : ClosedHow.ResolvedBySource,
            c.User.Length > 0 ? c.User : c.Source,
            at,
            byPerson ? "Closed by " + Name(c.User) : "Resolved by source").AndNote(state, c.User, c.Note, at);
    }

    /// <summary>The incident answers the caller; before one holds the alert, the request waits for it.</summary>
    private static Decision<AlertState> Handle(AlertState state, IncidentCommand.ByPerson action, DateTimeOffset at) =>
        state.IncidentId is { } incident
            ? new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Passed to incident " + incident,
                State = state with { UpdatedAt = at },
                Messages = [new Message(new GrainId(GrainKind.Incident, incident), new IncidentCommand.Person(action))],
                AnswerFromMessage = true,
            }
            : state.Waiting.Count >= AlertState.MostWaiting
            ? Alert.Refuse($"{AlertState.MostWaiting} requests wait already for the incident that will hold the alert")
            : new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Waits for the incident that will hold the alert",
                State = state with { Waiting = state.Waiting.Add(action), UpdatedAt = at },
            };

    private static Decision<AlertState> Note(AlertState state, AlertCommand.AddNote c, DateTimeOffset at) => new()
    {
        Outcome = Outcome.Material,
        Reason = "Added note",
        State = state with { NoteCount = state.NoteCount + 1, UpdatedAt = at },
        Items = [NoteItem(state, c.User, c.Note, at)],
        Timeline = [new TimelineEntry(state.History, "note", c.Note, c.User)],
    };

    private static Decision<AlertState> Delete(AlertState state, AlertCommand.Delete c, DateTimeOffset at)
    {
        var open = state.Status == AlertStatus.Open;
        var closed = open
            ? Alert.Close(state, ClosedHow.ClosedByPerson, Name(c.User), at, "Deleted by " + Name(c.User))
            : Change(state, state, "deleted", "Deleted by " + Name(c.User), c.User, at);
        return closed with { State = closed.State! with { Status = AlertStatus.Deleted, SourceResolvedSince = true } };
    }

    private static Decision<AlertState> Edit(
        AlertState state, string what, string user, DateTimeOffset at, Func<AlertEdits, AlertEdits> edit)
    {
        var edits = edit(state.Edits);
        return edits.Excess() is { } excess
            ? Alert.Refuse(excess)
            : Change(state, state with { Edits = edits }, "edited", Capital(what), user, at);
    }

    /// <summary>The team's routing rules are asked again, as they may be of some priorities only.</summary>
    private static Decision<AlertState> SetPriority(
        AlertState state, AlertCommand.SetPriority c, PolicyVersion policy, DateTimeOffset at)
    {
        var next = AlertCorrelation.HoldBackAnew(state with
        {
            Edits = state.Edits with { Priority = c.Priority },
            Class = c.Priority == state.Priority
                ? state.Class
                : Classifier.Rerouted(state.Class, state.Signal, c.Priority, policy, at),
        });
        return Change(state, next, "edited", $"Priority set to {c.Priority}", c.User, at).Telling(state);
    }

    /// <summary>With what the incident shows of the alert, and pages by: who is paged next reads it.</summary>
    private static Decision<AlertState> Telling(this Decision<AlertState> decision, AlertState before)
    {
        var told = AlertMembership.MemberOf(before);
        return before.IncidentId is { } incident && decision.State is { } next && AlertMembership.MemberOf(next) != told
            ? decision with
            {
                Messages =
                [
                    AlertMembership.Tell(
                        incident, new IncidentCommand.MemberChanged(told, AlertMembership.MemberOf(next))),
                ],
            }
            : decision;
    }

    private static Decision<AlertState> AddResponder(AlertState state, AlertCommand.AddResponder c, DateTimeOffset at)
    {
        var decision = Edit(state, $"responder added: {c.Responder.Type} {c.Responder.Name}", c.User, at, e => e with
        {
            AddedResponders = e.AddedResponders.Union([c.Responder]).ToValueList(),
        }).AndNote(state, c.User, c.Note, at);
        return state.IncidentId is { } incident && decision.State is not null
            ? decision with
            {
                Messages =
                [
                    new Message(
                        new GrainId(GrainKind.Incident, incident),
                        new IncidentCommand.PageResponder(c.Responder, c.User)),
                ],
            }
            : decision;
    }

    private static Decision<AlertState> RunAction(AlertState state, AlertCommand.RunAction c, DateTimeOffset at) =>
        state.Class.Actions.Contains(c.Action, StringComparer.OrdinalIgnoreCase)
            ? Change(state, state, "action", $"Action {c.Action} executed by {Name(c.User)}", c.User, at).AndNote(
                state, c.User, c.Note, at)
            : Alert.Refuse($"Alert has no action '{c.Action}'; it has: {string.Join(", ", state.Class.Actions)}");

    private static Decision<AlertState> Change(
        AlertState before, AlertState after, string type, string text, string user, DateTimeOffset at) => new()
        {
            Outcome = Outcome.Material,
            Reason = text,
            State = after with { UpdatedAt = at },
            Timeline = [new TimelineEntry(before.History, type, text, user)],
        };

    public static Decision<AlertState> AndNote(
        this Decision<AlertState> decision, AlertState before, string user, string note, DateTimeOffset at) =>
        note.Length == 0 || decision.State is null
            ? decision
            : decision with
            {
                State = decision.State with { NoteCount = before.NoteCount + 1 },
                Items = [.. decision.Items, NoteItem(before, user, note, at)],
            };

    private static string Name(string user) => user.Length > 0 ? user : "an API call";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
