using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>What comes after the last step: again, for how often, and what then.</summary>
public sealed class IncidentRepeatTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(20);

    [Fact]
    public void An_escalation_that_says_how_long_to_wait_overrides_the_route()
    {
        var state = Climb(Opened(new(Wait, null, false, false)), 3);

        Assert.Equal(Start.AddMinutes(30), state.Ladder.NextAt);
    }

    [Fact]
    public void What_was_climbed_as_often_as_it_says_comes_back_as_a_reminder()
    {
        var state = Climb(Opened(new(Wait, 1, false, false)), 6);

        Assert.Equal(Start.AddMinutes(40).AddDays(1), state.Ladder.NextAt);
        Assert.Equal(
            (IncidentStatus.Open, "step 1 of ladder: schedule weekly, climb 3"),
            (state.Status, Climb(state, 1).Pages[^1].Reason));
    }

    [Fact]
    public void One_that_is_to_be_climbed_once_is()
    {
        var state = Climb(Opened(new(Wait, 0, false, false)), 3);

        Assert.Equal(Start.AddMinutes(10).AddDays(1), state.Ladder.NextAt);
    }

    [Fact]
    public void An_escalation_that_closes_after_all_resolves_the_incident_and_tells_its_alerts()
    {
        var state = Climb(Opened(new(Wait, 1, false, true)), 6);

        var decision = Fire(state, state.Ladder.NextAt!.Value);

        Assert.Equal(
            (IncidentStatus.Resolved, "", 1),
            (decision.State!.Status, decision.State.ResolvedBy, decision.State.Resolves));
        Assert.Equal("Closed: ladder was climbed to its end 2 times and nobody answered", decision.Timeline[0].Text);
        Assert.NotNull(decision.State.TellMembersAt);
        Assert.True(decision.State.LastResolvedByEscalation);
        Assert.Null(decision.State.Ladder.NextAt);
    }

    [Fact]
    public void What_nobody_was_told_of_is_not_closed()
    {
        var policy = Small with { Users = [], Escalations = [Small.Escalations[0] with { Repeat = new(Wait, 0, false, true) }] };
        var state = Climb(OpenedBy(FirstMember, policy), 3, policy);

        Assert.Equal(Start.AddMinutes(1), state.Ladder.NextAt);
        Assert.Equal(IncidentStatus.Open, Climb(state, 1, policy).Status);
    }

    [Fact]
    public void A_page_that_did_not_arrive_has_told_nobody_and_nothing_is_closed_for_it()
    {
        var policy = OneStep(new(Wait, 0, false, true));
        var state = Fire(OpenedBy(FirstMember, policy), Start, policy).State!;
        state = After(
            state with { Pages = [state.Pages[0] with { Channel = 1 }] },
            Attempt(state, AttemptOutcome.Rejected),
            Start,
            policy);
        Assert.Equal(DeliveryState.Failed, state.Pages[0].State);

        var again = Fire(state, state.Ladder.NextAt!.Value, policy).State!;

        Assert.Equal(
            (IncidentStatus.Open, "step 1 of ladder: schedule weekly"), (again.Status, again.Pages[^1].Reason));
        Assert.Equal(IncidentStatus.Resolved, Fire(Arrived(again, policy), Start + (2 * Wait), policy).State!.Status);
    }

    [Fact]
    public void A_climb_that_reached_nobody_is_made_again_after_a_minute_and_then_later_and_later()
    {
        var policy = OneStep(new(Wait, null, false, false));
        var (state, waits) = (OpenedBy(FirstMember, policy), new List<double>());
        for (var climb = 0; climb < 7; climb++)
        {
            var at = state.Ladder.NextAt!.Value;
            state = Fire(state, at, policy).State!;
            state = Failed(state, at, policy);
            waits.Add((state.Ladder.NextAt!.Value - at).TotalMinutes);
        }

        Assert.Equal([1, 2, 4, 8, 16, 20, 20], waits);
        Assert.Equal(0, state.Ladder.Climbs);

        // One arrives: from then on it waits as it is configured.
        var told = state.Ladder.NextAt!.Value;
        state = Arrived(Fire(state, told, policy).State!, policy);
        Assert.Equal((told + Wait, true), (state.Ladder.NextAt, state.Ladder.HasArrived));
    }

    [Fact]
    public void What_fell_to_the_services_own_log_has_reached_nobody()
    {
        var policy = Small with { Users = [.. Small.Users.Select(user => user with { Contacts = [user.Contacts[1], user.Contacts[0]] })] };
        var paging = Fire(NewIncident, Start, policy).State!;
        var fallen = paging with { Pages = [paging.Pages[0] with { Channel = 1 }] };

        var logged = After(fallen, Attempt(fallen, AttemptOutcome.Delivered), Start, policy);

        Assert.Equal(
            (DeliveryState.Delivered, false, Start),
            (logged.Pages[0].State, logged.Ladder.HasArrived, logged.Ladder.NextAt));
    }

    [Fact]
    public void A_call_that_nobody_answered_has_reached_nobody()
    {
        var policy = OneStep(new(Wait, 0, false, true));
        var state = Fire(OpenedBy(FirstMember, policy), Start, policy).State!;
        state = Arrived(state, policy, answerWithin: TimeSpan.FromMinutes(2));
        Assert.Equal(DeliveryState.Delivered, state.Pages[0].State);

        Assert.Equal(IncidentStatus.Open, Fire(state, Start + Wait, policy).State!.Status);
    }

    [Fact]
    public void What_is_spent_waits_for_the_reminder_from_when_its_last_page_was_made()
    {
        var policy = OneStep(new(Wait, 0, false, false));
        var state = Fire(OpenedBy(FirstMember, policy), Start, policy).State!;
        Assert.Equal(Start + Wait, state.Ladder.NextAt);

        state = After(
            state,
            Attempt(state, AttemptOutcome.Delivered) with { Delivery = Expected.Delivery(state, state.Pages[0]) },
            Start.AddSeconds(5),
            policy);

        Assert.Equal(Start.AddDays(1), state.Ladder.NextAt);
    }

    [Fact]
    public void A_climb_that_paged_nobody_uses_up_none()
    {
        var once = Small with { Escalations = [Small.Escalations[0] with { Repeat = new(Wait, 0, false, false) }] };
        var state = Climb(OpenedBy(FirstMember, once with { Users = [] }), 3, once with { Users = [] });

        state = Climb(state, 3, once);

        Assert.Equal("step 1 of ladder: schedule weekly", state.Pages[0].Reason);
        Assert.Equal(Start.AddMinutes(11).AddDays(1), state.Ladder.NextAt);
    }

    [Fact]
    public void A_ladder_whose_people_are_gone_is_climbed_as_it_is_now()
    {
        var renamed = Small with { Schedules = [Small.Schedules[0] with { Name = "renamed" }] };
        EscalationStep first = new(
            TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.Schedule, "weekly"));
        var pinned = Small with { Escalations = [Small.Escalations[0] with { Steps = [first] }] };
        var newer = renamed with
        {
            Escalations = [pinned.Escalations[0] with { Steps = [first with { Target = first.Target with { Name = "renamed" } }] }],
        };
        var state = Climb(OpenedBy(FirstMember, pinned), 1, newer);
        Assert.Empty(state.Pages);

        state = Climb(state, 1, newer);

        Assert.Equal("step 1 of ladder: schedule renamed", Assert.Single(state.Pages).Reason);
    }

    [Fact]
    public void A_post_to_a_channel_has_told_nobody_and_nothing_is_closed_for_it()
    {
        EscalationStep room = new(
            TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.Channel, "log"));
        var policy = Small with { Escalations = [Small.Escalations[0] with { Steps = [room], Repeat = new(Wait, 0, false, true) }] };

        var state = Climb(OpenedBy(FirstMember, policy), 1, policy);

        Assert.Equal((1, Start.AddDays(1)), (state.PageCount, state.Ladder.NextAt));
    }

    [Fact]
    public void What_is_more_urgent_than_all_that_a_spent_ladder_was_climbed_for_starts_it_again()
    {
        var spent = Climb(Opened(new(Wait, 0, false, true)), 3);
        var at = Start.AddMinutes(15);

        Assert.Equal((0, at), NextOf(After(spent, Join(Another("latency", Priority.P1)), at)));
        Assert.Equal((3, spent.Ladder.NextAt), NextOf(After(spent, Join(Another("latency")), at)));

        static (int, DateTimeOffset?) NextOf(IncidentState state) => (state.Ladder.Next, state.Ladder.NextAt);
    }

    [Fact]
    public void A_repeat_that_resets_begins_the_next_climb_whoever_has_acknowledged()
    {
        var paged = Climb(Opened(new(Wait, 1, true, false)), 2);
        var acknowledged = After(paged, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(6));

        Assert.Equal((3, Start.AddMinutes(30)), (acknowledged.Ladder.Next, acknowledged.Ladder.NextAt));
        var again = Fire(acknowledged, Start.AddMinutes(30));
        Assert.Equal(
            (IncidentStatus.Open, null, 1),
            (again.State!.Status, again.State.AcknowledgedUntil, again.State.Ladder.Climbs));
        Assert.Equal("ladder is climbed again, whoever has acknowledged", again.Timeline[0].Text);

        // The last climb leaves the acknowledgement alone.
        Assert.Null(
            After(again.State, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(31)).Ladder.NextAt);
    }

    [Fact]
    public void An_acknowledgement_lasts_as_long_as_the_escalation_says_else_the_team()
    {
        var at = Start.AddMinutes(1);
        var byTeam = Small with { Teams = [Small.Teams[0] with { AcknowledgeTimeout = TimeSpan.FromHours(2) }] };
        var byLadder = byTeam with { Escalations = [Small.Escalations[0] with { AcknowledgeTimeout = TimeSpan.FromMinutes(15) }] };

        Assert.Equal(at.AddHours(8), Until(Small));
        Assert.Equal(at.AddHours(2), Until(byTeam));
        Assert.Equal(at.AddMinutes(15), Until(byLadder));

        DateTimeOffset? Until(PolicyVersion policy) =>
            After(OpenedBy(FirstMember, policy), Person(new IncidentCommand.Acknowledge("ann", "")), at, policy).AcknowledgedUntil;
    }

    private static PolicyVersion OneStep(EscalationRepeat repeat) =>
        Small with { Escalations = [Small.Escalations[0] with { Steps = [Small.Escalations[0].Steps[0]], Repeat = repeat }] };

    /// <summary>By all contacts.</summary>
    private static IncidentState Failed(IncidentState state, DateTimeOffset at, PolicyVersion policy)
    {
        var page = state.Pages[^1];
        var last = page with { Channel = 1 };
        return After(
            state with { Pages = [.. state.Pages.Select(p => p.Id == page.Id ? last : p)] },
            new IncidentCommand.Attempted(
                Expected.Delivery(state, page) with { Channel = 1 }, AttemptOutcome.Rejected, ""),
            at,
            policy);
    }

    private static IncidentCommand.Attempted Attempt(IncidentState state, AttemptOutcome outcome) =>
        new(Expected.Delivery(state, state.Pages[0]) with { Channel = 1 }, outcome, "");

    private static IncidentState Opened(EscalationRepeat repeat) =>
        OpenedBy(FirstMember, Small with { Escalations = [Small.Escalations[0] with { Repeat = repeat }] });

    /// <summary>What is paged arrives at once.</summary>
    private static IncidentState Climb(IncidentState state, int steps, PolicyVersion? policy = null)
    {
        for (var step = 0; step < steps; step++)
        {
            state = Arrived(Fire(state, state.Ladder.NextAt!.Value, policy).State!, policy);
        }

        return state;
    }

    private static Decision<IncidentState> Fire(IncidentState state, DateTimeOffset at, PolicyVersion? policy = null) =>
        Incident.Decide(state, Timer("step"), IncidentId, policy ?? Small, at);
}
