using Correlation.Grains.Policy;
using Correlation.TestKit;
using NodaTime;
using Xunit;
using static Correlation.Grains.Tests.Schedules.Calendars;

namespace Correlation.Grains.Tests.Schedules;

public sealed class OrderTests
{
    private static readonly LocalDateTime Monday = new(2026, 1, 5, 0, 0);
    private static readonly DateTimeOffset Tuesday = Utc("2026-01-06T12:00:00Z");

    [Fact]
    public void Next_and_previous_are_those_whose_turns_are_before_and_after()
    {
        var schedule = Daily("UTC", Monday, "ann", "bob", "cleo");
        Assert.Equal(["cleo"], Next(schedule, Tuesday));
        Assert.Equal(["ann"], Previous(schedule, Tuesday));
    }

    [Fact]
    public void The_order_goes_round()
    {
        var schedule = Daily("UTC", Monday, "ann", "bob");
        Assert.Equal(["ann"], Next(schedule, Tuesday));
        Assert.Equal(["bob"], Previous(schedule, Utc("2026-01-05T12:00:00Z")));
    }

    [Fact]
    public void Who_is_on_call_and_nobody_are_passed_over()
    {
        var schedule = Daily("UTC", Monday, "ann", "bob", "bob", "none", "cleo");
        Assert.Equal(["cleo"], Next(schedule, Tuesday));
        Assert.Empty(Next(Daily("UTC", Monday, "ann"), Tuesday));
    }

    [Fact]
    public void Each_rotation_on_call_has_its_own_next_and_who_is_on_call_anyway_is_passed_over()
    {
        var schedule = Of(
            "UTC",
            Rotation("first", Monday, RotationType.Weekly, 1, "ann", "bob"),
            Rotation("second", Monday, RotationType.Daily, 1, "cleo", "dan", "ann"));
        Assert.Equal(["bob", "cleo"], Next(schedule, Tuesday));
        Assert.Equal(["bob", "cleo"], Previous(schedule, Tuesday));
    }

    [Fact]
    public void Behind_an_override_is_the_order_of_the_schedule()
    {
        var schedule = Daily("UTC", Monday, "ann", "bob", "cleo");
        var eve = new Override(
            "eve", "id", [new(Tuesday, Tuesday.AddHours(1), Participant.User("eve"))], Tuesday, "", "");
        Assert.Equal(["cleo"], OnCallOrder.Next(schedule, [eve], Tuesday).Select(Short));
    }

    [Fact]
    public void A_neighbour_who_stands_in_is_passed_over_for_the_one_behind()
    {
        var schedule = Daily("UTC", Monday, "ann", "bob", "cleo");
        var monday = Tuesday.AddDays(-1);
        var bob = new Override("bob", "id", [new(monday, monday.AddHours(1), Participant.User("bob"))], monday, "", "");
        Assert.Equal(["cleo"], OnCallOrder.Next(schedule, [bob], monday).Select(Short));
        var cleo = new Override(
            "cleo", "id", [new(monday, monday.AddHours(1), Participant.User("cleo"))], monday, "", "");
        Assert.Equal(["bob"], OnCallOrder.Previous(schedule, [cleo], monday).Select(Short));
    }

    [Fact]
    public void Where_somebody_stands_in_for_a_gap_next_are_those_after_it()
    {
        var before = Utc("2026-01-01T00:00:00Z");
        var eve = new Override("eve", "id", [new(before, before.AddHours(1), Participant.User("eve"))], before, "", "");
        Assert.Equal(["ann"], OnCallOrder.Next(Daily("UTC", Monday, "ann", "bob"), [eve], before).Select(Short));
    }

    [Fact]
    public void In_a_gap_next_are_those_after_it()
    {
        var schedule = Daily("UTC", Monday, "ann", "bob");
        Assert.Equal(["ann"], Next(schedule, Utc("2026-01-01T00:00:00Z")));
        Assert.Empty(Previous(schedule, Utc("2026-01-01T00:00:00Z")));
    }

