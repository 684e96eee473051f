using Correlation.Grains.Policy;
using Xunit;
using static Correlation.Grains.Tests.Schedules.Calendars;

namespace Correlation.Grains.Tests.Schedules;

public sealed class OverrideTests
{
    private static readonly DateTimeOffset Noon = Utc("2026-01-06T12:00:00Z");
    private static readonly DateTimeOffset Evening = Utc("2026-01-06T20:00:00Z");

    private static readonly Schedule Duty = Of(
        "UTC",
        Rotation("first", new(2026, 1, 5, 0, 0), RotationType.Weekly, 1, "ann", "bob"),
        Rotation("second", new(2026, 1, 5, 0, 0), RotationType.Daily, 1, "cleo", "dan"));

    [Fact]
    public void An_override_takes_the_place_of_all_who_are_on_call_for_its_time()
    {
        var eve = Stands("eve", s => s);
        Assert.Equal(["ann", "dan"], On(Duty, "2026-01-06T11:59:59Z", eve));
        Assert.Equal(["eve"], On(Duty, Noon, eve));
        Assert.Equal(["eve"], On(Duty, "2026-01-06T19:59:59Z", eve));
        Assert.Equal(["ann", "dan"], On(Duty, Evening, eve));
    }

    [Fact]
    public void An_override_fills_a_gap()
    {
        var later = Daily("UTC", new(2027, 1, 1, 0, 0), "ann");
        Assert.Equal(["eve"], On(later, Noon, Stands("eve", s => s)));
        Assert.True(OnCall.At(later, [], Noon).IsGap);
    }

    [Fact]
    public void An_override_replaces_the_person_for_its_time() =>
        Assert.Equal(["ann", "eve"], On(Duty, Noon, Stands("eve", s => s with { Replaces = Participant.User("DAN") })));

    [Fact]
    public void Nobody_stands_in_for_a_person_who_is_not_on_call() =>
        Assert.Equal(["ann", "dan"], On(Duty, Noon, Stands("eve", s => s with { Replaces = Participant.User("bob") })));

    [Fact]
    public void An_override_replaces_a_rotation_as_long_as_that_is_in_force()
    {
        Assert.Equal(["eve", "dan"], On(Duty, Noon, Stands("eve", s => s with { Rotations = ["first"] })));
        var ended = Of("UTC", Duty.Rotations[0] with { End = new(2026, 1, 6, 18, 0) }, Duty.Rotations[1]);
        Assert.Equal(["dan"], On(ended, "2026-01-06T18:00:00Z", Stands("eve", s => s with { Rotations = ["first"] })));
    }

    [Fact]
    public void A_rotation_is_meant_by_its_id_as_well_whatever_it_is_called_now()
    {
        var renamed = Of("UTC", Duty.Rotations[0] with { Id = "7", Name = "new name" });
        Assert.Equal(["eve"], On(renamed, Noon, Stands("eve", s => s with { Rotations = ["7"] })));
    }

    [Fact]
    public void An_override_replaces_a_layer()
    {
        var layered = Duty with { Layers = ["top"], Rotations = [Duty.Rotations[0] with { Layer = "top" }, Duty.Rotations[1]] };
        Assert.Equal(["eve"], On(layered, Noon, Stands("eve", s => s with { Layer = "top" })));
        var below = layered with { Rotations = [Duty.Rotations[0], Duty.Rotations[1]] };
        Assert.Equal(["ann", "dan"], On(below, Noon, Stands("eve", s => s with { Layer = "top" })));
    }

    [Fact]
    public void An_override_of_another_schedule_changes_nothing() =>
        Assert.Equal(["ann", "dan"], On(Duty, Noon, Stands("eve", s => s) with { ScheduleId = "other" }));

    [Fact]
    public void An_override_may_say_nobody_and_that_is_no_gap()
    {
        var nobody = OnCall.At(Duty, [Stands("none", s => s)], Noon);
        Assert.Empty(nobody.Participants);
        Assert.False(nobody.IsGap);
    }

    [Fact]
    public void Of_two_overrides_the_newer_wins_and_may_replace_who_stands_in()
    {
        var eve = Stands("eve", s => s);
        Assert.Equal(["fay"], On(Duty, Noon, eve, Stands("fay", s => s)));
        Assert.Equal(["fay"], On(Duty, Noon, eve, Stands("fay", s => s with { Replaces = Participant.User("eve") })));
    }

    [Fact]
    public void A_swap_is_two_shifts_of_one_override()
    {
        var (week, next) = (Utc("2026-01-05T00:00:00Z"), Utc("2026-01-12T00:00:00Z"));
        var swap = new Override(
            "swap", "id",
            [
                new(week, next, Participant.User("bob")) { Replaces = Participant.User("ann") },
                new(next, next.AddDays(7), Participant.User("ann")) { Replaces = Participant.User("bob") },
            ],
            week, "ann", "");
        Assert.Equal(["bob", "dan"], On(Duty, Noon, swap));
        Assert.Equal(["ann", "cleo"], On(Duty, "2026-01-13T00:00:00Z", swap));
        Assert.Equal(["bob", "cleo"], On(Duty, "2026-01-13T00:00:00Z"));
        Assert.Equal(["ann", "cleo"], On(Duty, "2026-01-19T00:00:00Z", swap));
    }

    [Fact]
    public void It_is_said_which_override_put_somebody_there_and_instead_of_whom()
    {
        var duty = OnCall.At(Duty, [Stands("eve", s => s with { Rotations = ["second"] })], Noon).OnCall[1];
        Assert.Equal(new Duty(Participant.User("eve"), "second", null, "eve", Participant.User("dan")), duty);
    }

    private static Override Stands(string who, Func<OverrideShift, OverrideShift> which) =>
        new(who, "id", [which(new OverrideShift(Noon, Evening, Participant.Parse(who)))], Noon, "", "");
}
