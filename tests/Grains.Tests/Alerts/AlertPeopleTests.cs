using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

public sealed class AlertPeopleTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(2);

    private static readonly AlertState ClosedState = After(
        HeldAlert, new AlertCommand.Close(null, "ann", "", "", ByPerson: true), Later);

    [Fact]
    public void A_persons_close_with_a_note_closes_and_keeps_both_names()
    {
        var decision = Decide(HeldAlert, new AlertCommand.Close(null, "ann", "", "fixed", ByPerson: true));

        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Closed by ann",
                State = ClosedState with { NoteCount = 1 },
                Messages = [ToIncident(Closed(FirstMember, ClosedHow.ClosedByPerson))],
                Timeline = [new TimelineEntry(HeldAlert.History, "closed", "Closed by ann", "ann")],
                Items = [new ItemChange("notes", "00000001", NoteText.Write("fixed", "ann", Later), HeldAlert.History)],
            },
            decision);
    }

    [Fact]
    public void A_close_by_a_tool_without_a_person_is_the_sources_word()
    {
        var closed = Decide(HeldAlert, new AlertCommand.Close(null, "", "alertmanager", "", ByPerson: false)).State!;

        Assert.Equal(
            (ClosedHow.ResolvedBySource, "alertmanager", true),
            (closed.ClosedHow, closed.ClosedBy, closed.SourceResolvedSince));
    }

    [Fact]
    public void A_close_without_a_person_of_what_its_source_sends_again_holds_against_that()
    {
        var resent = HeldAlert with { Signal = HeldAlert.Signal with { ResendsWhileFiring = true } };

        var closed = Decide(resent, new AlertCommand.Close(null, "", "curl", "", ByPerson: false)).State!;

        Assert.Equal(
            (ClosedHow.ClosedByPerson, "curl", false), (closed.ClosedHow, closed.ClosedBy, closed.SourceResolvedSince));
    }

    [Fact]
    public void Opsgenie_clients_read_these_texts()
    {
        var close = new AlertCommand.Close(null, "ann", "", "", ByPerson: true);
        var deleted = Decide(HeldAlert, new AlertCommand.Delete(null, "ann", "")).State;

        Assert.Equal(Refused("There is no open alert with this alias"), Decide(null, close));
        Assert.Equal(Refused("There is no open alert with this alias"), Decide(deleted, close));
        Assert.Equal(Refused("Alert does not exist"), Decide(deleted, close with { Target = deleted!.Id }));
        Assert.Equal(
            new Decision<AlertState> { Outcome = Outcome.Repeat, Reason = "Alert is already closed" },
            Decide(ClosedState, close));
        Assert.Equal(
            Refused("Alert is already closed"),
            Decide(ClosedState, new AlertCommand.Handle(null, new IncidentCommand.Acknowledge("ann", ""))));
        Assert.Equal(
            Refused("Alert is already closed: a newer alert has its alias"),
            Decide(HeldAlert, close with { Target = Guid.Empty }));
    }

    [Fact]
    public void Acknowledging_is_the_incidents_work_and_its_answer()
    {
        var acknowledge = new IncidentCommand.Acknowledge("ann", "");

        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Passed to incident incident-1",
                State = HeldAlert with { UpdatedAt = Later },
                Messages = [ToIncident(Person(acknowledge))],
                AnswerFromMessage = true,
            },
            Decide(HeldAlert, new AlertCommand.Handle(HeldAlert.Id, acknowledge)));
    }

    [Fact]
    public void Before_an_incident_holds_it_the_request_waits()
    {
        var acknowledge = new IncidentCommand.Acknowledge("ann", "");

        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Waits for the incident that will hold the alert",
                State = NewAlert with { UpdatedAt = Later, Waiting = [acknowledge] },
            },
            Decide(NewAlert, new AlertCommand.Handle(null, acknowledge)));
    }

    [Fact]
    public void A_changed_priority_is_told_to_the_incident_with_what_it_was()
    {
        var decision = Decide(HeldAlert, new AlertCommand.SetPriority(null, Priority.P1, "ann"));

        var next = HeldAlert with { Edits = new AlertEdits { Priority = Priority.P1 }, UpdatedAt = Later };
        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Priority set to P1",
                State = next,
                Messages = [ToIncident(new IncidentCommand.MemberChanged(FirstMember, FirstMember with { Priority = Priority.P1 }))],
                Timeline = [new TimelineEntry(next.History, "edited", "Priority set to P1", "ann")],
            },
            decision);
    }

    [Fact]
    public void The_same_priority_again_tells_the_incident_nothing() =>
        Assert.Empty(Decide(HeldAlert, new AlertCommand.SetPriority(null, Priority.P2, "ann")).Messages);

    /// <summary>Alertmanager's update_alerts: who is paged next reads what it says now.</summary>
    [Fact]
    public void New_texts_are_told_to_the_incident_once()
    {
        var worse = FirstMember with { Title = "40 nodes down" };
        var renamed = Decide(HeldAlert, new AlertCommand.SetMessage(null, "40 nodes down", "am"));
        Assert.Equal([ToIncident(new IncidentCommand.MemberChanged(FirstMember, worse))], renamed.Messages);
        Assert.Empty(Decide(renamed.State!, new AlertCommand.SetMessage(null, "40 nodes down", "am")).Messages);

        var described = Decide(renamed.State!, new AlertCommand.SetDescription(null, "all of zone a", "am"));
        Assert.Equal(
            [ToIncident(new IncidentCommand.MemberChanged(worse, worse with { Description = "all of zone a" }))], described.Messages);
    }

    [Fact]
    public void What_people_write_and_what_the_source_says_never_overwrite_each_other()
    {
        var edited = HeldAlert;
        AlertCommand[] edits =
        [
            new AlertCommand.SetMessage(null, "ours", "ann"),
            new AlertCommand.SetDescription(null, "our words", "ann"),
            new AlertCommand.AddTags(null, ["night", "gpu"], "ann", ""),
            new AlertCommand.RemoveTags(null, ["gpu"], "ann", ""),
            new AlertCommand.AddDetails(null, Labels.From([new("ticket", "1"), new("run", "2")]), "ann", ""),
            new AlertCommand.RemoveDetails(null, ["run"], "ann", ""),
            new AlertCommand.AddResponder(null, new Responder("user", "bob"), "ann", ""),
        ];
        foreach (var edit in edits)
        {
            edited = After(edited, edit, Later);
        }

        var repeated = After(
            edited,
            new AlertCommand.Receive(
                Firing with { Message = "theirs", Tags = ["gpu"], Texts = Labels.From([new("a", "b")]) }),
            Later);

        Assert.Equal(Firing, repeated.Signal);
        Assert.Equal(edited.Edits, repeated.Edits);
        Assert.Equal(("ours", "our words"), (repeated.Message, repeated.Description));
        Assert.Equal(["night"], repeated.Tags);
        Assert.Equal(Labels.From([new("ticket", "1")]), repeated.Details);
    }

    [Fact]
    public void An_empty_text_changes_nothing_and_is_no_error()
    {
        var nothing = new Decision<AlertState> { Outcome = Outcome.Repeat, Reason = "No new text was given" };

        Assert.Equal(nothing, Decide(HeldAlert, new AlertCommand.SetMessage(null, "", "ann")));
        Assert.Equal(nothing, Decide(HeldAlert, new AlertCommand.SetDescription(null, "", "ann")));
        Assert.Equal(
            Refused("Alert is already closed"), Decide(ClosedState, new AlertCommand.SetMessage(null, "", "ann")));
    }

    [Fact]
    public void What_people_add_is_bounded_and_the_refusal_names_the_bound()
    {
        var many = Enumerable.Range(0, 201).ToList();
        var responders = new AlertEdits { AddedResponders = many.Take(200).Select(n => new Responder("user", "user-" + n)).ToValueList() };
        var full = HeldAlert with { Edits = responders };

        Assert.Equal(
            Refused("An alert takes at most 200 more tags"),
            Decide(
                HeldAlert, new AlertCommand.AddTags(null, many.Select(n => "tag-" + n).ToValueList(), "ann", "note")));
        Assert.Equal(
            Refused("An alert takes at most 32000 characters of more details"),
            Decide(
                HeldAlert,
                new AlertCommand.AddDetails(null, Labels.From([new("text", new string('x', 31_997))]), "ann", "")));
        Assert.Equal(
            Refused("An alert takes at most 200 more responders"),
            Decide(full, new AlertCommand.AddResponder(null, new Responder("user", "one more"), "ann", "")));
        Assert.Equal(
            Outcome.Material,
            Decide(full, new AlertCommand.AddResponder(null, new Responder("user", "user-0"), "ann", "")).Outcome);
    }

    [Fact]
    public void Of_what_people_remove_only_what_the_source_said_is_remembered()
    {
        var sent = Held(Opened(Firing with { Tags = ["gpu"], Labels = Labels.From([new("run", "2")]) }));

        var untagged = After(sent, new AlertCommand.RemoveTags(null, ["gpu", "never there"], "ann", ""), Later);
        var bare = After(untagged, new AlertCommand.RemoveDetails(null, ["run", "never there"], "ann", ""), Later);
        var again = After(bare, new AlertCommand.AddTags(null, ["gpu"], "ann", ""), Later);

        Assert.Equal((["gpu"], ["run"]), (bare.Edits.RemovedTags, bare.Edits.RemovedDetails));
        Assert.Empty(bare.Tags);
        Assert.Empty(bare.Details);
        Assert.Equal(["gpu"], again.Tags);
        Assert.Empty(again.Edits.AddedTags);
    }

    [Fact]
    public void What_waits_for_an_incident_is_bounded()
    {
        var handle = new AlertCommand.Handle(null, new IncidentCommand.AddNote("ann", "hurry"));
        var waiting = Enumerable.Range(0, 100).Aggregate(NewAlert, (state, _) => After(state, handle, Later));

        Assert.Equal(100, waiting.Waiting.Count);
        Assert.Equal(
            Refused("100 requests wait already for the incident that will hold the alert"), Decide(waiting, handle));
    }

    [Fact]
    public void A_responder_added_later_is_paged_by_the_incident()
    {
        var responder = new Responder("team", "serving");

        var decision = Decide(HeldAlert, new AlertCommand.AddResponder(null, responder, "ann", "please look"));

        Assert.Equal([ToIncident(new IncidentCommand.PageResponder(responder, "ann"))], decision.Messages);
        Assert.Equal([responder], decision.State!.Edits.AddedResponders);
        Assert.Equal(1, decision.State.NoteCount);
    }

    [Fact]
    public void A_responder_added_before_an_incident_holds_it_is_part_of_what_its_own_incident_hears()
    {
        var responder = new Responder("user", "bob");

        var added = After(NewAlert, new AlertCommand.AddResponder(null, responder, "ann", ""), Later);

        Assert.Equal(Firing, added.Signal);
        Assert.Equal([responder], MemberOf(added).Responders);
    }

    [Fact]
    public void An_action_runs_only_when_the_alert_has_it()
    {
        Assert.Equal(
            "Action retrain executed by ann",
            Decide(HeldAlert, new AlertCommand.RunAction(null, "retrain", "ann", "")).Reason);
        Assert.Equal(
            Refused("Alert has no action 'Explode'; it has: Retrain, Rollback"),
            Decide(HeldAlert, new AlertCommand.RunAction(null, "Explode", "ann", "")));
    }

    [Fact]
    public void Notes_are_taken_open_and_closed_and_stay_with_the_episode()
    {
        foreach (var state in new[] { HeldAlert, ClosedState })
        {
            Assert.Equal(
                new Decision<AlertState>
                {
                    Outcome = Outcome.Material,
                    Reason = "Added note",
                    State = state with { NoteCount = 1, UpdatedAt = Later },
                    Items = [new ItemChange("notes", "00000001", NoteText.Write("seen", "ann", Later), state.History)],
                    Timeline = [new TimelineEntry(state.History, "note", "seen", "ann")],
                },
                Decide(state, new AlertCommand.AddNote(state.Id, "ann", "", "seen")));
        }
    }

    [Fact]
    public void By_its_alias_a_closed_alert_takes_no_note_and_is_not_deleted()
    {
        Assert.Equal(
            Refused("Alert is already closed"), Decide(ClosedState, new AlertCommand.AddNote(null, "ann", "", "seen")));
        Assert.Equal(Refused("Alert is already closed"), Decide(ClosedState, new AlertCommand.Delete(null, "ann", "")));
        Assert.Equal(
            AlertStatus.Deleted, Decide(ClosedState, new AlertCommand.Delete(ClosedState.Id, "ann", "")).State!.Status);
    }

    [Fact]
    public void Deleting_an_open_alert_closes_it_for_its_incident()
    {
        var decision = Decide(HeldAlert, new AlertCommand.Delete(null, "ann", ""));

        Assert.Equal(
            ClosedState with { Status = AlertStatus.Deleted, SourceResolvedSince = true },
            decision.State);
        Assert.Equal([ToIncident(Closed(FirstMember, ClosedHow.ClosedByPerson))], decision.Messages);
        Assert.Empty(decision.State!.Timers);
    }

    [Fact]
    public void After_a_delete_the_next_firing_is_a_new_episode_even_with_the_same_start()
    {
        var deleted = After(HeldAlert, new AlertCommand.Delete(null, "ann", ""), Later);

        Assert.Equal(2, After(deleted, new AlertCommand.Receive(Firing), Later).Episode);
    }

    [Fact]
    public void Seen_once_is_seen()
    {
        var seen = Decide(HeldAlert, new AlertCommand.MarkSeen(null)).State!;

        Assert.True(seen.Seen);
        Assert.Equal(
            new Decision<AlertState> { Outcome = Outcome.Repeat, Reason = "Alert is already seen" },
            Decide(seen, new AlertCommand.MarkSeen(null)));
    }

    private static Decision<AlertState> Decide(AlertState? state, AlertCommand command) =>
        Alert.Decide(state, command, Small, Later);

    private static Decision<AlertState> Refused(string reason) => new() { Outcome = Outcome.Refused, Reason = reason };
}
