using System.Text.Json.Nodes;

namespace Correlation.Silo.Commands.Demo;

/// <summary>One thing that happens in the story: said to the reader, sent to the service.</summary>
/// <param name="Path">Path and query to post to.</param>
/// <param name="Pause">How long to wait after it, at normal speed.</param>
internal sealed record Scene(string Text, string Path, JsonNode Body, TimeSpan Pause);

/// <summary>
/// A short ML failure story out of the alert catalogue: a feature job fails, features go stale, a model drifts and
/// loses accuracy, which is one incident; a node goes down and an endpoint on it is slow, which is another. Then both
/// are repaired. Aliases carry a run number, so it can be told again.
/// </summary>
internal static class Story
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    /// <summary>Longer than the sample configuration waits for company before a first page.</summary>
    private static readonly TimeSpan UntilPaged = TimeSpan.FromSeconds(6);

    public static IReadOnlyList<Scene> Of(string run) =>
    [
        new("What feeds what is told, as a lineage client would.", "/api/v1/topology", Topology(), Short),
        Alert(run, "The nightly feature job fails in Airflow.", "TrainingJobFailed - build_user_features", "job-features", "P2",
            "job:airflow/build_user_features", ["training", "airflow"], new() { ["dag_id"] = "build_user_features" },
            Long),
        Alert(run, "Two hours later the feature store is stale.", "FeatureStoreStale - user_stats", "stale", "P3",
            "feature_view:user_stats", ["feature-store"], new() { ["feature_view"] = "user_stats", ["age"] = "2.4h" },
            Long),
        Alert(run, "The churn model sees shifted features ...", "DataDrift - churn_model", "drift", "P3",
            "model:churn_model", ["data-drift"], new() { ["model"] = "churn_model", ["psi"] = "0.31" }, Short),
        Alert(run, "... and the monitor repeats itself (a repeat is folded, nobody is paged twice) ...", "DataDrift - churn_model", "drift", "P3",
            "model:churn_model", ["data-drift"], new() { ["model"] = "churn_model", ["psi"] = "0.34" }, Short),
        Alert(run, "... and its accuracy falls from 0.90 to 0.82.", "Model Accuracy Drop - churn_model", "accuracy", "P2",
            "churn_model", ["ml", "model-quality", "data-science"],
            new() { ["model"] = "churn_model", ["accuracy"] = "0.82", ["baseline"] = "0.90" }, Short),
        Alert(run, "Elsewhere a GPU node goes down.", "GPUNodeNotReady - gpu-7", "gpu", "P1",
            "node:gpu-7", ["gpu"], new() { ["node"] = "gpu-7" }, Short),
        Alert(run, "... and what runs on it is slow.", "ServingLatencyHigh - churn-v3", "latency", "P1",
            "endpoint:churn-v3", ["serving-latency"], new() { ["endpoint"] = "churn-v3", ["p99"] = "2.1s" },
            UntilPaged),
        new("Somebody acknowledges the drop in accuracy, and with it all that belongs to it.", $"/v2/alerts/{Alias(run, "accuracy")}/acknowledge?identifierType=alias",
            new JsonObject { ["user"] = "demo", ["note"] = "Looking at the feature job first." }, Short),
        Close(run, "The node is back ...", "gpu", Short),
        Close(run, "... and its endpoint is fast again: their incident resolves.", "latency", Short),
        Close(run, "The feature job is repaired ...", "job-features", Short),
        Close(run, "... and the feature store is fresh again.", "stale", Short),
    ];

    private static JsonObject Topology()
    {
        (string From, string To)[] edges =
        [
            ("job:airflow/build_user_features", "feature_view:user_stats"),
            ("feature_view:user_stats", "model:churn_model"),
            ("model:churn_model", "endpoint:churn-v3"),
            ("node:gpu-7", "endpoint:churn-v3"),
        ];
        return new JsonObject
        {
            ["edges"] = new JsonArray(
                [.. edges.Select(edge => new JsonObject { ["from"] = edge.From, ["to"] = edge.To })]),
        };
    }

    private static string Alias(string run, string name) => $"demo-{run}-{name}";

    private static Scene Alert(
        string run, string text, string message, string alias, string priority, string entity, string[] tags,
        JsonObject details, TimeSpan pause) =>
        new(text, "/v2/alerts", new JsonObject
        {
            ["message"] = message,
            ["alias"] = Alias(run, alias),
            ["priority"] = priority,
            ["entity"] = entity,
            ["tags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]),
            ["details"] = details,
            ["source"] = "demo",
        }, pause);

    private static Scene Close(string run, string text, string alias, TimeSpan pause) => new(
        text, $"/v2/alerts/{Alias(run, alias)}/close?identifierType=alias", new JsonObject { ["source"] = "demo" },
        pause);
}