    [Fact]
    public void The_next_on_call_by_the_calendar_is_the_next_change_of_people()
    {
        var schedule = Of("UTC", Rotation("days", Monday, RotationType.Daily, 1, "ann", "ann", "bob"));
        var next = OnCallCalendar.Next(schedule, [], Utc("2026-01-05T12:00:00Z"))!;
        Assert.Equal(["bob"], next.Participants.Select(Short));
        Assert.Equal((Utc("2026-01-07T00:00:00Z"), Utc("2026-01-08T00:00:00Z")), (next.From, next.Until));
        Assert.Null(OnCallCalendar.Next(Daily("UTC", Monday, "ann"), [], Tuesday));
    }

    [Fact]
    public void A_team_is_its_members_and_an_escalation_whom_its_first_step_notifies()
    {
        var policy = Given.Small;
        var schedule = policy.Schedules[0] with
        {
            Rotations = [Rotation("r", Monday, RotationType.Daily, 1, "team:ml-platform"), Rotation("e", Monday, RotationType.Daily, 1, "escalation:ladder")],
        };
        Assert.Equal(
            policy.Teams[0].Members.Select(member => member.User),
            OnCallPeople.At(policy, schedule, Tuesday));
    }

    [Fact]
    public void A_schedule_and_an_escalation_that_name_each_other_end_in_nobody()
    {
        var policy = Given.Small;
        policy = policy with
        {
            Schedules = [policy.Schedules[0] with { Rotations = [Rotation("r", Monday, RotationType.Daily, 1, "escalation:ladder")] }],
        };
        Assert.Empty(OnCallPeople.At(policy, policy.Schedules[0], Tuesday));
    }

    /// <summary>
    /// As many rules as an escalation may have: round and round there are more ways than anybody could walk.
    /// </summary>
    [Fact]
    public async Task A_schedule_and_an_escalation_that_name_each_other_often_cost_no_more_than_once()
    {
        var policy = Circle(EscalationRules.MostSteps - 2);

        var people = await InTimeAsync(() => OnCallPeople.At(policy, policy.Schedules[0], Tuesday));

        Assert.Equal([Policies.Secondary], people);
        Assert.Equal(
            [Policies.Secondary],
            OnCallPeople.Named(policy, new StepTarget(StepTargetType.Escalation, "ladder"), Tuesday));
    }

    /// <summary>Files are refused that say so; what they were before a change may still be in force.</summary>
    [Fact]
    public async Task Whether_a_circle_of_escalations_is_anybody_is_asked_once()
    {
        var itself = new EscalationStep(
            TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.Escalation, "ladder"));
        var policy = Given.Small with
        {
            Escalations = [Given.Small.Escalations[0] with { Steps = [.. Enumerable.Repeat(itself, EscalationRules.MostSteps - 1)] }],
        };

        Assert.False(await InTimeAsync(() => Roster.Of(policy).IsAnybody(Participant.Escalation("ladder"))));
    }

    /// <summary>A search without an end fails the test, and does not hang it.</summary>
    private static Task<T> InTimeAsync<T>(Func<T> search) => Task.Run(search).WaitAsync(TimeSpan.FromSeconds(10));

    private static PolicyVersion Circle(int rounds)
    {
        var small = Given.Small;
        EscalationStep[] steps =
        [
            .. Enumerable.Repeat(new StepTarget(StepTargetType.Schedule, small.Schedules[0].Name), rounds)
                .Append(new StepTarget(StepTargetType.User, Policies.Secondary))
                .Select(target => new EscalationStep(TimeSpan.Zero, StepCondition.IfNotAcknowledged, target)),
        ];
        return small with
        {
            Schedules = [small.Schedules[0] with { Rotations = [Rotation("r", Monday, RotationType.Daily, 1, "escalation:ladder")] }],
            Escalations = [small.Escalations[0] with { Steps = [.. steps] }],
        };
    }

    private static IEnumerable<string> Next(Schedule schedule, DateTimeOffset at) =>
        OnCallOrder.Next(schedule, [], at).Select(Short);

    private static IEnumerable<string> Previous(Schedule schedule, DateTimeOffset at) =>
        OnCallOrder.Previous(schedule, [], at).Select(Short);
}
