using Correlation.Grains.Policy;
using NodaTime;
using Xunit;

namespace Correlation.Grains.Tests.Schedules;

/// <summary>
/// Every clock change of every zone from 1970 to 2050, with the hardest schedules: those that hand off, open and close
/// at the very times of day that the change skips or repeats.
/// </summary>
public sealed class ClockChangeTests
{
    private static readonly Instant From = Instant.FromUtc(1970, 1, 1, 0, 0);
    private static readonly Instant To = Instant.FromUtc(2051, 1, 1, 0, 0);

    /// <summary>Zones that are the same under two names change their clocks once.</summary>
    private static readonly Lazy<List<(DateTimeZone Zone, Instant Change, string Name)>> Changes = new(() =>
    [
        .. from id in DateTimeZoneProviders.Tzdb.Ids
           let zone = DateTimeZoneProviders.Tzdb[id]
           from interval in zone.GetZoneIntervals(From, To)
           where interval.HasEnd && interval.End < To
           group (zone, interval.End, $"{id} at {interval.End}")
           by (interval.End, interval.WallOffset, zone.GetUtcOffset(interval.End)) into same
           select same.First(),
    ]);

    [Fact]
    public void There_are_changes_of_an_hour_of_half_an_hour_of_a_day_and_of_odd_minutes()
    {
        var sizes = Changes.Value
            .Select(
                c => c.Zone.GetUtcOffset(c.Change).Seconds - c.Zone.GetUtcOffset(c.Change - Duration.Epsilon).Seconds)
            .ToHashSet();
        Assert.All([3600, -3600, 1800, -1800, 24 * 3600], size => Assert.Contains(size, sizes));
        Assert.Contains(Changes.Value, c => c.Zone.Id is "Australia/LHI" or "Australia/Lord_Howe");
        Assert.True(Changes.Value.Count > 2_000, $"Only {Changes.Value.Count} changes");
    }

    [Theory]
    [InlineData(RotationType.Daily, 1)]
    [InlineData(RotationType.Custom, 12 * 60)]
    [InlineData(RotationType.Custom, 45)]
    [InlineData(RotationType.Hourly, 1)]
    public void The_calendar_is_what_the_engine_says_at_every_instant_and_somebody_is_always_on_call(
        RotationType type, int length)
    {
        foreach (var (zone, change, name) in Changes.Value)
        {
            var schedule = AtTheChange(zone, change, rotation => rotation with { Type = type, Length = length });
            var (from, to) = ((change - Duration.FromHours(3)).ToDateTimeOffset(), (change + Duration.FromHours(3)).ToDateTimeOffset());
            var calendar = OnCallCalendar.Between(schedule, [], from, to).ToList();

            Assert.True(calendar.All(s => s.OnCall.Count == 1), name);
            Assert.True(calendar[0].From == from && calendar[^1].Until == to, name);
            Assert.True(calendar.Zip(calendar.Skip(1)).All(p => p.First.Until == p.Second.From), name);
            foreach (var segment in calendar)
            {
                Assert.True(Says(schedule, segment, segment.From), $"{name}, from {segment.From:O}");
                Assert.True(Says(schedule, segment, segment.From + ((segment.Until - segment.From) / 2)), name);
                Assert.True(Says(schedule, segment, segment.Until.AddTicks(-1)), $"{name}, until {segment.Until:O}");
            }
        }
    }

    [Fact]
    public void Hand_offs_keep_their_time_of_day_and_one_that_is_skipped_moves_by_as_much_and_one_that_comes_twice_is_the_first()
    {
        foreach (var (zone, change, name) in Changes.Value)
        {
            var schedule = AtTheChange(zone, change, rotation => rotation);
            var start = schedule.Rotations[0].Start;
            var from = (change - Duration.FromHours(40)).ToDateTimeOffset();
            var to = (change + Duration.FromHours(40)).ToDateTimeOffset();
            var handOffs = OnCallCalendar.Between(schedule, [], from, to)
                .Skip(1)
                .Select(s => Instant.FromDateTimeOffset(s.From));
            var expected = Enumerable.Range(0, 10)
                .Select(day => SlowWalk.First(zone, start.PlusDays(day)))
                .Where(
                    handOff => handOff > Instant.FromDateTimeOffset(from) && handOff < Instant.FromDateTimeOffset(to))
                .Distinct();
            Assert.True(expected.SequenceEqual(handOffs), $"{name}: {string.Join(", ", handOffs)}");
        }
    }

