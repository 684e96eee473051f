namespace Correlation.Silo.Storage;

/// <summary>Times in columns are Unix milliseconds.</summary>
internal static class Milliseconds
{
    public static long Of(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    public static long? Of(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();

    /// <summary>For due times: a timer may fire late by less than a millisecond, and never early.</summary>
    public static long RoundedUp(DateTimeOffset at) =>
        Math.Min(RoundedUp(at - DateTimeOffset.UnixEpoch), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    public static long? RoundedUp(DateTimeOffset? at) => at is { } time ? RoundedUp(time) : null;

    public static long RoundedUp(TimeSpan interval) =>
        (interval.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
