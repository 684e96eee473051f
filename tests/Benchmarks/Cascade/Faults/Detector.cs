namespace Correlation.Benchmarks.Cascade.Faults;

/// <summary>Who sends what a monitor finds, and so in which form it comes.</summary>
internal enum Form
{
    /// <summary>A notification of an Alertmanager: it names its start, is re-sent, and says when it is over.</summary>
    Prometheus = 1,

    /// <summary>An Opsgenie client: no start, and a close when it is over.</summary>
    Client = 2,

    /// <summary>Something was changed: said once, and over at once.</summary>
    Change = 3,
}

/// <param name="Kind">Name of the kind in the catalogue that the service is given.</param>
/// <param name="AlertName">As its sender spells it.</param>
/// <param name="Severity">critical, warning or info.</param>
/// <param name="Delay">From the moment something is ill until the monitor says so, at the median.</param>
internal sealed record Detector(string Kind, string AlertName, Form Form, string Severity, TimeSpan Delay)
{
    public bool IsCritical => Severity == "critical";
}

/// <summary>Every monitor of the site, by the kind of its alerts.</summary>
internal static class Detectors
{
    /// <summary>The catalogue. A kind in <see cref="Quiet"/> pages nobody by itself.</summary>
    public static readonly IReadOnlyDictionary<string, Detector> All = new[]
    {
        Client("job-failed", "JobFailed", "warning", 20),
        Prometheus("table-stale", "TableStale", "warning", 120),
        Client("schema-changed", "SchemaChanged", "warning", 30),
        Client("null-rate", "NullRateHigh", "info", 300),
        Client("partition-missing", "PartitionMissing", "warning", 600),
        Prometheus("stream-lag", "StreamLagHigh", "warning", 60),
        Prometheus("feature-stale", "FeatureStoreStale", "warning", 120),
        Client("feature-nulls", "FeatureNullsHigh", "warning", 300),
        Client("data-drift", "DataDriftDetected", "info", 600),
        Client("prediction-drift", "PredictionDriftDetected", "info", 600),
        Client("skew", "TrainingServingSkew", "warning", 600),
        Client("segment-shift", "SegmentShift", "warning", 600),
        Client("calibration-off", "CalibrationOff", "warning", 900),
        Client("accuracy-drop", "ModelAccuracyDrop", "warning", 900),
        Client("retrieval-quality", "RetrievalQualityLow", "warning", 600),
        Client("eval-score", "EvaluationScoreLow", "warning", 900),
        Client("kpi-drop", "KpiDrop", "warning", 900),
        Client("model-age", "ModelTooOld", "warning", 600),
        Prometheus("latency-high", "ModelServingLatencyHigh", "critical", 60),
        Prometheus("error-rate", "ErrorRateHigh", "critical", 60),
        Prometheus("fallbacks", "FallbackRateHigh", "warning", 60),
        Prometheus("replicas-low", "ReplicasLow", "warning", 60),
        Prometheus("pods-down", "PodsDown", "warning", 30),
        Prometheus("node-down", "GPUNodeNotReady", "critical", 30),
        Prometheus("gpu-fault", "GpuXidError", "critical", 15),
        Prometheus("store-slow", "OnlineStoreSlow", "critical", 45),
        Prometheus("quota-exhausted", "QuotaExhausted", "warning", 60),
        Prometheus("credential-expired", "CredentialExpired", "warning", 60),
        Prometheus("api-throttled", "OutsideApiThrottled", "warning", 60),
        Client("labels-late", "LabelsLate", "info", 600),
        Client("no-accuracy-data", "AccuracyHasNoData", "info", 900),
        Prometheus("monitor-broken", "MonitorHeartbeatMissing", "info", 120),
        Prometheus("pod-restarted", "PodRestarted", "info", 30),
        Change("model-promoted", "ModelPromoted"),
        Change("feature-code-changed", "FeatureCodeChanged"),
        Change("flag-changed", "FlagChanged"),
    }.ToDictionary(monitor => monitor.Kind, StringComparer.Ordinal);

    /// <summary>What only says something beside other signals: alone it pages nobody.</summary>
    public static readonly IReadOnlySet<string> Quiet = new HashSet<string>(StringComparer.Ordinal)
    {
        "null-rate", "data-drift", "prediction-drift", "segment-shift", "labels-late", "no-accuracy-data",
        "monitor-broken",
        "pod-restarted",
    };

    public static bool IsChange(string kind) => All[kind].Form == Form.Change;

    private static Detector Prometheus(string kind, string name, string severity, double seconds) =>
        new(kind, name, Form.Prometheus, severity, TimeSpan.FromSeconds(seconds));

    private static Detector Client(string kind, string name, string severity, double seconds) =>
        new(kind, name, Form.Client, severity, TimeSpan.FromSeconds(seconds));

    private static Detector Change(string kind, string name) =>
        new(kind, name, Form.Change, "info", TimeSpan.FromSeconds(5));
}