    [Fact]
    public void Hours_around_a_change_open_at_the_first_and_close_at_the_last_and_the_calendar_is_what_the_engine_says()
    {
        foreach (var (zone, change, name) in Changes.Value)
        {
            var hours = HoursAround(zone, change);
            var schedule = AtTheChange(zone, change, rotation => rotation with { Restrictions = [hours] });
            var (from, to) = ((change - Duration.FromHours(30)).ToDateTimeOffset(), (change + Duration.FromHours(30)).ToDateTimeOffset());
            foreach (var segment in OnCallCalendar.Between(schedule, [], from, to))
            {
                Assert.True(Says(schedule, segment, segment.From), $"{name}, from {segment.From:O}");
                Assert.True(Says(schedule, segment, segment.Until.AddTicks(-1)), $"{name}, until {segment.Until:O}");
                var between = segment.From + ((segment.Until - segment.From) / 2);
                Assert.Equal(SlowWalk.Within(zone, hours, Instant.FromDateTimeOffset(between)), !segment.IsGap);
            }
        }
    }

    [Fact]
    public void Day_and_night_shifts_that_meet_at_the_change_leave_nobody_out()
    {
        foreach (var (zone, change, name) in Changes.Value)
        {
            var start = change.InZone(zone).LocalDateTime.PlusDays(-20).With(TimeAdjusters.TruncateToMinute);
            var cut = MinuteOf(change.InZone(zone).LocalDateTime.PlusMinutes(-15));
            var schedule = Calendars.Of(
                zone.Id,
                Calendars.Rotation("day", start, RotationType.Daily, 1, "d") with { Restrictions = [new TimeWindow(cut, (cut + 720) % 1440)] },
                Calendars.Rotation("night", start, RotationType.Daily, 1, "n") with { Restrictions = [new TimeWindow((cut + 720) % 1440, cut)] });
            var (from, to) = ((change - Duration.FromHours(30)).ToDateTimeOffset(), (change + Duration.FromHours(30)).ToDateTimeOffset());
            Assert.True(!OnCallCalendar.Gaps(schedule, [], from, to).Any(), name);
        }
    }

    private static bool Says(Schedule schedule, Segment segment, DateTimeOffset at) =>
        OnCall.At(schedule, [], at).OnCall.Equals(segment.OnCall);

    /// <summary>Hand-offs a quarter of an hour before what the clock shows right after the change.</summary>
    private static Schedule AtTheChange(DateTimeZone zone, Instant change, Func<Rotation, Rotation> form)
    {
        var start = change.InZone(zone).LocalDateTime.PlusDays(-3)
            .PlusMinutes(-15)
            .With(TimeAdjusters.TruncateToMinute);
        return Calendars.Of(
            zone.Id, form(Calendars.Rotation("only", start, RotationType.Daily, 1, "0", "1", "2", "3", "4", "5", "6")));
    }

    /// <summary>
    /// Forty minutes whose middle is what the clock shows right after the change, less a quarter of an hour.
    /// </summary>
    private static TimeWindow HoursAround(DateTimeZone zone, Instant change)
    {
        var middle = MinuteOf(change.InZone(zone).LocalDateTime.PlusMinutes(-15));
        return new TimeWindow((middle + 1440 - 20) % 1440, (middle + 20) % 1440);
    }

    private static int MinuteOf(LocalDateTime local) => (local.Hour * 60) + local.Minute;
}
