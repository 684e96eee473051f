using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.RealClients;

/// <summary>Debian's Prometheus evaluates the shipped rules and posts straight to the real process.</summary>
public sealed class PrometheusTests(ShippedService service) : IClassFixture<ShippedService>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>What each rule of the catalogue has to come to.</summary>
    private static readonly Expected[] Catalogue =
    [
        new("endpoint:churn-v3", "serving-latency-high", "P1", "ml-infra", "P99 latency of endpoint churn-v3 is "),
        new("model:churn_model", "model-quality-drop", "P2", "data-science", "Accuracy of model churn_model is 0.82."),
        new(
            "job:airflow/train_churn",
            "training-job-failed",
            "P2",
            "ml-platform",
            "Task fit of training job airflow/train_churn failed."),
        new(
            "feature_view:user_stats",
            "feature-store-stale",
            "P3",
            "ml-platform",
            "Feature view user_stats was last updated 3h "),
        new("node:gpu-7", "gpu-node-down", "P1", "ml-infra", "Node gpu-7 has not been ready for 5 minutes."),
    ];

    [Fact]
    public async Task Every_rule_opens_its_incident_pages_once_and_resolves_when_the_metric_recovers()
    {
        await using var metrics = await CatalogueMetrics.StartNewAsync();
        await using var prometheus = await PrometheusProcess.StartNewAsync(
            PrometheusFiles.Configuration(service, metrics), ["--rules.alert.resend-delay=2s"], PrometheusFiles.Rules);
        await UntilItFindsAsync(prometheus, "count(up == 1) == 3", "all targets are read");
        Assert.Empty(PagedOfCatalogue());

        metrics.BeIll(fast: 100, slow: 900);
        foreach (var expected in Catalogue)
        {
            var page = await service.PageAsync("entity", expected.Entity);
            Assert.Equal(expected.Kind, page.Text("kind"));
            Assert.Equal((expected.Priority, expected.Team), (page.Text("priority"), page.Text("team")));
            Assert.StartsWith(expected.Description, page.Text("description"), StringComparison.Ordinal);
            Assert.NotEmpty(page.Text("runbook"));
            var incident = await service.Incidents.OfAsync(
                expected.Entity, i => Member(i).Number("count") >= 2, "counts what Prometheus sends again");
            Assert.Equal(("open", 1), (incident.Text("status"), incident.Number("memberCount")));
            Assert.Equal((expected.Priority, expected.Team), (incident.Text("priority"), incident.Text("team")));
        }

        metrics.BeWell(fast: 1_000_000, slow: 900);
        foreach (var expected in Catalogue)
        {
            var incident = await service.Incidents.OfAsync(
                expected.Entity, i => i.Text("status") == "resolved", "is resolved");
            var alert = await service.Incidents.AlertAsync(Member(incident));
            Assert.Equal("resolvedBySource", alert.Text("closedHow"));
            Assert.True(alert.Time("endsAt") <= alert.Time("closedAt"), alert.ToString());
            Assert.Equal(new Uri(prometheus.Url).Port, new Uri($"http://{alert.Text("source")}").Port);
        }

        Assert.Equal(Catalogue.Select(expected => expected.Entity).Order(), PagedOfCatalogue().Order());

        IEnumerable<string> PagedOfCatalogue() => service.Pages.Select(page => page.Text("entity"))
            .Where(entity => Catalogue.Any(expected => expected.Entity == entity));
    }

    [Fact]
    public async Task With_a_bearer_token_it_reads_our_metrics_and_posts_and_what_it_posted_expires_when_it_is_gone()
    {
        const string Job = "job:databricks/train_fraud";
        await using var metrics = await CatalogueMetrics.StartNewAsync();
        metrics.Training.Answer(
            "/metrics",
            new SinkAnswer(200, "airflow_task_status{status=\"failed\",job=\"databricks/train_fraud\"} 1\n"));
        var configuration = PrometheusFiles.Configuration(service, metrics)
            .Change("type: GenieKey", "type: Bearer");
        await using (var prometheus = await PrometheusProcess.StartNewAsync(
            configuration, ["--rules.alert.resend-delay=1s"], PrometheusFiles.Rules))
        {
            await service.PageAsync("entity", Job);
            await UntilItFindsAsync(
                prometheus, "up{job=\"correlation\"} == 1 and on (job) correlation_outbox_pending",
                "our metrics are read");
        }

        var incident = await service.Incidents.OfAsync(Job, i => i.Text("status") == "resolved", "is resolved");
        Assert.Equal("expired", (await service.Incidents.AlertAsync(Member(incident))).Text("closedHow"));
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_complain_about_in_the_metrics_of_the_real_process()
    {
        var page = await service.Silo.Client.GetStringAsync("/metrics");
        using var folder = new TempFolder("metrics");

        var result = await Tool.RunAsync("sh", "-c", $"promtool check metrics < '{folder.Write("metrics", page)}'");

        Assert.True(result is { ExitCode: 0, Output: "" }, $"promtool check metrics said: {result.Output}\n{page}");
    }

    private static async Task UntilItFindsAsync(PrometheusProcess prometheus, string query, string what)
    {
        using var client = new HttpClient();
        var answer = "";
        await Poll.UntilAsync(
            async () =>
            {
                answer = await client.GetStringAsync(
                    $"{prometheus.Url}/api/v1/query?query={Uri.EscapeDataString(query)}");
                return JsonSerializer.Deserialize<JsonElement>(answer)
                    .GetProperty("data")
                    .GetProperty("result")
                    .GetArrayLength() > 0;
            },
            Deadline,
            () => $"{what}: {query} is {answer}. {prometheus.Program.LogTail}");
    }

    private static JsonElement Member(JsonElement incident) => incident.GetProperty("members")[0];

    private sealed record Expected(string Entity, string Kind, string Priority, string Team, string Description);
}
