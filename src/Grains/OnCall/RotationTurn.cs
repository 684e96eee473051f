using System.Diagnostics;
using NodaTime;

namespace Correlation.Grains.Policy;

/// <summary>A turn of a rotation, whether or not its restrictions let anybody be on call.</summary>
internal readonly record struct RotationTurn(long Number, Instant From, Instant Until)
{
    /// <param name="at">Not before the first hand-off.</param>
    public static RotationTurn At(Rotation rotation, DateTimeZone zone, Instant at) => rotation.Type switch
    {
        RotationType.Hourly => ByElapsedTime(rotation, zone, at),
        RotationType.Daily => ByWallClock(rotation, zone, at, rotation.Length * (long)TimeWindow.DayMinutes),
        RotationType.Weekly => ByWallClock(rotation, zone, at, rotation.Length * 7L * TimeWindow.DayMinutes),
        RotationType.Custom => ByWallClock(rotation, zone, at, rotation.Length),
        _ => throw new UnreachableException($"Rotation {rotation.Name}: no type {rotation.Type}."),
    };

    private static RotationTurn ByElapsedTime(Rotation rotation, DateTimeZone zone, Instant at)
    {
        var (first, length) = (zone.Begin(rotation.Start), Duration.FromHours(rotation.Length));
        var turn = (at - first).BclCompatibleTicks / length.BclCompatibleTicks;
        var from = first + (length * turn);
        return new RotationTurn(turn, from, from + length);
    }

    /// <summary>
    /// Hand-offs keep their time on the wall: a turn over a clock change is an hour shorter or longer.
    /// </summary>
    private static RotationTurn ByWallClock(Rotation rotation, DateTimeZone zone, Instant at, long minutes)
    {
        var passed = Period.Between(rotation.Start, at.InZone(zone).LocalDateTime, PeriodUnits.Minutes).Minutes;
        var turn = Math.Max(0, passed / minutes);

        // The clock's reading is at most a clock change off.
        while (turn > 0 && HandOff(turn) > at)
        {
            turn--;
        }

        while (HandOff(turn + 1) <= at)
        {
            turn++;
        }

        return new RotationTurn(turn, HandOff(turn), HandOff(turn + 1));

        // One that moved forward over the next that stays in its place gives its turn up: the later one has it.
        Instant HandOff(long number)
        {
            var moved = zone.Begin(Local(number));
            if (!zone.IsLeftOut(Local(number)))
            {
                return moved;
            }

            var next = number + 1;
            while (zone.IsLeftOut(Local(next)))
            {
                next++;
            }

            return Instant.Min(moved, zone.Begin(Local(next)));
        }

        LocalDateTime Local(long number) => rotation.Start.PlusMinutes(number * minutes);
    }
}
