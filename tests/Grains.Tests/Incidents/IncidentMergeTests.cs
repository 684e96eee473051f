using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// Incident-1 was opened first. Crossing and chained merges in any order are the interleaving tests' matter.
/// </summary>
public sealed class IncidentMergeTests
{
    private const string Younger = "younger";

    private static readonly DateTimeOffset Later = Start.AddMinutes(2);

    /// <summary>Of an incident that paged by the ladder of the small policy.</summary>
    private static readonly Standing Paging = new(true, null, "", null)
    {
        Urgency = Priority.P2,
        Paged = [Policies.Primary],
        Team = PagedIncident.Team,
        Escalation = PagedIncident.Ladder.Policy,
        ChosenBy = PagedIncident.Ladder.ChosenBy,
        Ladder = PagedIncident.Ladder,
    };

    private static readonly Member Latency = Another("latency", Priority.P1);

    private static readonly IncidentState Loser = PagedIncident with
    {
        Id = Younger,
        OpenedAt = Start.AddSeconds(1),
        GroupKey = "endpoint:churn",
        MergingInto = IncidentId,
        RespondersPaged = ["user:bob"],
    };

    private static readonly Estate OneMember = new(1, 1, 1, [0, 1, 0, 0, 0], [], ["user:bob"], [], false)
    {
        PageableByPriority = [0, 1, 0, 0, 0],
        Ladder = new LadderChoice(PagedIncident.Team, PagedIncident.Ladder.Policy, IsNamed: false) { Alert = FirstMember.AlertId },
    };

    [Fact]
    public void Asked_to_merge_the_younger_asks_the_older_and_pages_on()
    {
        var decision = Decide(
            Loser with { MergingInto = null }, Person(new IncidentCommand.Merge(IncidentId, "ann", "same cause")));

        Assert.Equal(
            [ToIncident(new IncidentCommand.TakeOver(Younger, Start.AddSeconds(1), Priority.P2, Paging))],
            decision.Messages);
        Assert.Equal(
            (IncidentId, Loser.Ladder, 1),
            (decision.State!.MergingInto, decision.State.Ladder, decision.State.NoteCount));
    }

