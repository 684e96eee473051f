using System.ComponentModel.DataAnnotations;

namespace Correlation.Silo.Outbox;

public sealed class OutboxOptions
{
    /// <summary>
    /// Attempts under way at one time, on all channels. More drains a storm faster and holds more connections. Divided
    /// by the next it says how many channels may hang at one time before they take places from the others.
    /// </summary>
    [Range(1, 1024)]
    public int Parallelism { get; set; } = 256;

    /// <summary>
    /// Attempts under way on one channel. Channels that hang take at most this many of all attempts each, so it should
    /// be a small part of them.
    /// </summary>
    [Range(1, 1024)]
    public int ParallelismPerChannel { get; set; } = 16;

    /// <summary>
    /// One attempt, from looking up the host to the answer. A receiver that needs longer counts as unknown.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a stop waits for attempts under way, and for their results to be on disk.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
