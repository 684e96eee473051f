using System.Threading.Channels;

namespace Correlation.Gateway.Query.Events;

/// <summary>
/// The host pulses it after a commit that wrote history, so that event streams need not wait for their next poll.
/// </summary>
public sealed class EventSignal
{
    private readonly Channel<bool> _pulses = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Never blocks: pulses that come while one is waiting to be seen are the same pulse.</summary>
    public void Pulse() => _pulses.Writer.TryWrite(true);

    internal ValueTask<bool> NextAsync(CancellationToken cancellationToken) =>
        _pulses.Reader.ReadAsync(cancellationToken);
}
