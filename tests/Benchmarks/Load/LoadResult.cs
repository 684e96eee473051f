namespace Correlation.Benchmarks.Load;

/// <summary>What a load process measured, written as one line of JSON.</summary>
internal sealed record LoadResult
{
    /// <summary>Requests answered with 2xx; the latencies are theirs.</summary>
    public long Accepted { get; init; }

    /// <summary>Answers other than 2xx.</summary>
    public long Refused { get; init; }

    /// <summary>The last status that was not 2xx, or 0.</summary>
    public int RefusedWith { get; init; }

    /// <summary>Connections that ended before the answer.</summary>
    public long Broken { get; init; }

    public long Alerts { get; init; }

    public double Seconds { get; init; }

    public double P50Milliseconds { get; init; }

    public double P99Milliseconds { get; init; }

    public double MaxMilliseconds { get; init; }

    /// <summary>Processor time of the load process itself while it measured.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>The first key that was never sent.</summary>
    public long NextKey { get; init; }
}
