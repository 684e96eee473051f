using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.TestKit.Processes;

namespace Correlation.Silo.Tests.Outbox;

/// <summary>A channel that records attempts and does what the test says.</summary>
internal sealed class ScriptedChannel(Func<Delivery, CancellationToken, Task<AttemptResult>> behaviour) : IChannel
{
    public static readonly AttemptResult Delivered = new(AttemptOutcome.Delivered, "arrived");
    public static readonly AttemptResult Failed = new(AttemptOutcome.Failed, "engaged");

    private int _underWay;
    private int _most;

    public string Type => "scripted";

    public bool Gathers { get; set; }

    public Received<Delivery> Attempts { get; } = new();

    /// <summary>The most attempts that were under way at one time.</summary>
    public int Most => _most;

    public IEnumerable<SettingFault> Check(Labels settings) => SettingFault.Unknown(settings, "known");

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var underWay = Interlocked.Increment(ref _underWay);
        _most = Math.Max(_most, underWay);
        Attempts.Add(delivery);
        try
        {
            return await behaviour(delivery, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    public static async Task<AttemptResult> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return Delivered;
    }
}
