using Correlation.Grains.Model;
using NodaTime;

// The namespace of what it reads: a namespace OnCall would hide the type from every caller in this solution.
namespace Correlation.Grains.Policy;

/// <summary>
/// Who is on call at an instant: the one function that the engine, the API and every preview use. Each rotation has
/// exactly one person on call from its first hand-off on, and nobody before it.
/// </summary>
public static class OnCall
{
    /// <summary>User names, one per rotation that has begun, in the order of the rotations, each person once.</summary>
    public static ValueList<string> At(Schedule schedule, DateTimeOffset at)
    {
        var zone = DateTimeZoneProviders.Tzdb[schedule.TimeZone];
        var instant = Instant.FromDateTimeOffset(at);
        return schedule.Rotations
            .Select(rotation => At(rotation, zone, instant))
            .OfType<string>()
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToValueList();
    }

    private static string? At(Rotation rotation, DateTimeZone zone, Instant at)
    {
        if (rotation.Participants.Count == 0 || at < zone.AtLeniently(rotation.Start).ToInstant())
        {
            return null;
        }

        var turn = rotation.Type switch
        {
            RotationType.Hourly => TurnByElapsedTime(rotation, zone, at),
            RotationType.Daily => TurnByWallClock(rotation, rotation.Length, zone, at),
            RotationType.Weekly => TurnByWallClock(rotation, rotation.Length * 7, zone, at),
            _ => throw new System.Diagnostics.UnreachableException($"Rotation {rotation.Name}: no type {rotation.Type}."),
        };
        return rotation.Participants[(int)(turn % rotation.Participants.Count)];
    }

    /// <summary>Hours are real hours: a turn over a clock change is as long as any other.</summary>
    private static long TurnByElapsedTime(Rotation rotation, DateTimeZone zone, Instant at)
    {
        var elapsed = at - zone.AtLeniently(rotation.Start).ToInstant();
        return elapsed.BclCompatibleTicks / (NodaConstants.TicksPerHour * rotation.Length);
    }

    /// <summary>
    /// Days and weeks hand off at the same time on the wall: a turn over a clock change is an hour shorter or longer. A
    /// hand-off that falls into a gap moves forward by the gap; one that comes twice is the first of the two.
    /// </summary>
    private static long TurnByWallClock(Rotation rotation, int days, DateTimeZone zone, Instant at)
    {
        var passed = Period.DaysBetween(rotation.Start.Date, at.InZone(zone).Date);
        var turn = Math.Max(0, passed / days);

        // The calendar day is at most one turn off: the time of day and a clock change decide.
        while (turn > 0 && HandOff(turn) > at)
        {
            turn--;
        }

        while (HandOff(turn + 1) <= at)
        {
            turn++;
        }

        return turn;

        Instant HandOff(int number) => zone.AtLeniently(rotation.Start.PlusDays(number * days)).ToInstant();
    }
}
