using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Incidents;

public sealed class IncidentLadderTests
{
    private const string FirstStep = "step 1 of ladder: schedule weekly";

    [Fact]
    public void The_first_step_pages_who_is_on_call_and_the_next_is_due_after_its_distance()
    {
        var decision = Climb(NewIncident, Start);

        var page = Expected.Page(1, Start, 1, Policies.Primary, FirstStep);
        Assert.Equal(
            new Decision<IncidentState>
            {
                Outcome = Outcome.Material,
                Reason = FirstStep,
                State = NewIncident with { Ladder = Expected.Ladder(1, Start.AddMinutes(5)), Pages = [page], PageCount = 1, DecisionCount = 1 },
                Timeline = [Expected.Line("page", $"Paging {Policies.Primary}: {FirstStep} (policy version 1)")],
                Outbox = [new DeliveryChange.Enqueue(Expected.Delivery(NewIncident, page))],
                Items = [Expected.Decided(1, page, "schedule:weekly")],
            },
            decision);
    }

    [Fact]
    public void Steps_follow_at_their_distance_and_after_the_last_it_pauses_and_climbs_again()
    {
        var (state, times) = (NewIncident, new List<double>());
        for (var climbed = 0; climbed < 7; climbed++)
        {
            times.Add((state.Ladder.NextAt!.Value - Start).TotalMinutes);
            state = Arrived(Climb(state, state.Ladder.NextAt.Value).State!);
        }

        Assert.Equal([0, 5, 10, 40, 45, 50, 80], times);
        Assert.Equal("step 1 of ladder: schedule weekly, climb 3", state.Pages[^1].Reason);
    }

    [Fact]
    public void An_overdue_step_says_how_late_it_is_and_the_next_keeps_its_distance_from_it()
    {
        var at = Start.AddHours(1);

        var state = Climb(NewIncident, at).State!;

        Assert.Equal(FirstStep + ", late by 3600 s", state.Pages[0].Reason);
        Assert.Equal(at.AddMinutes(5), state.Ladder.NextAt);
    }

    [Fact]
    public void A_ladder_that_is_gone_with_its_people_gives_way_at_once_to_who_has_taken_over()
    {
        var paged = Arrived(Climb(NewIncident, Start).State!);
        var changed = Small with
        {
            Users = [Small.Users[0] with { Name = "cara" }],
            Schedules = [],
            Escalations = [new Escalation("rest", "", null, [new(TimeSpan.Zero, StepCondition.IfNotAcknowledged, new(StepTargetType.User, "cara"))])],
            Teams = [Small.Teams[0] with { Escalation = "rest", Members = [] }],
        };
        var at = paged.Ladder.NextAt!.Value;

        var moved = After(paged, Timer("step"), at, changed);

        Assert.Equal(("rest", 0, at), (moved.Ladder.Policy, moved.Ladder.Next, moved.Ladder.NextAt));
        Assert.Equal("cara", After(moved, Timer("step"), at, changed).Pages[^1].Who);
    }

    [Fact]
    public void A_ladder_whose_people_are_gone_is_climbed_at_once_as_it_is_now()
    {
        var paged = Arrived(Climb(NewIncident, Start).State!);
        var changed = Small with
        {
            Users = [Small.Users[0] with { Name = "cara" }],
            Schedules = [],
            Escalations = [Small.Escalations[0] with { Steps = [new(TimeSpan.FromMinutes(5), StepCondition.IfNotAcknowledged, new(StepTargetType.User, "cara"))] }],
        };
        var at = paged.Ladder.NextAt!.Value;

        var moved = After(paged, Timer("step"), at, changed);

        Assert.Equal((paged.Ladder.Policy, 0, at), (moved.Ladder.Policy, moved.Ladder.Next, moved.Ladder.NextAt));
        Assert.Equal("cara", After(moved, Timer("step"), at, changed).Pages[^1].Who);
    }

    [Fact]
    public void A_step_for_nobody_goes_on_at_once()
    {
        var decision = Incident.Decide(NewIncident, Timer("step"), IncidentId, Small with { Schedules = [] }, Start);

        Assert.Equal(NewIncident with { Ladder = Expected.Ladder(1, Start), DecisionCount = 1 }, decision.State);
        Assert.Equal([Expected.Line("nobody", "Nobody to page for " + FirstStep)], decision.Timeline);
        var row = PageDecision.Read(new Item("", Assert.Single(decision.Items).Body!));
        Assert.Equal(
            $"Nobody was paged at 2026-01-05 10:00:00 UTC: {FirstStep} names nobody who is there " +
            $"(schedule:weekly was nobody by tzdb {row.TimeZones}; no quiet hours; nothing silenced; policy version 1).",
            row.Sentence());
        Assert.Equal(NodaTime.TimeZones.TzdbDateTimeZoneSource.Default.TzdbVersion, row.TimeZones);
    }

