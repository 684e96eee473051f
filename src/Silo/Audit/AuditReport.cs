using System.Diagnostics.Metrics;

namespace Correlation.Silo.Audit;

/// <param name="Checked">How many incidents were open.</param>
/// <param name="Faults">Incidents that do not keep the sentence, by id, and why.</param>
public sealed record AuditRound(
    DateTimeOffset EndedAt, TimeSpan Took, int Checked, IReadOnlyList<(string Id, string Fault)> Faults);

/// <summary>The latest round, for /readyz and /metrics. Read by any thread.</summary>
public sealed class AuditReport
{
    /// <summary>A round takes a minute at most, and the next begins soon after.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(3);

    private readonly TimeProvider _time;
    private readonly DateTimeOffset _since;
    private volatile AuditRound? _latest;

    public AuditReport(TimeProvider time, Meter meter)
    {
        _time = time;
        _since = time.GetUtcNow();
        Gauge("correlation_audit_incidents", "Open incidents looked at by the latest audit.", r => r.Checked);
        Gauge(
            "correlation_audit_faults",
            "Open incidents without a next step, an owner or an end, or that reach nobody, by the latest audit.",
            r => r.Faults.Count);
        Gauge("correlation_audit_round_seconds", "How long the latest audit took.", r => r.Took.TotalSeconds);
        Gauge(
            "correlation_audit_ended_timestamp_seconds",
            "When the latest audit ended.",
            r => r.EndedAt.ToUnixTimeMilliseconds() / 1000.0);

        void Gauge(string name, string description, Func<AuditRound, double> value) => meter.CreateObservableGauge(
            name,
            () => _latest is { } round ? [new Measurement<double>(value(round))] : Array.Empty<Measurement<double>>(),
            description: description);
    }

    public AuditRound? Latest
    {
        get => _latest;
        set => _latest = value;
    }

    /// <summary>Null when the latest round passed.</summary>
    public string? Problem
    {
        get
        {
            var round = _latest;
            var last = round?.EndedAt ?? _since;
            return _time.GetUtcNow() - last > LongestSilence
                ? $"no round over the open incidents has ended since {last.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"
                : round is not { Faults: [var first, ..] faults } ? null
                : $"{faults.Count} of {round.Checked} open incidents have no next step, owner or end, or reach nobody: incident {first.Id} {first.Fault}";
        }
    }
}
