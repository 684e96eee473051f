using System.Collections.Concurrent;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox;

/// <summary>
/// The latest attempt of each channel, and of each address that had nobody behind it: what failed of late is likely to
/// fail the next page too.
/// </summary>
public sealed class ChannelHealth(TimeProvider time) : IChannelHealth
{
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, string? Problem)> _channels = new(
        StringComparer.Ordinal);
    private readonly ConcurrentDictionary<DeliveryTarget, (DateTimeOffset At, string? Problem)> _addresses = new();

    /// <summary>An address is remembered only while it is refused: there are as many as people have contacts.</summary>
    public void Attempted(DeliveryTarget contact, AttemptResult result, DateTimeOffset at)
    {
        if (result is { OfAddress: true, Outcome: not AttemptOutcome.Delivered })
        {
            _channels[contact.Channel] = (at, null);
            _addresses[contact] = (at, result.Detail);
            return;
        }

        _channels[contact.Channel] = (at, result.Outcome == AttemptOutcome.Delivered ? null : result.Detail);
        if (result.Outcome == AttemptOutcome.Delivered)
        {
            _addresses.TryRemove(contact, out _);
        }
    }

    public string? ProblemOf(DeliveryTarget contact) =>
        Problem(_channels.GetValueOrDefault(contact.Channel)) ?? Problem(_addresses.GetValueOrDefault(contact));

    private string? Problem((DateTimeOffset At, string? Problem) latest) =>
        time.GetUtcNow() - latest.At <= Lately ? latest.Problem : null;
}
