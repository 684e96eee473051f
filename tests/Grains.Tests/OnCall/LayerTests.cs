using Correlation.Grains.Policy;
using Correlation.TestKit;
using NodaTime;
using Xunit;
using static Correlation.Grains.Tests.Schedules.Calendars;

namespace Correlation.Grains.Tests.Schedules;

public sealed class LayerTests
{
    private static readonly LocalDateTime Monday = new(2026, 1, 5, 9, 0);

    [Fact]
    public void A_higher_layer_replaces_those_below_it_while_it_is_in_force()
    {
        var schedule = Of(
            "UTC",
            Rotation("always", Monday, RotationType.Weekly, 1, "ann"),
            Rotation("second", Monday, RotationType.Weekly, 1, "bob"),
            Rotation("office", Monday, RotationType.Daily, 1, "cleo") with
            {
                Layer = "day",
                Restrictions = [new TimeWindow(9 * 60, 17 * 60)],
            }) with
        { Layers = ["day"] };
        Assert.Equal(["cleo"], On(schedule, "2026-01-06T16:59:59Z"));
        Assert.Equal(["ann", "bob"], On(schedule, "2026-01-06T17:00:00Z"));
        Assert.Equal(["cleo"], On(schedule, "2026-01-07T09:00:00Z"));
    }

    [Fact]
    public void A_turn_that_is_nobodys_replaces_the_layers_below_it_too_and_is_no_gap()
    {
        var schedule = Of(
            "UTC",
            Rotation("always", Monday, RotationType.Weekly, 1, "ann"),
            Rotation("holiday", new LocalDateTime(2026, 12, 25, 0, 0), RotationType.Daily, 1, "none") with
            {
                Layer = "holidays",
                End = new LocalDateTime(2026, 12, 26, 0, 0),
            }) with
        { Layers = ["holidays"] };
        var holiday = OnCall.At(schedule, [], Utc("2026-12-25T12:00:00Z"));
        Assert.Empty(holiday.Participants);
        Assert.False(holiday.IsGap);
        Assert.Equal(["ann"], On(schedule, "2026-12-26T00:00:00Z"));
        Assert.Empty(OnCallCalendar.Gaps(schedule, [], Utc("2026-12-01T00:00:00Z"), Utc("2027-01-01T00:00:00Z")));
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("team:empty")]
    [InlineData("team:of strangers")]
    [InlineData("team:gone")]
    [InlineData("escalation:of nobody")]
    [InlineData("escalation:round")]
    public void Who_is_nobody_does_not_hide_the_layer_below(string gone)
    {
        var schedule = Layered(gone);

        Assert.Equal(["ann"], OnCall.At(Peopled, schedule, Tuesday).Participants.Select(Short));
        Assert.Equal(
            ["ann"],
            OnCallCalendar.Between(schedule, Roster.Of(Peopled), Tuesday, Tuesday.AddDays(3))
                .SelectMany(s => s.Participants)
                .Select(Short));
        Assert.Equal(
            [gone],
            OnCall.At(Peopled, schedule with { Rotations = [schedule.Rotations[1]] }, Tuesday).Participants.Select(
                Short));
    }

    [Theory]
    [InlineData("cleo")]
    [InlineData("none")]
    [InlineData("team:crew")]
    [InlineData("escalation:of the crew")]
    public void Who_is_somebody_does_and_so_does_a_turn_that_is_meant_to_be_nobodys(string above) =>
        Assert.Equal([above], OnCall.At(Peopled, Layered(above), Tuesday).OnCall.Select(duty => Short(duty.Who)));

    [Fact]
    public void Who_is_gone_stands_in_for_nobody_and_is_not_the_next_in_turn()
    {
        var schedule = Daily("UTC", Monday, "ann", "gone", "cleo");
        var gone = new Override(
            "o",
            "id",
            [new OverrideShift(Tuesday.AddDays(-9), Tuesday.AddDays(9), Participant.User("gone"))],
            Tuesday,
            "",
            "");
        var policy = Peopled with { Overrides = [gone] };

        Assert.Equal(["ann"], OnCall.At(policy, schedule, Utc("2026-01-05T12:00:00Z")).Participants.Select(Short));
        Assert.Equal(
            ["cleo"], OnCallOrder.Next(schedule, Roster.Of(policy), Utc("2026-01-05T12:00:00Z")).Select(Short));
    }

