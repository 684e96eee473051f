using Correlation.Grains.Policy;
using NodaTime;
using Xunit;
using static Correlation.Grains.Tests.Schedules.Calendars;

namespace Correlation.Grains.Tests.Schedules;

public sealed class OnCallTests
{
    [Fact]
    public void Nobody_is_on_call_before_the_first_hand_off()
    {
        var schedule = Daily(Berlin, new(2026, 1, 5, 9, 0), "ann", "bob");
        Assert.Empty(On(schedule, "2026-01-05T07:59:59Z"));
        Assert.Equal(["ann"], On(schedule, "2026-01-05T08:00:00Z"));
    }

    [Fact]
    public void A_hand_off_belongs_to_the_next_person()
    {
        var schedule = Daily(Berlin, new(2026, 1, 5, 9, 0), "ann", "bob");
        Assert.Equal(["ann"], On(schedule, "2026-01-06T07:59:59Z"));
        Assert.Equal(["bob"], On(schedule, "2026-01-06T08:00:00Z"));
        Assert.Equal(["ann"], On(schedule, "2026-01-07T08:00:00Z"));
    }

    [Fact]
    public void A_weekly_rotation_keeps_its_local_time_when_summer_time_begins()
    {
        // Clocks in Berlin go from +01 to +02 on Sunday, 2026-03-29: Monday 09:00 is 08:00Z before and 07:00Z after.
        var schedule = One(Berlin, RotationType.Weekly, 1, new(2026, 3, 23, 9, 0), "ann", "bob");
        Assert.Equal(["ann"], On(schedule, "2026-03-23T08:00:00Z"));
        Assert.Equal(["ann"], On(schedule, "2026-03-30T06:59:59Z"));
        Assert.Equal(["bob"], On(schedule, "2026-03-30T07:00:00Z"));
    }

    [Fact]
    public void A_weekly_rotation_keeps_its_local_time_when_summer_time_ends()
    {
        // From +02 to +01 on Sunday, 2026-10-25.
        var schedule = One(Berlin, RotationType.Weekly, 1, new(2026, 10, 19, 9, 0), "ann", "bob");
        Assert.Equal(["ann"], On(schedule, "2026-10-19T07:00:00Z"));
        Assert.Equal(["ann"], On(schedule, "2026-10-26T07:59:59Z"));
        Assert.Equal(["bob"], On(schedule, "2026-10-26T08:00:00Z"));
    }

    [Fact]
    public void A_hand_off_inside_the_gap_moves_forward_by_the_gap()
    {
        // 02:30 does not exist on 2026-03-29; the hand-off is at 03:30 (+02), and back at 02:30 the day after.
        var schedule = Daily(Berlin, new(2026, 3, 28, 2, 30), "ann", "bob", "cleo");
        Assert.Equal(["ann"], On(schedule, "2026-03-29T01:29:59Z"));
        Assert.Equal(["bob"], On(schedule, "2026-03-29T01:30:00Z"));
        Assert.Equal(["bob"], On(schedule, "2026-03-30T00:29:59Z"));
        Assert.Equal(["cleo"], On(schedule, "2026-03-30T00:30:00Z"));
    }

    [Fact]
    public void A_hand_off_that_comes_twice_is_the_first_of_the_two()
    {
        // 02:30 comes twice on 2026-10-25: at 00:30Z and at 01:30Z.
        var schedule = Daily(Berlin, new(2026, 10, 24, 2, 30), "ann", "bob");
        Assert.Equal(["ann"], On(schedule, "2026-10-25T00:29:59Z"));
        Assert.Equal(["bob"], On(schedule, "2026-10-25T00:30:00Z"));
        Assert.Equal(["bob"], On(schedule, "2026-10-25T01:30:00Z"));
        Assert.Equal(["bob"], On(schedule, "2026-10-26T01:29:59Z"));
        Assert.Equal(["ann"], On(schedule, "2026-10-26T01:30:00Z"));
    }

    [Fact]
    public void Hourly_turns_are_real_hours_over_a_clock_change()
    {
        // Twelve hours from midnight (+01): noon on the clock is eleven hours later, so the turn ends at 13:00 (+02).
        var schedule = One(Berlin, RotationType.Hourly, 12, new(2026, 3, 29, 0, 0), "ann", "bob");
        Assert.Equal(["ann"], On(schedule, "2026-03-29T10:59:59Z"));
        Assert.Equal(["bob"], On(schedule, "2026-03-29T11:00:00Z"));
    }

    [Fact]
    public void A_day_that_a_zone_left_out_costs_the_turn_but_leaves_nobody_without()
    {
        // Samoa had no 2011-12-30: the turns of the 30th and of the 31st begin together, and the later one has it.
        var schedule = Daily("Pacific/Apia", new(2011, 12, 29, 9, 0), "ann", "bob", "cleo");
        Assert.Equal(["ann"], On(schedule, "2011-12-30T18:59:59Z"));
        Assert.Equal(["cleo"], On(schedule, "2011-12-30T19:00:00Z"));
    }

    [Fact]
    public void All_rotations_are_on_call_at_once_and_a_person_counts_once()
    {
        var start = new LocalDateTime(2026, 1, 5, 9, 0);
        var schedule = Of(
            "UTC",
            Rotation("first", start, RotationType.Weekly, 1, "ann", "bob"),
            Rotation("second", start, RotationType.Daily, 1, "cleo", "ann", "dan"),
            Rotation("later", start.PlusDays(30), RotationType.Daily, 1, "eve"));
        Assert.Equal(["ann", "cleo"], On(schedule, "2026-01-05T09:00:00Z"));
        var same = OnCall.At(schedule, [], Utc("2026-01-06T09:00:00Z"));
        Assert.Equal([Participant.User("ann")], same.Participants);
        Assert.Equal(["first", "second"], same.OnCall.Select(duty => duty.Rotation));
    }

    [Fact]
    public void A_participant_may_repeat_and_keeps_the_place_in_the_order()
    {
        var schedule = Daily("UTC", new(2026, 1, 5, 0, 0), "ann", "bob", "ann");
        var noon = Utc("2026-01-05T12:00:00Z");
        var days = Enumerable.Range(0, 4).SelectMany(day => On(schedule, noon.AddDays(day)));
        Assert.Equal(["ann", "bob", "ann", "ann"], days);
    }
}
