using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// An alert that comes and goes is not told anew each time, and it is told: its ladder goes on by the clock, however
/// short the spells in which it fires.
/// </summary>
public sealed class IncidentFlappingTests
{
    private static readonly Member Flapping = Another("next") with { Flapping = true };

    [Fact]
    public void Two_minutes_up_and_two_down_the_steps_come_when_they_are_due()
    {
        var (state, pages) = Flap(
            PagedIncident with { OpenedAt = Start }, up: 120, down: 120, wait: TimeSpan.Zero, until: 1900);

        // The third step falls due while it is quiet, at minute 10: it comes with the next firing.
        Assert.Equal([0, 300, 720, 720], pages.Select(p => (p.At - Start).TotalSeconds));
        Assert.Equal([1, 2, 3, 3], pages.Select(p => p.Step));
        Assert.Equal(IncidentStatus.Open, state.Status);
    }

    [Fact]
    public void Up_and_down_faster_than_the_group_waits_the_first_page_comes_all_the_same()
    {
        var first = OpenedBy(Flapping with { GroupWait = TimeSpan.FromSeconds(30) });

        var (_, pages) = Flap(first, up: 20, down: 20, wait: TimeSpan.FromSeconds(30), until: 60);

        Assert.Equal([(1, Start.AddSeconds(40))], pages.Select(p => (p.Step, p.At)));
    }

    [Fact]
    public void A_page_on_its_way_goes_on_when_the_alert_goes_quiet()
    {
        var paging = After(NewIncident, Timer("step"), Start);

        var decision = Incident.Decide(
            paging, Closed(FirstMember, flapping: true), IncidentId, Small, Start.AddMinutes(1));

        Assert.Equal((IncidentStatus.Open, Start.AddMinutes(31)), (decision.State!.Status, decision.State.QuietUntil));
        Assert.Equal([new GrainTimer("quiet", Start.AddMinutes(31))], decision.State.Timers);
        Assert.Equal(paging.Pages, decision.State.Pages);
        Assert.Empty(decision.Outbox);
        Assert.Equal(
            Expected.Line("flapping", "The alert flaps: resolves when quiet for 30 min"), decision.Timeline[^1]);
    }

    [Fact]
    public void A_step_of_which_no_page_arrives_in_the_quiet_spell_is_followed_by_the_next_at_once()
    {
        var quiet = After(
            After(NewIncident, Timer("step"), Start), Closed(FirstMember, flapping: true), Start.AddMinutes(1));
        var last = quiet with { Pages = [quiet.Pages[0] with { Channel = 1 }] };

        var failed = After(
            last,
            new IncidentCommand.Attempted(
                Expected.Delivery(NewIncident, last.Pages[0]) with { Channel = 1 }, AttemptOutcome.Rejected, "gone"),
            Start.AddMinutes(1));

        Assert.Null(failed.Ladder.NextAt);
        Assert.Equal(Start.AddMinutes(2), After(failed, Join(Flapping), Start.AddMinutes(2)).Ladder.NextAt);
    }

    [Fact]
    public void After_a_resolve_by_its_source_one_more_opening_waits_for_the_step_that_was_due()
    {
        Assert.Equal(
            Expected.Ladder(1, Start.AddMinutes(5)),
            After(ResolvedIncident, Join(Flapping), Start.AddMinutes(2)).Ladder);
        Assert.Equal(
            Expected.Ladder(1, Start.AddMinutes(10)),
            After(ResolvedIncident, Join(Flapping), Start.AddMinutes(10)).Ladder);
    }

    [Fact]
    public void Who_had_it_in_hand_until_its_source_resolved_it_is_paged_when_it_fires_again()
    {
        var resolved = After(AcknowledgedIncident, Closed(FirstMember), Start.AddMinutes(4));

        Assert.Equal(
            Expected.Ladder(0, Start.AddMinutes(6), of: Flapping), After(resolved, Join(Flapping), Start.AddMinutes(6)).Ladder);
    }

