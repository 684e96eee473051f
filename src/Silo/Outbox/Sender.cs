using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.Extensions.Options;

namespace Correlation.Silo.Outbox;

/// <summary>Makes one attempt of a delivery on the channel it names, and always comes back with a result.</summary>
public sealed partial class Sender(
    IEnumerable<IChannel> channels, IOptions<OutboxOptions> options, TimeProvider clock, OutboxMetrics metrics,
    ChannelHealth health, ILogger<Sender> logger)
{
    private readonly SortedDictionary<string, IChannel> _types = new(
        channels.ToDictionary(channel => channel.Type), StringComparer.Ordinal);

    /// <summary>Several pages to one person may go as one message there.</summary>
    public bool Gathers(PolicyVersion policy, Delivery delivery) =>
        delivery.Updates is null && policy.FindChannel(delivery.Target.Channel) is { } channel &&
        _types.TryGetValue(channel.Type, out var type) && type.Gathers;

    public async Task<AttemptResult> SendAsync(
        PolicyVersion policy, Delivery delivery, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var result = await AttemptAsync(policy, delivery, cancellationToken);
        health.Attempted(delivery.Target, result, clock.GetUtcNow());
        metrics.Attempted(delivery.Target.Channel, result.Outcome, clock.GetElapsedTime(begun));
        return result;
    }

    private async Task<AttemptResult> AttemptAsync(
        PolicyVersion policy, Delivery delivery, CancellationToken cancellationToken)
    {
        var name = delivery.Target.Channel;
        if (policy.FindChannel(name) is not { } channel)
        {
            return Rejected(
                $"There is no channel '{name}': add it under 'channels', or change the contacts of {delivery.Who}.");
        }

        if (!_types.TryGetValue(channel.Type, out var type))
        {
            return Rejected(
                $"Channel '{name}' is of the unknown type '{channel.Type}': its 'type' must be " +
                $"{string.Join(" or ", _types.Keys)}.");
        }

        if (type.Check(channel.Settings).FirstOrDefault() is { } fault)
        {
            return Rejected($"Channel '{name}': '{fault.Key}' {fault.Message}");
        }

        using var timeout = new CancellationTokenSource(options.Value.AttemptTimeout, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await type.SendAsync(channel, delivery.Target, delivery, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return new AttemptResult(AttemptOutcome.Unknown, $"Channel '{name}' came to no end in time.");
        }
        catch (Exception mistake)
        {
            // A mistake in one channel's file must not end the dispatcher: the page goes on to the next channel.
            LogChannelThrew(mistake, name, channel.Type, delivery.Id);
            return new AttemptResult(
                AttemptOutcome.Unknown,
                $"Channel '{name}' failed by a mistake of its own ({mistake.GetType().Name}): see the log.");
        }
    }

    private static AttemptResult Rejected(string detail) => new(AttemptOutcome.Rejected, detail);
}
