using Correlation.Grains.Model;
using NodaTime;

namespace Correlation.Grains.Policy;

/// <summary>What one rotation says from <paramref name="From"/> until <paramref name="Until"/>.</summary>
/// <param name="Who">Null when it is not in force.</param>
/// <param name="Turn">Number of the turn; -1 before the first.</param>
internal readonly record struct RotationSlice(Instant From, Instant Until, Participant? Who, long Turn)
{
    /// <summary>How far a window can reach beyond its day on either side; a zone has left out a whole day.</summary>
    private const int DayReach = 2;
    private const int WeekReach = 8;

    public static RotationSlice At(Rotation rotation, DateTimeZone zone, Instant at)
    {
        var start = zone.Begin(rotation.Start);
        var end = rotation.End is { } last ? zone.End(last) : Instant.MaxValue;
        if (at < start || rotation.Participants.Count == 0)
        {
            return new RotationSlice(Instant.MinValue, at < start ? start : Instant.MaxValue, null, -1);
        }

        if (at >= end)
        {
            return new RotationSlice(end, Instant.MaxValue, null, -1);
        }

        // Whoever is alone in a rotation has one turn that does not end: calendars need not be searched turn by turn.
        var isOne = rotation.Participants.All(who => who == rotation.Participants[0]);
        var turn = isOne ? new RotationTurn(0, start, end) : RotationTurn.At(rotation, zone, at);
        var (from, until) = (Instant.Max(turn.From, start), Instant.Min(turn.Until, end));
        var inForce = true;
        if (rotation.Restrictions.Count > 0)
        {
            (inForce, var opens, var closes) = Window(rotation.Restrictions, zone, at);
            (from, until) = (Instant.Max(from, opens), Instant.Min(until, closes));
        }

        var who = rotation.Participants[(int)(turn.Number % rotation.Participants.Count)];
        return new RotationSlice(from, until, inForce ? who : null, turn.Number);
    }

    /// <summary>
    /// The windows, taken together, around the instant: the one that it is in, or what lies between two.
    /// </summary>
    internal static (bool InForce, Instant From, Instant Until) Window(
        ValueList<TimeWindow> windows, DateTimeZone zone, Instant at)
    {
        var today = at.InZone(zone).Date;
        var reach = windows.Any(window => window.StartDay is not null) ? WeekReach : DayReach;
        var occurrences = windows
            .SelectMany(window => Occurrences(window, zone, today, reach))
            .Where(occurrence => occurrence.From < occurrence.Until)
            .OrderBy(occurrence => occurrence.From);

        // Where nothing else is known, the slice ends with what was looked at.
        var from = zone.Begin(today.PlusDays(-reach).AtMidnight());
        var until = from;
        foreach (var next in occurrences)
        {
            if (next.From <= until)
            {
                until = Instant.Max(until, next.Until);
                continue;
            }

            if (at < until)
            {
                break;
            }

            if (at < next.From)
            {
                return (false, until, next.From);
            }

            (from, until) = next;
        }

        return at < until ? (true, from, until) : (false, until, zone.Begin(today.PlusDays(reach).AtMidnight()));
    }

    private static IEnumerable<(Instant From, Instant Until)> Occurrences(
        TimeWindow window, DateTimeZone zone, LocalDate today, int reach)
    {
        for (var days = -reach; days <= reach; days++)
        {
            var date = today.PlusDays(days);
            if (window.StartDay is null || window.StartDay == date.DayOfWeek)
            {
                var start = date.AtMidnight().PlusMinutes(window.Start);
                yield return (zone.Begin(start), zone.End(start.PlusMinutes(window.LengthMinutes)));
            }
        }
    }
}