    [Fact]
    public void The_older_accepts_waits_for_the_estate_and_takes_the_higher_priority()
    {
        var decision = Decide(PagedIncident, TakeOver(Paging, Priority.P1));

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Took over younger",
                State = PagedIncident with
                {
                    Adopting = [new Adoption(Younger, MayPage: true)],
                    Priority = Priority.P1,
                    PagedElsewhere = [Policies.Primary],
                    UpdatedAt = Later,
                },
                Messages = [ToIncident(new IncidentCommand.Accepted(IncidentId, 0, MayPage: true), Younger)],
                Timeline = [Expected.Line("merged", "Incident younger was merged into this one")],
            },
            decision);
    }

    [Fact]
    public void The_younger_that_is_asked_asks_back_once()
    {
        var ask = new IncidentCommand.TakeOver(IncidentId, Start, Priority.P2, Paging);

        Assert.Equal(
            [ToIncident(new IncidentCommand.TakeOver(Younger, Start.AddSeconds(1), Priority.P2, Paging))],
            Decide(Loser with { MergingInto = null }, ask).Messages);
        Assert.Equal(Expected.Unchanged("Has asked the other already, which was opened first"), Decide(Loser, ask));
    }

    [Fact]
    public void Opened_at_once_both_sides_find_the_same_by_name()
    {
        var ask = TakeOver(Paging) with { LoserOpenedAt = Start };

        Assert.Equal("Took over younger", Decide(PagedIncident, ask).Reason);
        Assert.Equal(
            "The other was opened first: it survives",
            Decide(PagedIncident with { Id = "z", OpenedAt = Start }, ask).Reason);
    }

    [Fact]
    public void Accepted_it_leaves_its_counts_and_stops()
    {
        var decision = Decide(Loser, new IncidentCommand.Accepted(IncidentId, 4, MayPage: true));

        Assert.Equal(
            Loser with
            {
                Status = IncidentStatus.Merged,
                MergedInto = IncidentId,
                MergedResolves = 4,
                MergingInto = null,
                OpenMembers = 0,
                PageableMembers = 0,
                OpenByPriority = [0, 0, 0, 0, 0],
                PageableByPriority = [0, 0, 0, 0, 0],
                Ladder = Expected.Ladder(1, null),
                TellMembersAt = Later,
                TellMembersAfter = "",
                UpdatedAt = Later,
            },
            decision.State);
        Assert.Equal(
            [
                ToIncident(new IncidentCommand.Adopt(Younger, 4, OneMember)),
                new Message(
                    new GrainId(GrainKind.Entity, "endpoint:churn"),
                    new EntityCommand.IncidentMerged(Younger, IncidentId)),
            ],
            decision.Messages);
    }

    [Fact]
    public void What_became_worth_a_page_since_it_asked_asks_again_and_pages_on()
    {
        var decision = Decide(Loser, new IncidentCommand.Accepted(IncidentId, 0, MayPage: false));

        Assert.Equal((IncidentStatus.Open, Loser.Ladder), (decision.State!.Status, decision.State.Ladder));
        Assert.Equal(
            [ToIncident(new IncidentCommand.TakeOver(Younger, Start.AddSeconds(1), Priority.P2, Paging))],
            decision.Messages);
        var survivor = PagedIncident with { Adopting = [new Adoption(Younger, MayPage: false)] };
        Assert.Equal([new Adoption(Younger, MayPage: true)], Decide(survivor, TakeOver(Paging)).State!.Adopting);
    }

    [Fact]
    public void The_estate_adds_to_the_counts_and_ends_the_waiting()
    {
        var waiting = Decide(PagedIncident, TakeOver(Paging)).State!;

        var adopted = Decide(waiting, new IncidentCommand.Adopt(Younger, 0, OneMember)).State!;

        Assert.Equal(
            waiting with
            {
                Adopting = [],
                MemberCount = 2,
                OpenMembers = 2,
                PageableMembers = 2,
                OpenByPriority = [0, 2, 0, 0, 0],
                PageableByPriority = [0, 2, 0, 0, 0],
                RespondersPaged = ["user:bob"],
            },
            adopted);
    }

    [Fact]
    public void Until_the_estate_has_come_the_survivor_does_not_resolve_by_itself()
    {
        var waiting = Decide(PagedIncident, TakeOver(Paging)).State!;

        var empty = Decide(waiting, Closed(FirstMember)).State!;

        Assert.Equal((IncidentStatus.Open, 0, PagedIncident.Ladder), (empty.Status, empty.OpenMembers, empty.Ladder));
        Assert.Equal(
            IncidentStatus.Resolved, Decide(empty, new IncidentCommand.Adopt(Younger, 0, Estate.Empty)).State!.Status);
        Assert.Equal(
            IncidentStatus.Open, Decide(empty, new IncidentCommand.Adopt(Younger, 0, OneMember)).State!.Status);
    }

    [Fact]
    public void A_resolved_survivor_opens_again_and_pages_before_the_loser_stops()
    {
        var state = Decide(ResolvedIncident, TakeOver(new Standing(true, null, "", null))).State!;

        Assert.Equal((IncidentStatus.Open, Expected.Ladder(0, Later) with { ChosenBy = null }), (state.Status, state.Ladder));
    }

    [Fact]
    public void A_survivor_that_has_paged_nobody_goes_on_with_the_ladder_of_a_loser_that_has()
    {
        var silenced = OpenedBy(FirstMember with { SuppressedBy = ["s"] });

        Assert.Equal(PagedIncident.Ladder, Decide(ResolvedIncident, TakeOver(Paging)).State!.Ladder);
        Assert.Equal(PagedIncident.Ladder, Decide(silenced, TakeOver(Paging)).State!.Ladder);
    }

    [Fact]
    public void A_survivor_that_has_paged_and_is_held_back_goes_on_with_the_ladder_of_a_loser_that_has_paged()
    {
        var silenced = Decide(PagedIncident, new IncidentCommand.MemberChanged(FirstMember, FirstMember with { SuppressedBy = ["s"] })).State!;
        Assert.Equal((1, null), (silenced.Ladder.Next, silenced.Ladder.NextAt));
        var climbed = Expected.Ladder(2, Start.AddMinutes(13));

        Assert.Equal(climbed, Decide(silenced, TakeOver(Paging with { Ladder = climbed })).State!.Ladder);
        Assert.Equal(0, Decide(silenced, TakeOver(Paging with { Ladder = null })).State!.Ladder.Next);
    }

    [Fact]
    public void A_resolved_survivor_of_a_silenced_loser_opens_with_the_estate_and_pages_nobody()
    {
        var silenced = OneMember with { PageableMembers = 0 };

        var accepted = Decide(ResolvedIncident, TakeOver(Paging with { MayPage = false })).State!;
        var adopted = Decide(accepted, new IncidentCommand.Adopt(Younger, 0, silenced)).State!;

        Assert.Equal(IncidentStatus.Resolved, accepted.Status);
        Assert.Equal((IncidentStatus.Open, null, 1), (adopted.Status, adopted.Ladder.NextAt, adopted.OpenMembers));
    }

    [Fact]
    public void A_survivor_that_a_person_resolved_meanwhile_stays_so_and_closes_who_comes()
    {
        var accepted = Decide(PagedIncident, TakeOver(Paging)).State!;
        var resolved = Decide(accepted, Person(new IncidentCommand.Resolve("ann", ""))).State!;

        var adopted = Decide(resolved, new IncidentCommand.Adopt(Younger, 0, OneMember)).State!;
        var moved = Decide(adopted, new IncidentCommand.MemberMoved(Latency, 0));

        Assert.Equal((IncidentStatus.Resolved, 2), (adopted.Status, adopted.OpenMembers));
        Assert.Equal(
            [ToAlert(new AlertCommand.IncidentResolved(Latency.AlertId, IncidentId, 1, "ann"), "latency")],
            moved.Messages);
    }

    [Fact]
    public void A_silenced_survivor_pages_for_a_loser_that_does()
    {
        var silenced = OpenedBy(FirstMember with { SuppressedBy = ["s"] });

        var state = Decide(silenced, TakeOver(new Standing(true, null, "", null))).State!;

        Assert.Equal(Expected.Ladder(0, Later) with { ChosenBy = null }, state.Ladder);
        Assert.Single(After(state, Timer("step"), Later).Pages);
    }

    [Theory]
    [InlineData(Priority.P2, IncidentStatus.Acknowledged)]
    [InlineData(Priority.P3, IncidentStatus.Open)]
    public void The_losers_acknowledgement_holds_unless_the_survivor_has_something_more_urgent(
        Priority acknowledged, IncidentStatus expected)
    {
        var state = Decide(PagedIncident, TakeOver(new Standing(true, acknowledged, "bob", null))).State!;

        Assert.Equal(expected, state.Status);
        if (expected == IncidentStatus.Acknowledged)
        {
            Assert.Equal(
                ("bob", "bob", acknowledged, Later.AddHours(8)),
                (state.Owner, state.AcknowledgedBy, state.AcknowledgedAtPriority, state.AcknowledgedUntil));
        }
    }

    [Fact]
    public void What_was_in_hand_at_the_loser_is_in_hand_at_a_survivor_that_was_resolved()
    {
        var until = Later.AddHours(1);

        Assert.Equal(
            IncidentStatus.Acknowledged,
            Decide(ResolvedIncident, TakeOver(new Standing(true, Priority.P5, "bob", null))).State!.Status);
        Assert.Equal(
            (IncidentStatus.Snoozed, until, null),
            Decide(ResolvedIncident, TakeOver(new Standing(true, null, "", until))).State is { } s
                ? (s.Status, s.SnoozedUntil, s.Ladder.NextAt)
                : default);
    }

    [Fact]
    public void What_was_snoozed_at_the_loser_is_snoozed_at_a_survivor_that_is_held_back_and_at_no_other()
    {
        var until = Later.AddHours(1);
        var silenced = OpenedBy(FirstMember with { SuppressedBy = ["s"] });
        var ask = TakeOver(new Standing(true, null, "", until) { Urgency = Priority.P2 });

        var snoozed = Decide(silenced, ask).State!;

        Assert.Equal(
            (IncidentStatus.Snoozed, until, Priority.P2, null),
            (snoozed.Status, snoozed.SnoozedUntil, snoozed.SnoozedAtPriority, snoozed.Ladder.NextAt));
        var other = silenced with { Adopting = [new Adoption("other", MayPage: true)] };
        Assert.Equal(IncidentStatus.Open, Decide(other, ask).State!.Status);
        Assert.Equal(IncidentStatus.Open, Decide(PagedIncident, ask).State!.Status);
    }

    [Theory]
    [InlineData(Priority.P1)]
    [InlineData(Priority.P3)]
    public void Snoozed_at_the_loser_was_what_may_page_there_and_more_urgent_things_end_the_snooze(Priority all)
    {
        var survivor = ResolvedIncident with { Priority = Priority.P1 };
        var snoozed = Decide(survivor, TakeOver(new Standing(true, null, "", Later.AddHours(1)) { Urgency = Priority.P3 }, all)).State!;

        Assert.Equal((IncidentStatus.Snoozed, Priority.P3), (snoozed.Status, snoozed.SnoozedAtPriority));
        Assert.Equal(IncidentStatus.Snoozed, Decide(snoozed, Join(Another("as urgent", Priority.P3))).State!.Status);
        Assert.Equal(IncidentStatus.Open, Decide(snoozed, Join(Another("more urgent"))).State!.Status);
    }

    [Fact]
    public void What_was_snoozed_at_the_loser_and_went_is_snoozed_when_it_comes_back_to_the_survivor()
    {
        var both = Decide(Loser with { MergingInto = null }, Join(Latency)).State!;
        var snoozed = Decide(both, Person(new IncidentCommand.Snooze(Later.AddHours(1), "ann", ""))).State!;
        var asking = Decide(Decide(snoozed, Closed(Latency)).State!, Person(new IncidentCommand.Merge(IncidentId, "ann", "")));
        var ask = Assert.Single(asking.Messages.Select(message => message.Command).OfType<IncidentCommand.TakeOver>());
        Assert.Equal(Priority.P2, ask.Urgency);

        var accepted = Decide(ResolvedIncident, ask).State!;

        Assert.Equal((IncidentStatus.Snoozed, Priority.P1), (accepted.Status, accepted.SnoozedAtPriority));
    }

    [Fact]
    public void A_more_urgent_member_that_comes_by_a_merge_takes_the_survivor_out_of_hand()
    {
        var acknowledged = Decide(AcknowledgedIncident, TakeOver(Paging)).State!;
        var adopted = Decide(acknowledged, new IncidentCommand.Adopt(Younger, 0, OneMember with { OpenByPriority = [1, 0, 0, 0, 0] })).State!;

        var moved = Decide(adopted, new IncidentCommand.MemberMoved(Latency, 0)).State!;

        Assert.Equal(IncidentStatus.Acknowledged, adopted.Status);
        Assert.Equal((IncidentStatus.Open, Expected.Ladder(0, Later)), (moved.Status, moved.Ladder));
        Assert.Equal(adopted.OpenMembers, moved.OpenMembers);
    }

    [Theory]
    [InlineData(Policies.Primary, 1)]
    [InlineData(Policies.Secondary, 2)]
    public void Who_was_paged_for_it_by_the_loser_is_not_paged_for_it_once_more_by_the_survivor(string paged, int pages)
    {
        var survivor = Arrived(After(OpenedBy(FirstMember with { Priority = Priority.P4 }), Timer("step"), Start));
        var ask = TakeOver(Paging with { Urgency = Priority.P1, Paged = [paged.ToUpperInvariant()] }, Priority.P1);
        var estate = OneMember with { OpenByPriority = [1, 0, 0, 0, 0], PageableByPriority = [1, 0, 0, 0, 0] };
        var adopted = Decide(Decide(survivor, ask).State!, new IncidentCommand.Adopt(Younger, 0, estate)).State!;

        var moved = Decide(adopted, new IncidentCommand.MemberMoved(Latency, 0)).State!;

        Assert.Equal((Policies.Primary, Priority.P1, pages), (moved.Pages[^1].Who, moved.Pages[^1].Priority, moved.Pages.Count));
    }

    [Fact]
    public void A_more_urgent_member_that_comes_by_a_merge_ends_the_survivors_snooze()
    {
        var snoozed = Decide(SnoozedIncident, TakeOver(Paging, Priority.P1)).State!;
        var adopted = Decide(snoozed, new IncidentCommand.Adopt(Younger, 0, OneMember with { OpenByPriority = [1, 0, 0, 0, 0] })).State!;

        var moved = Decide(adopted, new IncidentCommand.MemberMoved(Latency, 0)).State!;

        Assert.Equal(IncidentStatus.Snoozed, adopted.Status);
        Assert.Equal(
            (IncidentStatus.Open, Expected.Ladder(0, Later), null), (moved.Status, moved.Ladder, moved.SnoozedUntil));
    }

    [Theory]
    [InlineData(IncidentStatus.Acknowledged)]
    [InlineData(IncidentStatus.Snoozed)]
    public void What_was_acknowledged_at_the_loser_stays_in_hand_at_a_survivor_that_had_less(IncidentStatus status)
    {
        var survivor = status == IncidentStatus.Snoozed ? SnoozedIncident : AcknowledgedIncident;

        var accepted = Decide(survivor, TakeOver(new Standing(true, Priority.P1, "bob", null), Priority.P1)).State!;
        var moved = Decide(accepted, new IncidentCommand.MemberMoved(Latency, 0)).State!;

        Assert.Equal(
            ("bob", Priority.P1, null),
            (accepted.AcknowledgedBy, accepted.AcknowledgedAtPriority, accepted.SnoozedUntil));
        Assert.Equal((IncidentStatus.Acknowledged, null), (moved.Status, moved.Ladder.NextAt));
    }

    [Fact]
    public void What_was_acknowledged_at_the_loser_leaves_a_survivor_that_has_more_in_hand_as_it_is() =>
        Assert.Equal(
            ("ann", Priority.P2),
            Decide(AcknowledgedIncident, TakeOver(new Standing(true, Priority.P3, "bob", null), Priority.P3)).State is { } s
                ? (s.AcknowledgedBy, s.AcknowledgedAtPriority)
                : default);

    [Fact]
    public void A_silenced_survivor_has_nothing_more_urgent_than_what_was_acknowledged_at_the_loser()
    {
        var silenced = OpenedBy(FirstMember with { SuppressedBy = ["s"] });

        var accepted = Decide(silenced, TakeOver(new Standing(true, Priority.P3, "bob", null), Priority.P3)).State!;
        var freed = Decide(accepted, new IncidentCommand.MemberChanged(FirstMember with { SuppressedBy = ["s"] }, FirstMember)).State!;

        Assert.Equal((IncidentStatus.Acknowledged, Priority.P3), (accepted.Status, accepted.AcknowledgedAtPriority));
        Assert.Equal(IncidentStatus.Open, freed.Status);
    }

    [Fact]
    public void The_priority_asked_with_is_that_of_what_has_come_when_the_estate_is_there()
    {
        var accepted = Decide(PagedIncident, TakeOver(Paging, Priority.P1)).State!;
        var meanwhile = Decide(accepted, Closed(Another("gone", Priority.P4))).State!;

        Assert.Equal((Priority.P1, Priority.P1), (accepted.Priority, meanwhile.Priority));
        Assert.Equal(Priority.P2, Decide(accepted, new IncidentCommand.Adopt(Younger, 0, OneMember)).State!.Priority);
    }

    [Fact]
    public void The_result_of_a_page_that_was_on_its_way_at_the_merge_is_in_its_history()
    {
        var paging = Loser with { Pages = [Loser.Pages[0] with { State = DeliveryState.Pending }] };
        var merged = Decide(paging, new IncidentCommand.Accepted(IncidentId, 0, MayPage: true)).State!;
        var attempted = new IncidentCommand.Attempted(
            Expected.Delivery(paging, paging.Pages[0]), AttemptOutcome.Delivered, "ok");

        var decision = Decide(merged, attempted);

        var given = merged.Pages[0];
        Assert.Equal(
            (DeliveryState.Delivered, "ok"),
            decision.State!.Pages[0] is var page ? (page.State, page.Detail) : default);
        Assert.Equal(
            [new TimelineEntry(merged.Grain, "paged", $"{given.Who} by log: ok (arrived all the same after it was given up: {given.Detail})")],
            decision.Timeline);
        Assert.Empty(decision.Messages);
    }

    [Fact]
    public void Responders_that_the_loser_had_not_paged_yet_are_paged_by_the_survivor()
    {
        var carol = new Responder("schedule", "weekly");
        var waiting = Decide(PagedIncident, TakeOver(Paging)).State!;

        var adopted = Decide(waiting, new IncidentCommand.Adopt(Younger, 0, OneMember with { RespondersWaiting = [carol] })).State!;

        Assert.Equal("responder schedule weekly", adopted.Pages[^1].Reason);
    }

    [Fact]
    public void A_merged_incident_sends_open_members_on_and_hands_the_closed_ones_over()
    {
        var merged = Decide(Loser, new IncidentCommand.Accepted(IncidentId, 4, MayPage: true)).State!;
        var closed = Another("old") with { Open = false };
        var items = new[] { FirstMember, closed }.Select(
            m => new Item(m.AlertId.ToString(), JsonSerializer.Serialize(m, WireJson.Options)));

        var decision = Decide(merged, new IncidentCommand.TimerFired("tell", Later, items.ToValueList()));

        Assert.Equal(
            [
                ToIncident(new IncidentCommand.AdoptSilent(Younger, [closed], 4)),
                ToAlert(new AlertCommand.Moved(FirstMember.AlertId, Younger, IncidentId, 4)),
                ToAlert(new AlertCommand.Moved(closed.AlertId, Younger, IncidentId, 4), "old"),
            ],
            decision.Messages);
        Assert.Equal(closed.AlertId.ToString(), decision.State!.TellMembersAfter);
    }

    [Fact]
    public void A_merged_incident_passes_on_what_still_reaches_it()
    {
        var merged = Decide(Loser, new IncidentCommand.Accepted(IncidentId, 4, MayPage: true)).State!;
        var lower = FirstMember with { Priority = Priority.P4 };
        var acknowledge = Person(new IncidentCommand.Acknowledge("ann", ""));

        Assert.Equal([ToIncident(Closed(FirstMember))], Decide(merged, Closed(FirstMember)).Messages);
        Assert.Equal(
            [ToIncident(new IncidentCommand.Recount(FirstMember, lower))],
            Decide(merged, new IncidentCommand.MemberChanged(FirstMember, lower)).Messages);
        Assert.Equal(
            [ToIncident(new IncidentCommand.Recount(FirstMember, null))],
            Decide(merged, new IncidentCommand.MemberLeft(FirstMember)).Messages);
        Assert.Equal([ToIncident(Join(Latency))], Decide(merged, Join(Latency)).Messages);

        // In the survivor's count of resolves, or it would take what still fires for what a person has closed.
        Assert.Equal(
            [ToIncident(new IncidentCommand.Adopt("third", 4, OneMember))],
            Decide(merged, new IncidentCommand.Adopt("third", 0, OneMember)).Messages);
        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Passed on: merged into incident-1",
                State = merged,
                Messages = [ToIncident(acknowledge)],
                AnswerFromMessage = true,
            },
            Decide(merged, acknowledge));
    }

    [Fact]
    public void One_that_went_to_another_survivor_leaves_the_second_nothing_but_where_it_went()
    {
        var merged = Decide(Loser, new IncidentCommand.Accepted(IncidentId, 4, MayPage: true)).State!;

        Assert.Equal(
            [ToIncident(new IncidentCommand.Adopt(Younger, 1, Estate.Empty) { WentTo = IncidentId }, "oldest")],
            Decide(merged, new IncidentCommand.Accepted("oldest", 1, MayPage: true)).Messages);
    }

    [Fact]
    public void Its_own_request_that_comes_back_to_it_ends_the_asking() =>
        Assert.Null(Decide(Loser, new IncidentCommand.TakeOver(Younger, Loser.OpenedAt, Priority.P2, Paging)).State!.MergingInto);

    [Fact]
    public void An_incident_does_not_merge_with_itself() =>
        Assert.Equal(
            Expected.Refused("An incident cannot be merged with itself"),
            Decide(PagedIncident, Person(new IncidentCommand.Merge(IncidentId, "ann", ""))));

    private static IncidentCommand.TakeOver TakeOver(Standing standing, Priority priority = Priority.P2) =>
        new(Younger, Start.AddSeconds(1), priority, standing);

    private static Decision<IncidentState> Decide(IncidentState state, IncidentCommand command) =>
        Incident.Decide(state, command, state.Id, Small, Later);
}