    [Fact]
    public void After_a_persons_resolve_at_the_end_of_the_ladder_one_more_opening_climbs_from_the_bottom()
    {
        var atEnd = PagedIncident with { Ladder = Expected.Ladder(3, Start.AddMinutes(40)) };
        var resolved = After(atEnd, Person(new IncidentCommand.Resolve("ann", "")), Start.AddMinutes(12));

        var again = After(resolved, Join(Flapping), Start.AddMinutes(13));

        Assert.Equal(Expected.Ladder(0, Start.AddMinutes(13), of: Flapping), again.Ladder);
    }

    [Fact]
    public void After_a_persons_resolve_in_the_middle_of_the_ladder_one_more_opening_climbs_from_the_bottom()
    {
        var resolved = After(PagedIncident, Person(new IncidentCommand.Resolve("ann", "")), Start.AddMinutes(1));
        var closed = After(PagedIncident, Closed(FirstMember, ClosedHow.ClosedByPerson), Start.AddMinutes(1));

        Assert.Equal(
            Expected.Ladder(0, Start.AddMinutes(2), of: Flapping), After(resolved, Join(Flapping), Start.AddMinutes(2)).Ladder);
        Assert.Equal(
            Expected.Ladder(0, Start.AddMinutes(2), of: Flapping), After(closed, Join(Flapping), Start.AddMinutes(2)).Ladder);
    }

    [Fact]
    public void Steps_if_not_closed_of_an_acknowledged_incident_go_on_after_the_quiet_spell()
    {
        var acknowledged = AcknowledgedUntilClosed();
        var quiet = After(acknowledged, Closed(FirstMember, flapping: true), Start.AddMinutes(3));

        var early = After(quiet, Join(Flapping), Start.AddMinutes(4));
        var late = After(quiet, Join(Flapping), Start.AddMinutes(14));

        Assert.Null(quiet.Ladder.NextAt);
        Assert.Equal(
            (IncidentStatus.Acknowledged, 2, Start.AddMinutes(10)),
            (early.Status, early.Ladder.Next, early.Ladder.NextAt));
        Assert.Equal(
            (IncidentStatus.Acknowledged, 2, Start.AddMinutes(14)),
            (late.Status, late.Ladder.Next, late.Ladder.NextAt));
    }

    /// <summary>By Ann at minute 2; its third step, due at minute 10, goes on until the incident is closed.</summary>
    internal static IncidentState AcknowledgedUntilClosed(Member? member = null)
    {
        var steps = Small.Escalations[0].Steps;
        var policy = Small with
        {
            Escalations = [Small.Escalations[0] with { Steps = [.. steps.Take(2), steps[2] with { Condition = StepCondition.IfNotClosed }] }],
        };
        var paged = After(OpenedBy(member ?? FirstMember, policy), Timer("step"), Start);
        return After(paged, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(2));
    }

    /// <summary>
    /// Fires for some seconds, then is quiet for some, each opening an alert of its own, with its steps fired when due.
    /// </summary>
    private static (IncidentState State, IReadOnlyList<Page> Pages) Flap(
        IncidentState state, int up, int down, TimeSpan wait, int until)
    {
        var open = state.FirstMembers[0];
        for (var second = 0; second < until; second++)
        {
            var at = Start.AddSeconds(second);
            switch (second % (up + down))
            {
                case 0 when second > 0:
                    open = Another("opening-" + second) with { Flapping = true, GroupWait = wait };
                    state = After(state, Join(open), at);
                    break;
                case var phase when phase == up:
                    state = After(state, Closed(open, flapping: true), at);
                    break;
                default:
                    break;
            }

            if (state.Ladder.NextAt <= at)
            {
                state = After(state, Timer("step"), at);
            }
        }

        return (state, [.. state.Pages]);
    }
}
