using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>
/// The alert and the incident that holds it. The alert is the authority: an incident counts what its alerts tell it,
/// each change with what was told before, so that its counts are sums that come out right in any order of arrival.
/// </summary>
internal static class AlertMembership
{
    public static Member MemberOf(AlertState state) => new()
    {
        AlertId = state.Id,
        Alias = state.Alias,
        Title = state.Message,
        Entity = state.Class.Entity,
        Kind = state.Class.Kind,
        Priority = state.Priority,
        Team = state.Class.Team,
        Escalation = state.Class.Escalation,
        IsRouted = state.Class.IsRouted,
        StartsAt = state.StartsAt,
        Open = state.Status == AlertStatus.Open,
        SuppressedBy = state.SuppressedBy,
        OpenedAt = state.CreatedAt,
        SuppressedSince = state.SuppressedSince,
        Responders = state.Signal.Responders.Union(state.Edits.AddedResponders).ToValueList(),
        Runbook = state.Class.Runbook,
        Description = state.Description,
        GroupWait = state.Class.GroupWait,
        Repeat = state.Class.Repeat,
        Flapping = state.Flapping,
        Reason = ReasonOf(state),
        Link = AlertCorrelation.LinkOf(state),
        Stay = state.Stay,
    };

    /// <summary>To where its incident is decided.</summary>
    public static Message Place(AlertState state) => new(
        new GrainId(GrainKind.Entity, state.Class.GroupKey), new EntityCommand.Started(
            MemberOf(state), state.Causes?.Prefers ?? "")
        {
            GoesOn = state.Causes is { GoesOn: true },
        });

    public static Message Tell(string incident, IncidentCommand command) =>
        new(new GrainId(GrainKind.Incident, incident), command);

    public static Decision<AlertState> Confirm(AlertState? state, AlertCommand.Confirmed confirmed, DateTimeOffset at)
    {
        var (told, incident) = (confirmed.Member, confirmed.IncidentId);
        if (told.Bare)
        {
            return Alert.Unchanged("The incident stands for a signal that could not be decided");
        }

        if (state is null || state.Id != told.AlertId)
        {
            // The episode closed and another began before the incident answered: let it go there.
            return new Decision<AlertState>
            {
                Outcome = Outcome.Refused,
                Reason = "Another episode of the alias is current",
                Messages = [Tell(incident, new IncidentCommand.MemberClosed(told with { Open = false }, ClosedHow.ResolvedBySource, false))],
            };
        }

        if (told.Stay < state.Stay)
        {
            return Say(state, "Has gone on since", Tell(incident, new IncidentCommand.MemberLeft(told)));
        }

        if (state.IncidentId == incident)
        {
            // It came here by a merge as well and is counted twice: once is let go, and the row it shares is written
            // anew.
            return Say(
                state,
                "Held by this incident already, through a merge",
                Tell(incident, new IncidentCommand.MemberLeft(told)),
                Tell(incident, new IncidentCommand.MemberMoved(MemberOf(state), state.IncidentResolves)));
        }

        if (state.IncidentId is not null)
        {
            return Say(
                state,
                $"Already held by incident {state.IncidentId}",
                Tell(incident, new IncidentCommand.MemberLeft(told)));
        }

        var held = state with { IncidentId = incident, IncidentResolves = confirmed.Resolves, HoldUntil = null, Waiting = [] };
        held = AlertFollowing.Confirmed(held, told, at);
        var missed = Missed(held with { Waiting = state.Waiting }, told).Select(command => Tell(incident, command));
        (var next, var onwards) = AlertFollowing.Align(held, at);
        return state.Status == AlertStatus.Open
            ? Say(next, $"Held by incident {incident}", [.. missed, .. onwards])
            : Say(held, "Closed before the incident held it", Tell(incident, new IncidentCommand.MemberClosed(
                told with { Open = false }, state.ClosedHow ?? ClosedHow.ResolvedBySource, state.Flapping)));
    }

    /// <summary>
    /// No incident has confirmed it in time: it opens its own, which pages. Repeated until one confirms.
    /// </summary>
    public static Decision<AlertState> OpenOwnIncident(AlertState state, DateTimeOffset at) =>
        state.Status != AlertStatus.Open || state.IncidentId is not null
            ? Alert.Unchanged("An incident holds it")
            : Say(
                AlertCorrelation.WaitNoLonger(AlertInhibition.WaitNoLonger(state)) with { HoldUntil = at + state.Class.Hold },
                "No incident confirmed it in time: it opens its own",
                Tell(
                    DerivedId.Of("own incident", state.Alias, state.Episode).ToString(),
                    new IncidentCommand.Open("", MemberOf(state))));

