namespace Correlation.Grains.Policy;

/// <summary>A schedule's calendar: the answers of <see cref="OnCall"/> one after the other.</summary>
public static class OnCallCalendar
{
    /// <summary>How far a search goes for a change that may never come.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(366);

    /// <summary>Of one search: hourly turns of a year are fewer.</summary>
    private const int MostSegments = 20_000;

    /// <summary>
    /// What lies within [<paramref name="from"/>, <paramref name="to"/>): without a hole, and two in a row always
    /// differ.
    /// </summary>
    public static IEnumerable<Segment> Between(
        Schedule schedule, Roster roster, DateTimeOffset from, DateTimeOffset to)
    {
        Segment? open = null;
        for (var at = from; at < to;)
        {
            var next = OnCall.At(schedule, roster, at);
            next = next with { From = at, Until = next.Until < to ? next.Until : to };
            at = next.Until;
            if (open is not null && !open.OnCall.Equals(next.OnCall))
            {
                yield return open;
                open = null;
            }

            open = open is null ? next : open with { Until = next.Until };
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    /// <summary>
    /// The whole stretch around the instant in which the same people are on call. One that is longer than the horizon
    /// is cut there.
    /// </summary>
    public static Segment Around(Schedule schedule, Roster roster, DateTimeOffset at)
    {
        var found = OnCall.At(schedule, roster, at);
        var (from, until) = (found.From, found.Until);
        for (var steps = 0; steps < MostSegments && from > Before(at); steps++)
        {
            var earlier = OnCall.At(schedule, roster, from.AddTicks(-1));
            if (!earlier.OnCall.Equals(found.OnCall))
            {
                break;
            }

            from = earlier.From;
        }

        for (var steps = 0; steps < MostSegments && until < After(at); steps++)
        {
            var later = OnCall.At(schedule, roster, until);
            if (!later.OnCall.Equals(found.OnCall))
            {
                break;
            }

            until = later.Until;
        }

        return found with { From = from, Until = until };
    }

    /// <summary>The next stretch in which somebody else is on call; null when none begins within the horizon.</summary>
    public static Segment? Next(Schedule schedule, Roster roster, DateTimeOffset at)
    {
        var now = OnCall.At(schedule, roster, at);
        var people = now.Participants.ToHashSet();
        var until = now.Until;
        for (var steps = 0; steps < MostSegments && until < After(at); steps++)
        {
            var later = OnCall.At(schedule, roster, until);
            if (later.Participants.Any() && !people.SetEquals(later.Participants))
            {
                return Around(schedule, roster, until);
            }

            until = later.Until;
        }

        return null;
    }

    /// <summary>
    /// Where nobody is on call, and nobody was meant to be, within [<paramref name="from"/>, <paramref name="to"/>). A
    /// turn that is declared nobody's is no gap, nor is what a switched-off schedule leaves.
    /// </summary>
    public static IEnumerable<Segment> Gaps(
        Schedule schedule, Roster roster, DateTimeOffset from, DateTimeOffset to) =>
        schedule.Enabled ? Between(schedule, roster, from, to).Where(segment => segment.IsGap) : [];

    private static DateTimeOffset Before(DateTimeOffset at) =>
        at - DateTimeOffset.MinValue > Horizon ? at - Horizon : DateTimeOffset.MinValue;

    private static DateTimeOffset After(DateTimeOffset at) =>
        DateTimeOffset.MaxValue - at > Horizon ? at + Horizon : DateTimeOffset.MaxValue;
}
