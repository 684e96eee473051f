using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>"Not me": somebody else is asked at once.</summary>
public sealed class IncidentPassingTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(1);

    [Fact]
    public void Who_passes_it_on_is_out_of_the_next_pages_and_the_next_step_is_due_now()
    {
        var decision = NotMe(PagedIncident, note: "on a plane");

        Assert.Equal((Later, 1), (decision.State!.Ladder.NextAt, decision.State.Ladder.Next));
        Assert.Equal([Policies.Primary], decision.State.PassedOn);
        Assert.Equal(
            Expected.Line("passed on", $"{Policies.Primary} passed it on: the next step is due now", Policies.Primary),
            decision.Timeline[0]);

        var second = After(decision.State, Timer("step"), Later);
        var third = Incident.Decide(second, Timer("step"), IncidentId, Small, second.Ladder.NextAt!.Value);
        Assert.Equal([Policies.Primary, Policies.Secondary, Policies.Secondary], third.State!.Pages.Select(p => p.Who));
        Assert.Contains(
            third.Timeline,
            line => line.Text == $"Not paging {Policies.Primary}: they passed the incident on (step 3 of ladder: team ml-platform)");
    }

    [Fact]
    public void Their_page_that_has_not_started_is_cancelled_and_nobody_elses()
    {
        var paging = After(NewIncident, Timer("step"), Start);
        var two = After(paging, Person(new IncidentCommand.Assign(Policies.Secondary, "ann", "")), Start);

        var decision = NotMe(two);

        Assert.Equal([DeliveryState.Cancelled, DeliveryState.Pending], decision.State!.Pages.Select(p => p.State));
        Assert.Equal([new DeliveryChange.Finish(two.Pages[0].Id, DeliveryState.Cancelled)], decision.Outbox);
    }

    [Fact]
    public void Who_had_acknowledged_it_gives_it_back()
    {
        var held = After(PagedIncident, Person(new IncidentCommand.Acknowledge(Policies.Primary, "")), Start);

        var state = NotMe(held).State!;

        Assert.Equal(
            (IncidentStatus.Open, null, null, Later),
            (state.Status, state.Owner, state.AcknowledgedUntil, state.Ladder.NextAt));
    }

    [Fact]
    public void What_another_has_in_hand_stays_there()
    {
        var held = After(PagedIncident, Person(new IncidentCommand.Acknowledge(Policies.Secondary, "")), Start);

        var state = NotMe(held).State!;

        Assert.Equal((IncidentStatus.Acknowledged, Policies.Secondary), (state.Status, state.AcknowledgedBy));
        Assert.Equal([Policies.Primary], state.PassedOn);
    }

    [Fact]
    public void When_nobody_else_could_be_paged_it_stays_with_who_has_it() => Assert.Equal(
        Expected.Refused(
            "Nobody else can be paged by ladder: assign it to somebody, or escalate to another escalation"),
        NotMe(NotMe(PagedIncident).State!, Policies.Secondary));

    [Fact]
    public void The_last_one_who_could_be_paged_cannot_pass_on_what_a_tool_has_in_hand()
    {
        var held = After(NotMe(PagedIncident).State!, Person(new IncidentCommand.Acknowledge("", "")), Later);

        Assert.Equal(
            Expected.Refused(
                "Nobody else can be paged by ladder: assign it to somebody, or escalate to another escalation"),
            NotMe(held, Policies.Secondary));
    }

    [Fact]
    public void Steps_that_an_acknowledgement_passed_over_come_when_it_is_passed_on()
    {
        var held = IncidentFlappingTests.AcknowledgedUntilClosed() with { AcknowledgedBy = Policies.Primary };
        Assert.Equal((2, 1), (held.Ladder.Next, held.Ladder.PassedOver));

        var ladder = NotMe(held).State!.Ladder;
        Assert.Equal((1, null, Later), (ladder.Next, ladder.PassedOver, ladder.NextAt));
    }

    [Fact]
    public void A_channel_is_not_somebody_else()
    {
        var onlyTheRoom = PagedIncident with
        {
            Ladder = PagedIncident.Ladder with
            {
                Steps = [PagedIncident.Ladder.Steps[0], PagedIncident.Ladder.Steps[1] with { Target = new(Grains.Policy.StepTargetType.Channel, "log") }],
            },
        };

        Assert.Equal(Outcome.Refused, NotMe(onlyTheRoom).Outcome);
    }

    [Fact]
    public void Saying_it_twice_escalates_once() =>
        Assert.Equal(
            Expected.Unchanged($"{Policies.Primary} has passed it on already"), NotMe(NotMe(PagedIncident).State!));

    [Fact]
    public void A_stranger_cannot_pass_it_on() =>
        Assert.Equal(
            Expected.Refused("There is no user 'dan': 'user' must say who passes it on"), NotMe(PagedIncident, "dan"));

    [Fact]
    public void Who_takes_it_after_all_or_is_given_it_is_paged_like_anybody()
    {
        var passed = NotMe(PagedIncident).State!;

        Assert.Empty(After(passed, Person(new IncidentCommand.Acknowledge(Policies.Primary, "")), Later).PassedOn);
        var assigned = After(passed, Person(new IncidentCommand.Assign(Policies.Primary, "ann", "")), Later);
        Assert.Equal((Policies.Primary, DeliveryState.Pending), (assigned.Pages[^1].Who, assigned.Pages[^1].State));
    }

    [Fact]
    public void At_the_end_of_the_ladder_the_next_climb_begins_now()
    {
        var end = PagedIncident with { Ladder = PagedIncident.Ladder with { Next = 3, NextAt = Start.AddHours(1) } };

        var ladder = NotMe(end).State!.Ladder;

        Assert.Equal((0, 1, Later), (ladder.Next, ladder.Climbs, ladder.NextAt));
    }

    [Fact]
    public void A_climb_that_could_page_nobody_asks_again_who_passed_it_on()
    {
        var left = Small with { Users = [Small.Users[0]] };
        var state = NotMe(PagedIncident with { Ladder = PagedIncident.Ladder with { HasArrived = true } }).State!;
        for (var step = 0; step < 5; step++)
        {
            state = Arrived(After(state, Timer("step"), state.Ladder.NextAt!.Value, left), left);
        }

        // The first climb had reached them; the second found nobody, so the third asks them again.
        Assert.Equal([Policies.Primary], state.PassedOn);
        var third = After(state, Timer("step"), state.Ladder.NextAt!.Value, left);
        Assert.Equal((0, 1, Policies.Primary), (third.PassedOn.Count, third.Ladder.Climbs, third.Pages[^1].Who));
    }

    private static Decision<IncidentState> NotMe(
        IncidentState state, string user = Policies.Primary, string note = "") =>
        Incident.Decide(state, Person(new IncidentCommand.NotMe(user, note)), IncidentId, Small, Later);
}
