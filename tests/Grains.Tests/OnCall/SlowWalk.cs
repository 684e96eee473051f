using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Grains.Tests.Schedules;

/// <summary>
/// Who is on call by one rotation, a second time: every hand-off from the first one on is looked at, and every opening
/// of its hours in the days around.
/// </summary>
internal static class SlowWalk
{
    /// <summary>More hand-offs than a clock change can leave out.</summary>
    private const int Skipped = 50;

    public static Participant? At(Schedule schedule, Rotation rotation, Instant at)
    {
        var zone = DateTimeZoneProviders.Tzdb[rotation.TimeZone ?? schedule.TimeZone];
        var isOpen = rotation.Restrictions.Count == 0 || rotation.Restrictions.Any(window => Within(zone, window, at));
        if (!isOpen || (rotation.End is { } end && Last(zone, end) <= at))
        {
            return null;
        }

        var turn = -1;
        for (var next = 0; next <= turn + Skipped; next++)
        {
            if (HandOff(zone, rotation, next) <= at)
            {
                turn = next;
            }
        }

        return turn < 0 ? null : rotation.Participants[turn % rotation.Participants.Count];
    }

    /// <summary>Is some day's opening at most, and its closing after, the instant?</summary>
    public static bool Within(DateTimeZone zone, TimeWindow hours, Instant at) => Enumerable.Range(-9, 13).Any(day =>
    {
        var date = at.InZone(zone).Date.PlusDays(day);
        if (hours.StartDay is { } weekday && weekday != date.DayOfWeek)
        {
            return false;
        }

        var open = date.AtMidnight().PlusMinutes(hours.Start);
        return First(zone, open) <= at && at < Last(zone, open.PlusMinutes(hours.LengthMinutes));
    });

    public static Instant First(DateTimeZone zone, LocalDateTime local) => zone.MapLocal(local) is { Count: > 0 } found
        ? found.First().ToInstant()
        : Moved(zone, local);

    public static Instant Last(DateTimeZone zone, LocalDateTime local) => zone.MapLocal(local) is { Count: > 0 } found
        ? found.Last().ToInstant()
        : Moved(zone, local);

    private static Instant HandOff(DateTimeZone zone, Rotation rotation, int turn) => rotation.Type switch
    {
        RotationType.Hourly => First(zone, rotation.Start) + Duration.FromHours(turn * rotation.Length),
        RotationType.Daily => First(zone, rotation.Start.PlusDays(turn * rotation.Length)),
        RotationType.Weekly => First(zone, rotation.Start.PlusWeeks(turn * rotation.Length)),
        _ => First(zone, rotation.Start.PlusMinutes(turn * rotation.Length)),
    };

    /// <summary>As if the clock had not been changed yet.</summary>
    private static Instant Moved(DateTimeZone zone, LocalDateTime local) =>
        local.WithOffset(zone.MapLocal(local).EarlyInterval.WallOffset).ToInstant();
}
