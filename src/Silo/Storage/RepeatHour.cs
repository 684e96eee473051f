using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage;

/// <summary>
/// The repeats of one alias in one hour, or in a part of it: what stays of them when the log is dropped.
/// </summary>
/// <param name="Gap">The longest time between two repeats that follow one another, in milliseconds.</param>
internal readonly record struct RepeatHour(string Alias, long Hour, long Count, long First, long Last, long Gap)
{
    public const long Length = 3_600_000;

    public static long Of(long at) => at / Length * Length;
}

/// <summary>Counts the logged repeats of a stretch that lies within one hour.</summary>
internal sealed class RepeatTally
{
    private readonly Dictionary<string, RepeatHour> _byAlias = new(StringComparer.Ordinal);

    public int Count => _byAlias.Count;

    public List<RepeatHour> Rows => [.. _byAlias.Values];

    public void Clear() => _byAlias.Clear();

    public void Add(RepeatBatch batch)
    {
        var at = Milliseconds.Of(batch.At);
        foreach (var entry in RepeatLog.Read(batch.Packed))
        {
            if (entry is { Grain.Kind: GrainKind.Alert, Delta: AlertDelta delta })
            {
                _byAlias[entry.Grain.Key] = _byAlias.TryGetValue(entry.Grain.Key, out var known)
                    ? known with
                    {
                        Count = known.Count + delta.Seen,
                        Last = at,
                        Gap = Math.Max(known.Gap, at - known.Last),
                    }
                    : new RepeatHour(entry.Grain.Key, RepeatHour.Of(at), delta.Seen, at, at, 0);
            }
        }
    }
}