    [Fact]
    public void A_decision_says_how_many_silences_were_looked_at_and_matched_nothing()
    {
        Silencing Until(int minutes) => new(
            $"s{minutes}",
            TestKit.Policies.Match("model=other"),
            Start.AddHours(-1),
            Start.AddMinutes(minutes),
            "ann",
            "");
        var silencing = Small with { Silences = [Until(0), Until(1), Until(60)] };

        var paged = Incident.Decide(NewIncident, Timer("step"), IncidentId, silencing, Start);

        var row = PageDecision.Read(new Item("", Assert.Single(paged.Items).Body!));
        Assert.Contains("; nothing silenced, by none of 2 in force; ", row.Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ladder_for_nobody_pauses_after_its_last_step()
    {
        var (state, nobody) = (NewIncident, Small with { Schedules = [], Users = [] });
        for (var step = 0; step < 3; step++)
        {
            Assert.Equal(Start, state.Ladder.NextAt);
            state = Incident.Decide(state, Timer("step"), IncidentId, nobody, Start).State!;
        }

        Assert.Equal(Expected.Ladder(3, Start.AddMinutes(1)), state.Ladder);
    }

    [Fact]
    public void The_steps_are_pinned_and_the_people_are_the_newest()
    {
        var policy = Small with
        {
            Version = 2,
            Escalations = [],
            Schedules = [Small.Schedules[0] with { Rotations = [Small.Schedules[0].Rotations[0] with { Participants = [Participant.User(Policies.Secondary)] }] }],
        };

        var state = Incident.Decide(NewIncident, Timer("step"), IncidentId, policy, Start).State!;

        Assert.Equal((Policies.Secondary, 1L), (Assert.Single(state.Pages).Who, state.Ladder.Version));
    }

    [Fact]
    public void After_an_acknowledgement_only_steps_if_not_closed_go_on_at_their_time()
    {
        var paged = After(OpenedUnder(UntilClosed), Timer("step"), Start);
        var at = Start.AddMinutes(2);

        var acknowledged = After(paged, Person(new IncidentCommand.Acknowledge("ann", "")), at);
        var climbed = Climb(acknowledged, Start.AddMinutes(10)).State!;

        Assert.Equal((2, Start.AddMinutes(10)), (acknowledged.Ladder.Next, acknowledged.Ladder.NextAt));
        Assert.Equal(
            ["step 3 of ladder: team ml-platform", "step 3 of ladder: team ml-platform"],
            climbed.Pages.Skip(1).Select(p => p.Reason));
        Assert.Equal((IncidentStatus.Acknowledged, null), (climbed.Status, climbed.Ladder.NextAt));
    }

    [Fact]
    public void To_escalate_what_somebody_has_asks_those_whom_the_acknowledgement_passed_over()
    {
        var paged = After(OpenedUnder(UntilClosed), Timer("step"), Start);
        var acknowledged = After(paged, Person(new IncidentCommand.Acknowledge("ann", "")), Start.AddMinutes(2));
        var climbed = Climb(acknowledged, Start.AddMinutes(10)).State!;
        var at = Start.AddMinutes(12);

        var decision = Incident.Decide(
            climbed, Person(new IncidentCommand.Escalate(null, "ann", "")), IncidentId, Small, at);

        Assert.Equal((1, at), (decision.State!.Ladder.Next, decision.State.Ladder.NextAt));
        Assert.Equal("Escalated to step 2 of ladder by ann", decision.Timeline[^1].Text);
    }

    [Fact]
    public void A_ladder_without_such_steps_stops_with_the_acknowledgement() =>
        Assert.Null(AcknowledgedIncident.Ladder.NextAt);

    [Fact]
    public void A_team_without_a_ladder_climbs_the_default_teams_and_a_member_may_name_another()
    {
        var policy = Small with { Escalations = Small.Escalations.Add(Small.Escalations[0] with { Name = "other" }) };

        Assert.Equal("ladder", OpenedBy(FirstMember with { Team = "unheard of" }, policy).Ladder.Policy);
        Assert.Equal("other", OpenedBy(FirstMember with { Escalation = "OTHER" }, policy).Ladder.Policy);
    }

    [Fact]
    public void The_first_member_waits_for_company_and_one_that_waits_less_brings_the_page_forward()
    {
        var waiting = OpenedBy(FirstMember with { GroupWait = TimeSpan.FromMinutes(2) });

        var hastened = After(
            waiting, Join(Another("latency") with { GroupWait = TimeSpan.FromSeconds(10) }), Start.AddSeconds(5));

        Assert.Equal(Start.AddMinutes(2), waiting.Ladder.NextAt);
        Assert.Equal(Start.AddSeconds(15), hastened.Ladder.NextAt);
    }

    [Theory]
    [InlineData("step")]
    [InlineData("unacknowledge")]
    [InlineData("snooze")]
    [InlineData("quiet")]
    [InlineData("digest")]
    [InlineData("tell")]
    public void A_timer_that_was_moved_meanwhile_does_nothing(string name) =>
        Assert.Equal(
            Expected.Unchanged("The timer was moved meanwhile"),
            Incident.Decide(PagedIncident, Timer(name), IncidentId, Small, Start));

    private static PolicyVersion UntilClosed => Small with
    {
        Escalations =
        [
            Small.Escalations[0] with
            {
                Steps = [.. Small.Escalations[0].Steps.Take(2), Small.Escalations[0].Steps[2] with { Condition = StepCondition.IfNotClosed }],
            },
        ],
    };

    private static IncidentState OpenedUnder(PolicyVersion policy) => OpenedBy(FirstMember, policy);

    private static Decision<IncidentState> Climb(IncidentState state, DateTimeOffset at) =>
        Incident.Decide(state, Timer("step"), IncidentId, Small, at);
}
