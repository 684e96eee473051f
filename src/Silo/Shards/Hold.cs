namespace Correlation.Silo.Shards;

/// <summary>
/// A store that was restored from a backup starts on hold: alerts and what people do are taken in, but nothing that is
/// due is done and nothing is sent, until somebody who has looked releases it, or for so long. Written by the loop,
/// read by any thread.
/// </summary>
public sealed class Hold
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private long _since;

    /// <summary>When the first process began after the restore; null when the store is not on hold.</summary>
    public DateTimeOffset? Since
    {
        get => Volatile.Read(ref _since) is not 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        internal set => Volatile.Write(ref _since, value?.UtcTicks ?? 0);
    }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset? Until => Since + Longest;
}
