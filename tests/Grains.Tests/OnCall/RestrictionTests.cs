using Correlation.Grains.Policy;
using NodaTime;
using Xunit;
using static Correlation.Grains.Tests.Schedules.Calendars;

namespace Correlation.Grains.Tests.Schedules;

public sealed class RestrictionTests
{
    private static readonly LocalDateTime Monday = new(2026, 1, 5, 0, 0);

    [Fact]
    public void A_restricted_rotation_is_on_call_within_its_hours_only_and_turns_pass_outside_them()
    {
        var schedule = Within(new TimeWindow(9 * 60, 17 * 60));
        Assert.Empty(On(schedule, "2026-01-05T07:59:59Z"));
        Assert.Equal(["ann"], On(schedule, "2026-01-05T08:00:00Z"));
        Assert.Equal(["ann"], On(schedule, "2026-01-05T15:59:59Z"));
        Assert.Empty(On(schedule, "2026-01-05T16:00:00Z"));
        Assert.Equal(["bob"], On(schedule, "2026-01-06T08:00:00Z"));
    }

    [Fact]
    public void Hours_that_end_before_they_start_go_on_over_midnight()
    {
        var schedule = Within(new TimeWindow(22 * 60, 6 * 60));
        Assert.Equal(["ann"], On(schedule, "2026-01-05T21:00:00Z"));
        Assert.Equal(["bob"], On(schedule, "2026-01-06T04:59:59Z"));
        Assert.Empty(On(schedule, "2026-01-06T05:00:00Z"));
    }

    [Fact]
    public void A_part_of_the_week_reaches_from_its_first_day_to_its_last()
    {
        var schedule = Within(new TimeWindow(9 * 60, 17 * 60, IsoDayOfWeek.Monday, IsoDayOfWeek.Friday));
        Assert.Empty(On(schedule, "2026-01-05T07:59:59Z"));
        Assert.Equal(["cleo"], On(schedule, "2026-01-07T02:00:00Z"));
        Assert.Equal(["bob"], On(schedule, "2026-01-09T15:59:59Z"));
        Assert.Empty(On(schedule, "2026-01-09T16:00:00Z"));
        Assert.Empty(On(schedule, "2026-01-12T07:59:59Z"));
        Assert.Equal(["bob"], On(schedule, "2026-01-12T08:00:00Z"));
    }

    [Fact]
    public void A_part_of_the_week_may_go_on_over_its_end()
    {
        var weekend = Within(new TimeWindow(18 * 60, 8 * 60, IsoDayOfWeek.Friday, IsoDayOfWeek.Monday));
        Assert.Empty(On(weekend, "2026-01-09T16:59:59Z"));
        Assert.NotEmpty(On(weekend, "2026-01-09T17:00:00Z"));
        Assert.NotEmpty(On(weekend, "2026-01-12T06:59:59Z"));
        Assert.Empty(On(weekend, "2026-01-12T07:00:00Z"));
    }

    [Fact]
    public void Parts_that_touch_are_one_and_midnight_may_be_written_as_twenty_four()
    {
        var schedule = Within(
            new TimeWindow(0, 12 * 60, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Tuesday),
            new TimeWindow(12 * 60, 24 * 60, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Tuesday));
        Assert.Empty(On(schedule, "2026-01-05T22:59:59Z"));
        Assert.Equal(["bob"], On(schedule, "2026-01-06T11:00:00Z"));
        var day = OnCall.At(schedule, [], Utc("2026-01-06T11:00:00Z"));
        Assert.Equal((Utc("2026-01-05T23:00:00Z"), Utc("2026-01-06T23:00:00Z")), (day.From, day.Until));
    }

    [Fact]
    public void Equal_times_are_the_whole_day()
    {
        var schedule = Within(new TimeWindow(9 * 60, 9 * 60));
        Assert.Equal(["ann"], On(schedule, "2026-01-05T10:00:00Z"));
        Assert.Equal(["bob"], On(schedule, "2026-01-06T07:59:00Z"));
    }

    [Fact]
    public void Hours_inside_the_spring_gap_move_forward_by_it()
    {
        // 02:00 to 03:00 is left out in Berlin on 2026-03-29: 02:15-02:45 is 03:15-03:45 (+02).
        var schedule = Within(new TimeWindow((2 * 60) + 15, (2 * 60) + 45));
        Assert.Empty(On(schedule, "2026-03-29T01:14:59Z"));
        Assert.NotEmpty(On(schedule, "2026-03-29T01:15:00Z"));
        Assert.NotEmpty(On(schedule, "2026-03-29T01:44:59Z"));
        Assert.Empty(On(schedule, "2026-03-29T01:45:00Z"));
    }

    [Fact]
    public void Hours_inside_the_autumn_fold_begin_at_the_first_occurrence_and_end_at_the_last()
    {
        // 02:00 to 03:00 comes twice in Berlin on 2026-10-25: from 00:00Z and from 01:00Z.
        var schedule = Within(new TimeWindow((2 * 60) + 15, (2 * 60) + 45));
        Assert.Empty(On(schedule, "2026-10-25T00:14:59Z"));
        Assert.NotEmpty(On(schedule, "2026-10-25T00:15:00Z"));
        Assert.NotEmpty(On(schedule, "2026-10-25T01:44:59Z"));
        Assert.Empty(On(schedule, "2026-10-25T01:45:00Z"));
    }

    [Fact]
    public void A_rotation_ends_and_ends_at_the_last_occurrence_of_a_time_that_comes_twice()
    {
        var schedule = Of(Berlin, Rotation("only", Monday, RotationType.Daily, 1, "ann") with
        {
            End = new LocalDateTime(2026, 10, 25, 2, 30),
        });
        Assert.Equal(["ann"], On(schedule, "2026-10-25T01:29:59Z"));
        Assert.Empty(On(schedule, "2026-10-25T01:30:00Z"));
    }

    private static Schedule Within(params TimeWindow[] windows) => Of(
        Berlin,
        Rotation("only", Monday, RotationType.Daily, 1, "ann", "bob", "cleo") with { Restrictions = [.. windows] });
}