    [Fact]
    public void The_sun_is_followed_by_regional_rotations_each_in_its_own_zone()
    {
        var schedule = FollowTheSun();
        Assert.Equal(["tom"], On(schedule, "2026-07-01T20:00:00Z"));
        Assert.Equal(["lee"], On(schedule, "2026-07-02T00:30:00Z"));

        // 16:00 in Singapore is 10:00 in Berlin's summer, but Berlin's layer is the higher one from its 09:00 on.
        Assert.Equal(["lee"], On(schedule, "2026-07-02T06:59:59Z"));
        Assert.Equal(["max"], On(schedule, "2026-07-02T07:00:00Z"));

        // Berlin's evening is New York's noon.
        Assert.Equal(["max"], On(schedule, "2026-07-02T14:59:59Z"));
        Assert.Equal(["tom"], On(schedule, "2026-07-02T15:00:00Z"));
    }

    [Fact]
    public void The_sun_has_no_gap_in_a_whole_year_whatever_the_clocks_of_the_regions_do()
    {
        var (from, to) = (Utc("2026-01-06T00:00:00Z"), Utc("2027-01-06T00:00:00Z"));
        Assert.Empty(OnCallCalendar.Gaps(FollowTheSun(), [], from, to));
        Assert.All(
            OnCallCalendar.Between(FollowTheSun(), [], from, to), shift => Assert.Single(shift.OnCall));
    }

    [Fact]
    public void Nobody_is_on_call_by_a_schedule_that_was_switched_off()
    {
        var schedule = Daily("UTC", Monday, "ann") with { Enabled = false };
        Assert.Empty(On(schedule, "2026-02-01T00:00:00Z"));
    }

    private static readonly DateTimeOffset Tuesday = Utc("2026-01-06T12:00:00Z");

    private static readonly PolicyVersion Peopled = Policies.Small with
    {
        Users = [.. new[] { "ann", "bob", "cleo" }.Select(name => new User(name, name, "UTC", []))],
        Teams =
        [
            new Team("crew", "1", "", [new TeamMember("bob", false)], "ladder"),
            new Team("empty", "2", "", [], "ladder"),
            new Team("of strangers", "3", "", [new TeamMember("gone", true)], "ladder"),
        ],
        Escalations =
        [
            Ladder("of the crew", new StepTarget(StepTargetType.Team, "crew")),
            Ladder("of nobody", new StepTarget(StepTargetType.Admins, "crew")),
            Ladder("round", new StepTarget(StepTargetType.Escalation, "round")),
        ],
    };

    private static Escalation Ladder(string name, StepTarget target) =>
        new(name, "", null, [new EscalationStep(TimeSpan.Zero, StepCondition.IfNotAcknowledged, target)]);

    private static Schedule Layered(string above) => Of(
        "UTC",
        Rotation("below", Monday, RotationType.Weekly, 1, "ann"),
        Rotation("above", Monday, RotationType.Weekly, 1, above) with { Layer = "high" }) with
    { Layers = ["high"] };

    private static Schedule FollowTheSun() => Of(
        "UTC",
        Region("americas", "America/New_York", null, "sue", "tom"),
        Region("asia", "Asia/Singapore", "asia", "kim", "lee") with { Restrictions = [new TimeWindow(8 * 60, 17 * 60)] },
        Region("europe", Berlin, "europe", "eva", "max") with { Restrictions = [new TimeWindow(9 * 60, 17 * 60)] }) with
    { Layers = ["asia", "europe"] };

    private static Rotation Region(string name, string zone, string? layer, params string[] people) =>
        Rotation(name, new LocalDateTime(2026, 1, 5, 0, 0), RotationType.Weekly, 1, people) with { TimeZone = zone, Layer = layer };
}
