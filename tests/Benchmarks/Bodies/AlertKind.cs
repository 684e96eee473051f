namespace Correlation.Benchmarks.Bodies;

/// <summary>The alert rules of the ML catalogue, as Prometheus would send what they fire.</summary>
internal sealed record AlertKind(
    string Name, string Severity, string Team, string Job, string Namespace, string Expression, string Summary)
{
    /// <summary>Key k is of kind k modulo this count, so that re-sends of one key always carry one name.</summary>
    public static readonly AlertKind[] All =
    [
        new("ModelServingLatencyHigh", "critical", "ml-infra", "model-serving", "ml-serving",
            "histogram_quantile%280.99%2C+rate%28model_serving_duration_seconds_bucket%5B5m%5D%29%29+%3E+0.5",
            "Model serving P99 latency of {model} is {value} s, above 500 ms for 5 minutes"),
        new("ModelAccuracyDrop", "warning", "data-science", "model-monitor", "ml-quality",
            "model_accuracy+%3C+0.85",
            "Accuracy of {model} dropped to {value}, below 0.85 for 15 minutes"),
        new("TrainingJobFailed", "warning", "ml-platform", "airflow-exporter", "ml-training",
            "airflow_task_status+%3D%3D+2",
            "The last training of {model} failed, loss {value} at the last step"),
        new("FeatureStoreStale", "warning", "ml-platform", "feature-monitor", "feature-store",
            "time%28%29+-+feature_last_updated_timestamp+%3E+7200",
            "Features of {model} are stale, freshness score {value}, source pipeline late by 2 hours"),
        new("DataDriftDetected", "warning", "data-science", "drift-monitor", "ml-quality",
            "feature_drift_score+%3E+0.3",
            "Input of {model} drifted, population stability index {value}, above 0.3 for 15 minutes"),
    ];
}