    public static Decision<AlertState> Move(AlertState state, AlertCommand.Moved moved, DateTimeOffset at)
    {
        if (state.Id != moved.Episode || state.IncidentId != moved.From)
        {
            return Alert.Unchanged("Held elsewhere, or another episode of the alias is current");
        }

        var next = state with
        {
            IncidentId = moved.IncidentId,
            IncidentResolves = moved.Resolves,
            MovedFrom = moved.From,
        };
        next = AlertFollowing.Moved(next, moved, at);
        (var after, var onwards) = AlertFollowing.Align(next, at);
        return Say(
            after,
            $"Moved to incident {moved.IncidentId}",
            next.Status == AlertStatus.Open
                ? [Tell(moved.IncidentId, new IncidentCommand.MemberMoved(MemberOf(next), moved.Resolves)), .. onwards]
                : []);
    }

    public static Decision<AlertState> CloseWithIncident(
        AlertState state, AlertCommand.IncidentResolved resolved, DateTimeOffset at)
    {
        if (state.Id != resolved.Episode || state.Status != AlertStatus.Open)
        {
            return Alert.Unchanged("Alert is already closed");
        }

        if (state.IncidentId != resolved.IncidentId || state.IncidentResolves >= resolved.Resolves)
        {
            return Alert.Unchanged("Not in the incident when it was resolved");
        }

        const string Text = "Closed with its incident";
        var member = state with { ClosedWithIncident = true };
        return resolved.ByEscalation
            ? Alert.Close(member, ClosedHow.ClosedByEscalation, "", at, Text + ", as nobody answered its escalation")
            : Alert.Close(member, ClosedHow.ClosedByPerson, resolved.User, at, Text);
    }

    /// <summary>
    /// It was closed with its incident, which a person opened again: what still fires holds no longer.
    /// </summary>
    public static Decision<AlertState> OpenWithIncident(
        AlertState state, AlertCommand.IncidentReopened reopened, DateTimeOffset at) =>
        state is { Status: AlertStatus.Closed, ClosedWithIncident: true, SourceResolvedSince: false } &&
        state.Id == reopened.Episode && state.IncidentId == reopened.IncidentId
            ? new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Its incident was opened again: so is the alert when its source still fires",
                State = state with { SourceResolvedSince = true, UpdatedAt = at },
            }
            : Alert.Unchanged("It was not closed with its incident");

    /// <summary>It counts as gone in the incident that holds it, and waits for another to take it.</summary>
    public static (AlertState State, Message Told) Leave(AlertState state, DateTimeOffset at) => (
        state with
        {
            IncidentId = null,
            IncidentResolves = 0,
            MovedFrom = null,
            Stay = state.Stay + 1,
            HoldUntil = at + state.Class.Hold,
            SuppressedBy = state.Causes is { Late: true }
                ? state.SuppressedBy.Where(by => by != Suppressor.Late).ToValueList()
                : state.SuppressedBy,
            Causes = state.Causes is { Late: true } late ? late with { Late = false } : state.Causes,
        },
        Tell(state.IncidentId!, new IncidentCommand.MemberLeft(MemberOf(state))));

    /// <summary>What happened to the alert since it was told to whoever confirms it now.</summary>
    private static IEnumerable<IncidentCommand> Missed(AlertState state, Member told)
    {
        var now = MemberOf(state);
        if (now.Priority != told.Priority || now.Title != told.Title || now.Description != told.Description ||
            !now.SuppressedBy.Equals(told.SuppressedBy))
        {
            yield return new IncidentCommand.MemberChanged(told, now);
        }

        if (now.Link != told.Link)
        {
            yield return new IncidentCommand.MemberLinked(told.Link?.ParentKey ?? "", now);
        }

        foreach (var responder in now.Responders.Except(told.Responders))
        {
            yield return new IncidentCommand.PageResponder(responder, "");
        }

        foreach (var action in state.Waiting)
        {
            yield return new IncidentCommand.Person(action);
        }
    }

    private static string ReasonOf(AlertState state) =>
        AlertCorrelation.ReasonOf(state) is { } explained ? explained
        : state.MovedFrom is { } from ? $"merged from {from}"
        : state.Class.Entity.Length > 0 ? $"same entity {state.Class.Entity}"
        : $"same group {state.Class.GroupKey}";

    private static Decision<AlertState> Say(AlertState state, string reason, params Message[] messages) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = state,
        Messages = messages.ToValueList(),
    };
}
