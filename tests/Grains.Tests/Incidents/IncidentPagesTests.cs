using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>What the dispatcher reports. The incident alone decides what comes of it.</summary>
public sealed class IncidentPagesTests
{
    private static readonly DateTimeOffset Later = Start.AddSeconds(3);
    private static readonly IncidentState Paging = After(NewIncident, Timer("step"), Start);
    private static readonly Delivery Delivery = Expected.Delivery(NewIncident, Paging.Pages[0]);

    [Fact]
    public void A_delivered_page_is_finished()
    {
        var decision = Attempt(Paging, Delivery, AttemptOutcome.Delivered, "accepted");

        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "Page delivered",
                State = Paging with
                {
                    Pages = [Paging.Pages[0] with { State = DeliveryState.Delivered, Detail = "accepted" }],
                    Ladder = Paging.Ladder with { HasArrived = true },
                    UpdatedAt = Later,
                },
                Timeline = [Expected.Line("paged", $"{Policies.Primary} by log: accepted")],
                Outbox = [new DeliveryChange.Finish(Delivery.Id, DeliveryState.Delivered)],
            },
            decision);
    }

    [Fact]
    public void A_failed_attempt_is_made_again_under_the_same_id()
    {
        var decision = Attempt(Paging, Delivery, AttemptOutcome.Failed, "refused");

        var retry = ((DeliveryChange.Retry)Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal(Delivery with { Attempts = 1, NotBefore = retry.NotBefore }, retry);
        Assert.Equal(Paging.Pages[0] with { Attempts = 1, Detail = "refused" }, decision.State!.Pages[0]);
    }

    [Fact]
    public void A_receiver_that_asked_for_a_pause_is_tried_again_after_it()
    {
        var busy = new IncidentCommand.Attempted(Delivery, AttemptOutcome.Failed, "busy", TimeSpan.FromSeconds(7));

        var decision = Incident.Decide(Paging, busy, IncidentId, Small, Later);

        Assert.Equal(Later.AddSeconds(7), ((DeliveryChange.Retry)Assert.Single(decision.Outbox)).Delivery.NotBefore);
    }

    [Fact]
    public void A_call_that_reached_nobody_goes_on_to_the_next_contact_as_if_it_had_failed()
    {
        var decision = Incident.Decide(PagedIncident, Missed(PagedIncident), IncidentId, Small, Later);

        var retry = ((DeliveryChange.Retry)Assert.Single(decision.Outbox)).Delivery;
        Assert.Equal(Delivery with { Channel = 1, NotBefore = Later, MovesOnAt = null }, retry);
        var page = decision.State!.Pages[0];
        Assert.Equal(
            (DeliveryState.Pending, 1, 0, "nobody answered the call"),
            (page.State, page.Channel, page.Attempts, page.Detail));
        Assert.Equal(
            [Expected.Line("page failed", $"{Policies.Primary} by log: nobody answered the call")], decision.Timeline);
    }

    [Fact]
    public void A_call_that_reached_nobody_by_the_last_contact_makes_the_next_step_due()
    {
        var last = PagedIncident with { Pages = [PagedIncident.Pages[0] with { Channel = 1 }] };

        var decision = Incident.Decide(last, Missed(last), IncidentId, Small, Later);

        Assert.Equal([new DeliveryChange.Finish(Delivery.Id, DeliveryState.Failed)], decision.Outbox);
        Assert.Equal(DeliveryState.Failed, decision.State!.Pages[0].State);
        Assert.Equal(Later, decision.State.Ladder.NextAt);
    }

    [Fact]
    public void A_call_that_ends_after_somebody_took_it_in_hand_has_reached_somebody() =>
        Assert.Equal(
            Expected.Unchanged("The page was answered"),
            Incident.Decide(AcknowledgedIncident, Missed(AcknowledgedIncident), IncidentId, Small, Later));

    [Fact]
    public void A_call_that_ends_after_it_was_passed_on_has_reached_somebody()
    {
        var passedOn = After(PagedIncident, Person(new IncidentCommand.NotMe(Policies.Primary, "")), Later);

        Assert.Equal(
            Expected.Unchanged("The page was answered"),
            Incident.Decide(passedOn, Missed(passedOn), IncidentId, Small, Later));
    }

    [Fact]
    public void A_call_of_which_is_told_twice_goes_on_once()
    {
        var gone = Delivered(After(PagedIncident, Missed(PagedIncident), Later));

        Assert.Equal(
            Expected.Unchanged("The page has gone on since"),
            Incident.Decide(gone, Missed(PagedIncident), IncidentId, Small, Later));
    }

    [Fact]
    public void A_result_that_is_counted_already_changes_nothing()
    {
        var tried = Attempt(Paging, Delivery, AttemptOutcome.Failed, "refused").State!;

        Assert.Equal(
            Expected.Unchanged("The result of an attempt that is counted already"),
            Attempt(tried, Delivery, AttemptOutcome.Unknown, "no answer"));
    }

    [Fact]
    public void When_no_page_of_the_step_arrived_the_next_step_is_due_at_once()
    {
        var failed = Fail(Paging);

        Assert.Equal(DeliveryState.Failed, failed.Pages[0].State);
        Assert.Equal(Expected.Ladder(1, Later), failed.Ladder);
    }

    [Fact]
    public void It_escalates_once_and_not_again_for_a_step_that_was_left_behind()
    {
        var next = After(Fail(Paging), Timer("step"), Later);

        var late = Attempt(next, Delivery, AttemptOutcome.Failed, "late");

        Assert.Equal(2, next.Ladder.Next);
        Assert.Equal("The page had ended", late.Reason);
        Assert.Equal(next.Ladder, late.State!.Ladder);
    }

    [Fact]
    public void While_one_page_of_the_step_is_on_its_way_or_arrived_the_ladder_keeps_its_time()
    {
        var last = PagedIncident with { Ladder = Expected.Ladder(1, Start.AddMinutes(5)) };
        var two = last with { Pages = [.. last.Pages, Expected.Page(2, Start, 1, Policies.Secondary, "responder user x")] };

        Assert.Equal(Start.AddMinutes(5), Fail(two, two.Pages[1]).Ladder.NextAt);
    }

    [Fact]
    public void A_step_that_was_reached_in_the_first_climb_does_not_hide_that_the_second_reached_nobody()
    {
        var second = After(
            PagedIncident with { Ladder = Expected.Ladder(3, Start.AddMinutes(40)) }, Timer("step"),
            Start.AddMinutes(40));

        Assert.Equal(Later, Fail(second, second.Pages[1]).Ladder.NextAt);
    }

    [Fact]
    public void The_last_step_waits_for_the_next_climb_whoever_was_reached()
    {
        var last = Paging with { Ladder = Expected.Ladder(3, Start.AddMinutes(30)) with { HasArrived = true }, Pages = [Paging.Pages[0] with { Step = 3 }] };

        Assert.Equal(Start.AddMinutes(30), Fail(last).Ladder.NextAt);
    }

    [Fact]
    public void A_page_given_up_under_way_that_arrives_has_arrived()
    {
        var acknowledged = After(Paging, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddSeconds(1));

        var decision = Attempt(acknowledged, Delivery, AttemptOutcome.Delivered, "accepted");

        const string how = "arrived all the same after it was given up: acknowledged";
        var given = acknowledged.Pages[0];
        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = "The page had ended, and arrived",
                State = acknowledged with
                {
                    UpdatedAt = Later,
                    DecisionCount = acknowledged.DecisionCount + 1,
                    Pages = [given with { State = DeliveryState.Delivered, Detail = "accepted" }],
                },
                Timeline = [Expected.Line("paged", $"{Policies.Primary} by log: accepted ({how})")],
                Items =
                [
                    Expected.Decided(
                        2, given with { At = Later, Reason = $"{given.Reason}; it {how}" }, $"user:{Policies.Primary}",
                        ofEarlierPage: true),
                ],
            },
            decision);
    }

    [Fact]
    public void A_page_given_up_under_way_that_does_not_arrive_stays_so()
    {
        var acknowledged = After(Paging, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddSeconds(1));

        var decision = Attempt(acknowledged, Delivery, AttemptOutcome.Failed, "refused");

        Assert.Equal(acknowledged with { UpdatedAt = Later }, decision.State);
        Assert.Equal(
            [Expected.Line("page", $"{Policies.Primary} by log: refused (after it was cancelled)")], decision.Timeline);
    }

    /// <summary>
    /// It became more urgent while the page of its second climb was on its way, and the new one fails.
    /// </summary>
    [Fact]
    public void Who_was_reached_by_a_page_that_was_given_up_was_reached_for_the_audit()
    {
        var unheard = Paging with { Ladder = Paging.Ladder with { Unheard = 1 } };
        var urgent = After(unheard, Join(Another("more", Priority.P1)), Start.AddSeconds(1));
        Assert.Equal([DeliveryState.Cancelled, DeliveryState.Pending], urgent.Pages.Select(p => p.State));
        Assert.True(IncidentDuty.ReachesNobody(urgent));

        var arrived = Attempt(urgent, Delivery, AttemptOutcome.Delivered, "accepted").State!;

        Assert.False(IncidentDuty.ReachesNobody(arrived));
        Assert.Equal(DeliveryState.Delivered, arrived.Pages[0].State);
    }

    [Fact]
    public void The_result_of_a_page_long_gone_is_refused()
    {
        var unknown = Delivery with { Id = Guid.Empty };

        Assert.Equal(
            Expected.Refused($"Page {Guid.Empty} is not known any more"),
            Attempt(Paging, unknown, AttemptOutcome.Delivered, "accepted"));
    }

    [Fact]
    public void Old_pages_leave_the_document_and_pending_ones_never_do()
    {
        var state = Paging;
        for (var climbed = 0; climbed < 50; climbed++)
        {
            state = After(state, Timer("step"), state.Ladder.NextAt!.Value);
            state = state with { Pages = state.Pages.Select(p => p.Id == Delivery.Id ? p : p with { State = DeliveryState.Delivered }).ToValueList() };
        }

        Assert.Equal(30, state.Pages.Count);
        Assert.Equal(Delivery.Id, state.Pages[0].Id);
    }

    private static IncidentState Fail(IncidentState state, Page? page = null)
    {
        page ??= state.Pages[0];
        var attempted = Expected.Delivery(NewIncident, page) with { Channel = 1 };
        state = state with { Pages = state.Pages.Select(p => p.Id == page.Id ? p with { Channel = 1 } : p).ToValueList() };
        return Attempt(state, attempted, AttemptOutcome.Rejected, "no such mailbox").State!;
    }

    private static Decision<IncidentState> Attempt(
        IncidentState state, Delivery delivery, AttemptOutcome outcome, string detail) =>
        Incident.Decide(state, new IncidentCommand.Attempted(delivery, outcome, detail), IncidentId, Small, Later);

    private static IncidentCommand.NotReached Missed(IncidentState incident) =>
        new(incident.Pages[0].Id, incident.Pages[0].Channel, "nobody answered the call");
}
