using System.Globalization;
using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.RealClients;

/// <summary>
/// The two targets of the shipped prometheus.yml, with the metrics that the catalogue's rules look at.
/// </summary>
internal sealed class CatalogueMetrics : IAsyncDisposable
{
    private CatalogueMetrics(WebhookSink serving, WebhookSink training)
    {
        (Serving, Training) = (serving, training);
        BeWell(fast: 100);
    }

    public WebhookSink Serving { get; }

    public WebhookSink Training { get; }

    public static async Task<CatalogueMetrics> StartNewAsync() =>
        new(await WebhookSink.StartNewAsync(), await WebhookSink.StartNewAsync());

    /// <param name="fast">Calls so far that were answered fast: many, after an illness, for they share a window with
    /// it.</param>
    public void BeWell(int fast, int slow = 0) =>
        Show(fast, slow, accuracy: 0.9, updated: TimeSpan.Zero, ready: 1, failed: 0);

    public void BeIll(int fast, int slow) =>
        Show(fast, slow, accuracy: 0.82, updated: TimeSpan.FromHours(3), ready: 0, failed: 1);

    public async ValueTask DisposeAsync()
    {
        await Serving.DisposeAsync();
        await Training.DisposeAsync();
    }

    private void Show(int fast, int slow, double accuracy, TimeSpan updated, int ready, int failed)
    {
        var updatedAt = (TimeProvider.System.GetUtcNow() - updated).ToUnixTimeSeconds();
        var all = fast + slow;
        Answer(Serving, $$"""
            model_serving_duration_seconds_bucket{endpoint="churn-v3",le="0.5"} {{fast}}
            model_serving_duration_seconds_bucket{endpoint="churn-v3",le="1"} {{all}}
            model_serving_duration_seconds_bucket{endpoint="churn-v3",le="+Inf"} {{all}}
            model_accuracy{model="churn_model"} {{accuracy.ToString(CultureInfo.InvariantCulture)}}
            feature_last_updated_timestamp{feature_view="user_stats"} {{updatedAt}}
            kube_node_status_condition{condition="Ready",status="true",node="gpu-7"} {{ready}}

            """);
        Answer(Training, $$"""
            airflow_task_status{status="failed",dag_id="train_churn",task_id="fit"} {{failed}}

            """);
    }

    private static void Answer(WebhookSink target, string metrics) =>
        target.Answer("/metrics", new SinkAnswer(200, metrics));
}
