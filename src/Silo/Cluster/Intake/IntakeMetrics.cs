using System.Diagnostics.Metrics;

namespace Correlation.Silo.Cluster.Intake;

/// <summary>What a gateway tells the outside about what it hands over.</summary>
internal sealed class IntakeMetrics(Meter meter)
{
    private readonly Counter<long> _batches = meter.CreateCounter<long>(
        "correlation_gateway_batches_total", description: "Batches of commands that were sent to the owner.");

    private readonly Histogram<long> _commands = meter.CreateHistogram<long>(
        "correlation_gateway_batch_commands", description: "Commands per batch.");

    public void Batch(int commands)
    {
        _batches.Add(1);
        _commands.Record(commands);
    }

    /// <summary>Asked at each scrape.</summary>
    public void Watch(Func<int> waiting, Func<bool> isOpen)
    {
        meter.CreateObservableGauge(
            "correlation_gateway_queue_depth", waiting, description: "Commands waiting for a batch.");
        meter.CreateObservableGauge(
            "correlation_gateway_open",
            () => isOpen() ? 1 : 0,
            description: "Whether commands go to the owner in batches; else requests are forwarded as they are.");
    }
}
