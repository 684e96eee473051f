using System.Threading.Channels;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Outbox;

/// <summary>
/// Tells the dispatcher to look at the outbox. Many calls before it looks are one. It stands between shard and
/// dispatcher because the dispatcher speaks to the shard as well.
/// </summary>
public sealed class OutboxSignal
{
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _at;
    private long _additions;

    /// <summary>The latest time of the shard that is known here.</summary>
    internal DateTimeOffset At => new(Interlocked.Read(ref _at), TimeSpan.Zero);

    /// <summary>Counts the commits after which a list of what is due is old: all but those of results that end a delivery.</summary>
    internal long Additions => Interlocked.Read(ref _additions);

    /// <summary>To be called after each commit. Returns at once.</summary>
    public void Committed(TurnWrite write)
    {
        // One loop commits, so that nobody writes an earlier time meanwhile.
        Interlocked.Exchange(ref _at, write.At.UtcTicks);
        if (write.Outbox.Exists(change => change is not DeliveryChange.Finish
            {
                State: DeliveryState.Delivered or DeliveryState.Failed,
            }))
        {
            Interlocked.Increment(ref _additions);
        }

        if (write.Outbox.Count > 0 || write.Hold == HoldWrite.Ends)
        {
            Wake();
        }
    }

    /// <summary>May be called on any thread, and returns at once.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    internal async ValueTask WaitAsync(CancellationToken cancellationToken) =>
        await _wakes.Reader.ReadAsync(cancellationToken);
}
