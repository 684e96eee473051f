using System.Collections.Concurrent;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox;

/// <summary>The latest attempt of each channel: one that failed of late is likely to fail the next page too.</summary>
public sealed class ChannelHealth(TimeProvider time) : IChannelHealth
{
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, string? Problem)> _latest = new(StringComparer.Ordinal);

    public void Attempted(string channel, AttemptResult result, DateTimeOffset at) =>
        _latest[channel] = (at, result.Outcome == AttemptOutcome.Delivered ? null : result.Detail);

    public string? ProblemOf(string channel) =>
        _latest.TryGetValue(channel, out var latest) && time.GetUtcNow() - latest.At <= Lately ? latest.Problem : null;
}
