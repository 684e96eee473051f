using Correlation.Silo.Storage;

namespace Correlation.Silo.Commands.Replay;

/// <summary>
/// Re-sends of which only the hours are left, spread evenly over the time in which their alert fired, and no further
/// apart than
/// they were; the last one of an episode is known. They keep alive what was kept alive.
/// </summary>
internal sealed class OldRepeats : IDisposable
{
    private readonly Facts _recorded;
    private readonly IEnumerator<RepeatHour> _hours;
    private readonly Queue<(long At, string Alias)> _due = new();
    private bool _more;

    public OldRepeats(IRecordedLog log, Facts recorded)
    {
        _recorded = recorded;
        _hours = log.Hours().GetEnumerator();
        _more = _hours.MoveNext();
    }

    /// <summary>
    /// Those up to the given time that were not given yet, in order, together where they came together.
    /// </summary>
    public IEnumerable<(DateTimeOffset At, List<string> Aliases)> UpTo(DateTimeOffset time)
    {
        var last = Milliseconds.Of(time);
        while (true)
        {
            while (_due.Count == 0)
            {
                if (!ReadHour(last))
                {
                    yield break;
                }
            }

            if (_due.Peek().At > last)
            {
                yield break;
            }

            var at = _due.Peek().At;
            var aliases = new List<string>();
            while (_due.TryPeek(out var next) && next.At == at)
            {
                aliases.Add(_due.Dequeue().Alias);
            }

            yield return (Milliseconds.Time(at), aliases);
        }
    }

    public void Dispose() => _hours.Dispose();

    private bool ReadHour(long last)
    {
        if (!_more || _hours.Current.Hour > last)
        {
            return false;
        }

        var hour = _hours.Current.Hour;
        var all = new List<(long At, string Alias)>();
        for (; _more && _hours.Current.Hour == hour; _more = _hours.MoveNext())
        {
            var row = _hours.Current;
            all.AddRange(Spread(row).Select(at => (at, row.Alias)));
        }

        foreach (var repeat in all.OrderBy(repeat => repeat.At).ThenBy(repeat => repeat.Alias, StringComparer.Ordinal))
        {
            _due.Enqueue(repeat);
        }

        return true;
    }

    /// <summary>All but the ends of a spell on whole seconds: what comes together is one turn.</summary>
    private IEnumerable<long> Spread(RepeatHour row)
    {
        var spells = _recorded.SpellsOf(row.Alias)
            .Select(spell => (Opened: Milliseconds.Of(spell.From), Seen: Milliseconds.Of(spell.To)))
            .Where(spell => spell.Opened <= row.Last && spell.Seen >= row.First)
            .Select(
                spell => (spell.Opened, From: Math.Max(spell.Opened, row.First), To: Math.Min(spell.Seen, row.Last)))
            .ToList();

        // The longest gap may be that between two episodes.
        var firing = spells.Sum(spell => spell.To - spell.From);
        var apart = spells.Count == 1 ? row.Gap : Math.Min(row.Gap, firing / Math.Max(row.Count - spells.Count, 1));
        return spells.SelectMany(spell => Spread(spell.From, spell.To, apart).Where(at => at > spell.Opened));
    }

    private static IEnumerable<long> Spread(long from, long to, long apart)
    {
        var steps = apart <= 0 || from == to ? 0 : (to - from + apart - 1) / apart;
        yield return from;
        for (var step = 1L; step < steps; step++)
        {
            yield return Math.Max(from, (from + ((to - from) * step / steps)) / 1_000 * 1_000);
        }

        if (to > from)
        {
            yield return to;
        }
    }
}
