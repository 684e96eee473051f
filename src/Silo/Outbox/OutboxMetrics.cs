using System.Diagnostics.Metrics;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox;

/// <summary>What becomes of attempts, by the names of channels, which are as many as are configured.</summary>
public sealed class OutboxMetrics(Meter meter)
{
    private readonly Counter<long> _attempts = meter.CreateCounter<long>(
        "correlation_delivery_attempts_total", description: "Attempts to deliver a page, by channel and outcome.");

    private readonly Histogram<double> _seconds = meter.CreateHistogram<double>(
        "correlation_delivery_attempt_seconds", "s", "Time of one attempt, by channel.");

    public void Attempted(string channel, AttemptOutcome outcome, TimeSpan took)
    {
        _attempts.Add(1, new("channel", channel), new("outcome", OutcomeName(outcome)));
        _seconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("channel", channel));
    }

    private static string OutcomeName(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Delivered => "delivered",
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.Rejected => "rejected",
        _ => "unknown",
    };
}
