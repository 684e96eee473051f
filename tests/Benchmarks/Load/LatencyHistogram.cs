using System.Numerics;

namespace Correlation.Benchmarks.Load;

/// <summary>
/// Counts latencies in fixed buckets, 64 to each power of two of nanoseconds: at most 1.6 % off, and no allocation.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits + 1) * SubBuckets];
    private long _total;

    public long MaxNanoseconds { get; private set; }

    public void Add(long nanoseconds)
    {
        _counts[Bucket(nanoseconds)]++;
        _total++;
        MaxNanoseconds = Math.Max(MaxNanoseconds, nanoseconds);
    }

    public void Add(LatencyHistogram other)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        _total += other._total;
        MaxNanoseconds = Math.Max(MaxNanoseconds, other.MaxNanoseconds);
    }

    public void Clear()
    {
        Array.Clear(_counts);
        _total = 0;
        MaxNanoseconds = 0;
    }

    /// <summary>The upper end of the bucket below which the share of all latencies lies.</summary>
    public long Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(_total * share);
        var seen = 0L;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted && seen > 0)
            {
                return Math.Min(UpperEnd(bucket), MaxNanoseconds);
            }
        }

        return 0;
    }

    private static int Bucket(long nanoseconds)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)nanoseconds) - SubBits);
        return (shift << SubBits) + (int)(nanoseconds >> shift);
    }

    private static long UpperEnd(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        return ((bucket - ((long)shift << SubBits) + 1) << shift) - 1;
    }
}
