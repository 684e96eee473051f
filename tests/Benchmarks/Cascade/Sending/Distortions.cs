namespace Correlation.Benchmarks.Cascade.Sending;

/// <summary>
/// What goes wrong between a monitor and us. Each has chance of its own, so that turning one moves no other.
/// </summary>
internal sealed record Distortions
{
    public static readonly Distortions None = new();

    /// <summary>Share of the messages that never come.</summary>
    public double Drop { get; init; }

    /// <summary>Share that come late: log-normal, two minutes at the median, up to a day.</summary>
    public double Delay { get; init; }

    /// <summary>Share that come twice, as after our 503.</summary>
    public double Duplicate { get; init; }

    /// <summary>Senders re-post what fires at this distance for the first hour; null: after four hours only.</summary>
    public TimeSpan? Repost { get; init; }

    /// <summary>Share of the ends that are never told.</summary>
    public double LostEnds { get; init; }

    /// <summary>Share of the problems that come and go for three quarters of an hour.</summary>
    public double Flapping { get; init; }

    /// <summary>The most that a sender's clock is off.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>Share of the senders that are off by a whole hour more.</summary>
    public double WrongZone { get; init; }

    /// <summary>Share of the problems of serving that come back under another pod's name.</summary>
    public double Churn { get; init; }

    /// <summary>Share of the messages of which the second half of the labels is missing.</summary>
    public double Truncated { get; init; }

    /// <summary>How often a sender restarts and sends all that fires at once.</summary>
    public int Restarts { get; init; }

    /// <summary>Alerts of monitors that cry for nothing.</summary>
    public double NoisePerMinute { get; init; }

    /// <summary>Releases that hurt nobody.</summary>
    public double ChangesPerDay { get; init; }
}
