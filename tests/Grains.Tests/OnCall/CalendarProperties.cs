using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Xunit;

namespace Correlation.Grains.Tests.Schedules;

/// <summary>Schedules with everything in them: layers, hours, ends, zones of their own, nobody, overrides.</summary>
public sealed class CalendarProperties
{
    private const int Days = 12;

    private static readonly DateTimeOffset Start = new(2026, 3, 20, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> Zones = Gen.Elements(
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");

    private static readonly Gen<TimeWindow> Windows =
        from start in Gen.Choose(0, 95)
        from end in Gen.Choose(1, 96)
        from day in Gen.Choose(0, 7)
        from length in Gen.Choose(0, 6)
        select day == 0
            ? new TimeWindow(start * 15, end * 15)
            : new TimeWindow(start * 15, end * 15, (IsoDayOfWeek)day, (IsoDayOfWeek)(((day - 1 + length) % 7) + 1));

    private static readonly Gen<Rotation> Rotations =
        from type in Gen.Elements(RotationType.Hourly, RotationType.Daily, RotationType.Weekly, RotationType.Custom)
        from length in Gen.Choose(1, 3)
        from minutes in Gen.Choose(-20 * 1440, 5 * 1440)
        from end in Gen.Choose(0, 20)
        from people in Gen.NonEmptyListOf(Gen.Elements("ann", "bob", "cleo", "team:ml", "none"))
        from windows in Gen.ListOf(Windows)
        from layer in Gen.Elements<string?>(null, "low", "high")
        from zone in Gen.OneOf(Gen.Constant<string?>(null), Zones.Select(zone => (string?)zone))
        select Calendars.Rotation(
            "r", new LocalDateTime(2026, 3, 20, 0, 0).PlusMinutes(minutes), type,
            type == RotationType.Custom ? length * 410 : length, [.. people]) with
        {
            End = end < 5 ? new LocalDateTime(2026, 3, 26, 1, 30).PlusDays(end) : null,
            Restrictions = windows.Take(3).ToValueList(),
            Layer = layer,
            TimeZone = zone,
        };

    private static readonly Gen<OverrideShift> Shifts =
        from minutes in Gen.Choose(0, Days * 1440)
        from length in Gen.Choose(1, 2 * 1440)
        from who in Gen.Elements("eve", "fay", "none")
        from scope in Gen.Choose(0, 3)
        select new OverrideShift(Start.AddMinutes(minutes), Start.AddMinutes(minutes + length), Participant.Parse(who))
        {
            Replaces = scope == 1 ? Participant.User("ann") : null,
            Rotations = scope == 2 ? ["r0"] : [],
            Layer = scope == 3 ? "high" : null,
        };

    private static readonly Gen<(Schedule Schedule, ValueList<Override> Overrides, int Seconds)> Cases =
        from zone in Zones
        from rotations in Gen.ListOf(Rotations)
        from shifts in Gen.ListOf(Shifts)
        from seconds in Gen.Choose(0, Days * 86_400)
        select (
            Calendars.Of(zone, [.. rotations.Take(4).Select((rotation, n) => rotation with { Name = $"r{n}" })]) with { Layers = ["low", "high"] },
            shifts.Take(4).Select((shift, n) => new Override($"o{n}", "id", [shift], Start, "", "")).ToValueList(),
            seconds);

    [Fact]
    public void A_calendar_has_no_hole_and_says_of_every_instant_what_the_engine_says() => Holds((schedule, overrides, at) =>
    {
        var end = Start.AddDays(Days);
        var calendar = OnCallCalendar.Between(schedule, [.. overrides], Start, end).ToList();
        Assert.Equal((Start, end), (calendar[0].From, calendar[^1].Until));
        Assert.All(calendar.Zip(calendar.Skip(1)), pair => Assert.Equal(pair.First.Until, pair.Second.From));
        Assert.All(calendar.Zip(calendar.Skip(1)), pair => Assert.NotEqual(pair.First.OnCall, pair.Second.OnCall));
        Assert.Equal(
            end - Start, calendar.Aggregate(TimeSpan.Zero, (sum, segment) => sum + (segment.Until - segment.From)));
        Assert.Equal(
            calendar.Single(segment => segment.From <= at && at < segment.Until).OnCall,
            OnCall.At(schedule, [.. overrides], at).OnCall);
        Assert.Equal(
            calendar.Where(segment => segment.IsGap), OnCallCalendar.Gaps(schedule, [.. overrides], Start, end));
    });

    [Fact]
    public void An_answer_holds_for_as_long_as_it_says() => Holds((schedule, overrides, at) =>
    {
        var now = OnCall.At(schedule, [.. overrides], at);
        Assert.True(now.From <= at && at < now.Until);
        var (from, until) = (now.From > Start.AddYears(-1) ? now.From : Start.AddYears(-1), now.Until < Start.AddYears(1) ? now.Until : Start.AddYears(1));
        Assert.All(
            [from, from + ((until - from) / 3), until.AddTicks(-1)],
            time => Assert.Equal(now.OnCall, OnCall.At(schedule, [.. overrides], time).OnCall));

        var around = OnCallCalendar.Around(schedule, [.. overrides], at);
        Assert.True(around.From <= now.From && now.Until <= around.Until);
        Assert.Equal(now.OnCall, around.OnCall);
    });

    [Fact]
    public void On_call_are_the_rotations_of_the_highest_layer_that_a_slow_walk_finds_in_force() => Holds((schedule, _, at) =>
    {
        var instant = Instant.FromDateTimeOffset(at);
        var inForce = schedule.Rotations
            .Select(rotation => (rotation, who: SlowWalk.At(schedule, rotation, instant)))
            .Where(found => found.who is not null)
            .GroupBy(found => found.rotation.Layer switch { null => 0, "low" => 1, _ => 2 })
            .MaxBy(layer => layer.Key);
        Assert.Equal(
            inForce?.Select(found => (found.rotation.Name, found.who!.Value)) ?? [],
            OnCall.At(schedule, [], at).OnCall.Select(duty => (duty.Rotation!, duty.Who)));
    });

    private static void Holds(Action<Schedule, ValueList<Override>, DateTimeOffset> check) => Prop
        .ForAll(Cases.ToArbitrary(), one => check(one.Schedule, one.Overrides, Start.AddSeconds(one.Seconds)))
        .QuickCheckThrowOnFailure();
}
