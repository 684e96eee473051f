using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

public sealed class AlertIntakeTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(3);

    [Fact]
    public void Without_an_alias_of_its_sender_an_alert_has_its_alias_for_an_id_in_its_first_episode()
    {
        var fresh = Guid.Parse("0194339f-8a00-8abc-8def-0123456789ab");
        var signal = Firing with { Alias = fresh.ToString(), AliasIsId = true, StartsAt = null };

        var first = Alert.Decide(null, new AlertCommand.Receive(signal), Small, Start).State!;
        var closed = Alert.Decide(first, new AlertCommand.Close(null, "bob", "", "", ByPerson: true), Small, Start).State!;
        var second = Alert.Decide(closed, new AlertCommand.Receive(signal), Small, Start).State!;

        Assert.Equal(fresh, first.Id);
        Assert.Equal(2, second.Episode);
        Assert.NotEqual(fresh, second.Id);
    }

    [Fact]
    public void The_first_signal_opens_episode_one_and_asks_its_entity_for_an_incident()
    {
        var decision = Decide(null, Firing, Start);

        var state = new AlertState
        {
            Alias = "churn-accuracy",
            Episode = 1,
            Id = DerivedId.At(Start, "alert", "churn-accuracy", 1),
            Signal = Firing,
            Class = new Classification(
                "model_quality", "model:churn_model", "ml-platform", Priority.P2, "default", "model:churn_model",
                TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromMinutes(30), null, "check drift",
                ["Retrain", "Rollback"], 1),
            CreatedAt = Start,
            UpdatedAt = Start,
            Count = new AlertTally(1, Start, null, null),
            Openings = [Start],
            HoldUntil = Start.AddSeconds(30),
        };
        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Created alert",
                State = state,
                Messages = [new Message(new GrainId(GrainKind.Entity, "model:churn_model"), new EntityCommand.Started(FirstMember))],
                Timeline = [new TimelineEntry(state.History, "created", "Alert created by quality-monitor")],
            },
            decision);
    }

    [Fact]
    public void A_repeat_counts_and_changes_nothing_else()
    {
        var again = Firing with { Message = "other", Description = "other", Tags = ["new"], Priority = Priority.P1, Labels = Labels.From([new("a", "b")]) };

        Assert.Equal(Repeat(new AlertDelta(1, Later, null, null)), Decide(HeldAlert, again, Later));
    }

    [Fact]
    public void Changed_texts_stay_a_repeat_and_are_kept_once()
    {
        var texts = Labels.From([new("summary", "accuracy is 0.71")]);

        var first = Decide(HeldAlert, Firing with { Texts = texts }, Later);
        var second = Decide((AlertState)HeldAlert.Fold(first.Delta!), Firing with { Texts = texts }, Later);

        Assert.Equal(Repeat(new AlertDelta(1, Later, null, texts)), first);
        Assert.Equal(Repeat(new AlertDelta(1, Later, null, null)), second);
    }

    [Fact]
    public void The_end_of_a_repeat_is_kept_as_the_log_keeps_it()
    {
        var end = new DateTimeOffset(2026, 1, 5, 12, 9, 0, TimeSpan.FromHours(2)).AddTicks(7_654_321);

        var delta = (AlertDelta)Decide(HeldAlert, Firing with { EndsAt = end }, Later).Delta!;

        Assert.Equal(Start.AddMinutes(9).AddMilliseconds(765), delta.EndsAt);
        Assert.Equal(TimeSpan.Zero, delta.EndsAt!.Value.Offset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_source_resolves_it_by_an_end_or_in_so_many_words(bool inWords)
    {
        var over = inWords ? Firing with { Resolved = true } : Firing with { EndsAt = Later };

        var decision = Decide(HeldAlert, over, Later);

        var closed = HeldAlert with
        {
            Status = AlertStatus.Closed,
            ClosedAt = Later,
            ClosedHow = ClosedHow.ResolvedBySource,
            ClosedBy = "quality-monitor",
            UpdatedAt = Later,
            SourceResolvedSince = true,
            Count = HeldAlert.Count with { EndsAt = inWords ? HeldAlert.Count.EndsAt : Later },
        };
        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Resolved by source",
                State = closed,
                Messages = [ToIncident(Closed(FirstMember))],
                Timeline = [new TimelineEntry(closed.History, "closed", "Resolved by source", "quality-monitor")],
            },
            decision);
    }

    [Fact]
    public void A_resolve_replaces_the_end_that_was_announced_while_it_fired()
    {
        var firing = After(
            HeldAlert, new AlertCommand.Receive(Firing with { EndsAt = Later.AddMinutes(4) }), Start.AddMinutes(1));

        Assert.Equal(Later.AddMinutes(4), firing.Count.EndsAt);
        Assert.Equal(Later, Decide(firing, Firing with { EndsAt = Later }, Later).State!.Count.EndsAt);
    }

    [Fact]
    public void A_resolve_from_before_it_began_is_of_an_earlier_episode() =>
        Assert.Equal(
            Unchanged("A late resolve of an earlier episode"),
            Decide(HeldAlert, Firing with { EndsAt = Firing.StartsAt!.Value.AddSeconds(-1) }, Later));

    [Fact]
    public void What_is_over_before_it_was_known_opens_nothing() =>
        Assert.Equal(
            Unchanged("There is no open alert with this alias"), Decide(null, Firing with { EndsAt = Start }, Start));

    [Fact]
    public void After_a_close_the_same_alias_opens_the_next_episode_under_a_new_id()
    {
        var closed = After(HeldAlert, new AlertCommand.Receive(Firing with { EndsAt = Later }), Later);

        var next = Decide(closed with { Number = 7 }, Firing with { StartsAt = Later }, Later).State!;

        Assert.Equal(
            (2, DerivedId.At(Later, "alert", "churn-accuracy", 2), AlertStatus.Open),
            (next.Episode, next.Id, next.Status));
        Assert.Equal((0L, null, 1L), (next.Number, next.IncidentId, next.Count.Seen));
    }

    [Fact]
    public void A_persons_close_holds_while_the_source_re_sends_the_same_start()
    {
        var closed = After(HeldAlert, new AlertCommand.Close(null, "ann", "", "", ByPerson: true), Later);

        Assert.Equal(
            Unchanged("Closed by a person; the source still fires the same problem"), Decide(closed, Firing, Later));
    }

    [Fact]
    public void A_persons_close_holds_also_when_the_source_had_named_another_start_before_it()
    {
        var restarted = Firing with { StartsAt = Start.AddMinutes(1) };
        var open = After(HeldAlert, new AlertCommand.Receive(restarted), Start.AddMinutes(2));
        var closed = After(open, new AlertCommand.Close(null, "ann", "", "", ByPerson: true), Later);

        Assert.Equal(
            Unchanged("Closed by a person; the source still fires the same problem"), Decide(closed, restarted, Later));
    }

    [Fact]
    public void A_persons_close_ends_when_the_source_starts_anew()
    {
        var closed = After(HeldAlert, new AlertCommand.Close(null, "ann", "", "", ByPerson: true), Later);

        Assert.Equal(2, Decide(closed, Firing with { StartsAt = Later }, Later).State!.Episode);
    }

    [Fact]
    public void A_persons_close_ends_when_the_source_has_resolved()
    {
        var closed = After(HeldAlert, new AlertCommand.Close(null, "ann", "", "", ByPerson: true), Later);

        var resolved = Decide(closed, Firing with { EndsAt = Later }, Later);

        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "The source says it is over; the next firing is a new episode",
                State = closed with { SourceResolvedSince = true, UpdatedAt = Later },
            },
            resolved);
        Assert.Equal(2, Decide(resolved.State, Firing, Later).State!.Episode);
    }

    [Fact]
    public void A_source_without_starts_opens_anew_after_a_persons_close()
    {
        var signal = Firing with { StartsAt = null };
        var closed = After(Held(Opened(signal)), new AlertCommand.Close(null, "ann", "", "", ByPerson: true), Later);

        Assert.Equal(2, Decide(closed, signal, Later).State!.Episode);
    }

    [Fact]
    public void A_note_sent_with_the_opening_is_its_first_note()
    {
        var decision = Decide(null, Firing with { Note = "known since noon", User = "ann" }, Start);

        Assert.Equal(1, decision.State!.NoteCount);
        Assert.Equal(
            new ItemChange(
                "notes", "00000001", NoteText.Write("known since noon", "ann", Start), decision.State.History),
            Assert.Single(decision.Items));
    }

    [Fact]
    public void A_note_sent_with_a_repeat_is_kept()
    {
        var decision = Decide(HeldAlert, Firing with { Note = "the retry failed too", User = "ann" }, Later);

        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Repeat of an open alert, with a note",
                State = HeldAlert with
                {
                    Count = HeldAlert.Count with { Seen = 2, LastSeenAt = Later },
                    NoteCount = 1,
                    UpdatedAt = Later,
                },
                Items =
                [
                    new ItemChange(
                        "notes", "00000001", NoteText.Write("the retry failed too", "ann", Later), HeldAlert.History),
                ],
            },
            decision);
    }

    [Fact]
    public void A_repeat_with_the_note_of_the_opening_stays_a_repeat()
    {
        var noted = Firing with { Note = "sent by the nightly check" };

        Assert.Equal(Repeat(new AlertDelta(1, Later, null, null)), Decide(Held(Opened(noted)), noted, Later));
    }

    [Fact]
    public void What_was_cut_is_told_at_the_opening_and_no_repeat_is_more_for_it()
    {
        var cut = Firing with { Note = "mine", Cut = "Cut to the API's limits: message." };

        var opening = Assert.Single(Decide(null, cut, Start).Items);
        Assert.Equal("mine\nCut to the API's limits: message.", NoteText.Read(opening.Body!).Note);
        Assert.Equal(
            Repeat(new AlertDelta(1, Later, null, null)),
            Decide(HeldAlert, Firing with { Cut = "Cut to the API's limits: message." }, Later));
    }

    [Fact]
    public void An_alert_without_entity_groups_by_its_route()
    {
        var signal = Firing with { Entity = "", Labels = Labels.From([new("alertname", "DiskFull"), new("namespace", "ml")]) };

        Assert.Equal("group:default/ml-platform/alertname=DiskFull,namespace=ml,service=", Opened(signal).Class.GroupKey);
    }

    [Fact]
    public void Without_an_entity_another_teams_alert_and_another_heartbeat_are_groups_of_their_own()
    {
        var bare = Firing with { Entity = "", Labels = Labels.From([new("alertname", "DiskFull")]) };
        var heart = new HeartbeatState { Settings = new("nightly", "", 10, "minutes", Enabled: true, "", "", [], Priority.P2), Pings = new HeartbeatTally(Start.AddHours(-1)), CheckAt = Start };

        Assert.NotEqual(GroupOf(bare), GroupOf(bare with { KeyTeam = "data-science" }));
        Assert.NotEqual(GroupOf(Expired(heart)), GroupOf(Expired(heart with { Settings = heart.Settings with { Name = "hourly" } })));

        static string GroupOf(Signal signal) => Classifier.Classify(
            signal, Small with { Teams = [.. Small.Teams, Small.Teams[0] with { Name = "data-science" }] }, Start).GroupKey;
        static Signal Expired(HeartbeatState state) => ((AlertCommand.Receive)Heartbeat
            .Decide(state, new HeartbeatCommand.TimerFired("silence", Start), Start).Messages.Single().Command).Signal;
    }

    [Fact]
    public void A_hold_of_nothing_still_leaves_the_incident_time_to_answer()
    {
        var policy = Policies.Small with { Settings = Policies.Small.Settings with { Hold = TimeSpan.Zero } };

        Assert.Equal(Start.AddMilliseconds(10), Opened(Firing, policy).HoldUntil);
    }

    private static Decision<AlertState> Decide(AlertState? state, Signal signal, DateTimeOffset at) =>
        Alert.Decide(state, new AlertCommand.Receive(signal), Small, at);

    private static Decision<AlertState> Repeat(AlertDelta delta) =>
        new() { Outcome = Outcome.Repeat, Reason = "Repeat of an open alert", Delta = delta };

    private static Decision<AlertState> Unchanged(string reason) => new() { Outcome = Outcome.Repeat, Reason = reason };
}
