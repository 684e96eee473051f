using Correlation.EndToEnd.RealClients;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Deploy;

/// <summary>
/// The Prometheus and Alertmanager files that are shipped, held against the programs that will read them.
/// </summary>
public sealed class DeployFilesTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("promtool check rules ml-alerts.rules.yml")]
    [InlineData("promtool test rules ml-alerts.test.yml")]
    [InlineData("promtool check rules correlation.rules.yml")]
    [InlineData("promtool test rules correlation.test.yml")]
    [InlineData("promtool check config --syntax-only prometheus.yml")]
    [InlineData("amtool check-config ../alertmanager/alertmanager.yml")]
    public async Task Deploy_files_are_valid(string command)
    {
        var result = await Tool.RunAsync(
            new ProgramStart(command, command.Split(' '), Repository.PathOf("deploy", "prometheus")));

        Assert.True(result.ExitCode == 0, $"{command}: {result.Output}");
    }

    [Fact]
    public async Task The_alertmanager_file_is_valid_with_its_webhook_alternative_too()
    {
        using var folder = new TempFolder("deploy");
        var result = await Tool.RunAsync(
            "amtool", "check-config",
            folder.Write("alertmanager.yml", AlertmanagerFile.WithWebhook(AlertmanagerFile.Text)));

        Assert.True(result.ExitCode == 0, result.Output);
        Assert.Contains("2 receivers", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("critical", "P1")]
    [InlineData("warning", "P3")]
    public async Task Alertmanager_makes_the_catalogues_opsgenie_call_of_an_alert(string severity, string priority)
    {
        using var folder = new TempFolder("deploy");
        await using var opsgenie = await WebhookSink.StartNewAsync();
        await using var alertmanager = await AlertmanagerProcess.StartNewAsync(
            AlertmanagerFile.Opsgenie(opsgenie.Url, folder.Write("key", "the-key")));

        var added = await Amtool.RunAsync(
            alertmanager.Url, "alert", "add", "ModelServingLatencyHigh", $"severity={severity}", "team=ml-infra",
            "endpoint=churn-v3", "--annotation=description=P99 latency of endpoint churn-v3 is 994.4ms.");
        Assert.True(added.ExitCode == 0, added.Output);

        var call = await opsgenie.WaitForAsync(
            request => request.Path == "/v2/alerts", Deadline, "Alertmanager creates the alert");
        Assert.Equal("GenieKey the-key", call.Headers["Authorization"]);
        Assert.Equal("ModelServingLatencyHigh", call.Json.GetProperty("message").GetString());
        Assert.Equal(
            "P99 latency of endpoint churn-v3 is 994.4ms.", call.Json.GetProperty("description").GetString());
        Assert.Equal(priority, call.Json.GetProperty("priority").GetString());
        Assert.Equal(
            ["ml", "ml-infra"], call.Json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("churn-v3", call.Json.GetProperty("details").GetProperty("endpoint").GetString());
    }

    [Fact]
    public async Task Prometheus_posts_a_failed_training_to_the_alertmanager_api_under_its_job()
    {
        using var folder = new TempFolder("deploy");
        await using var trainer = await WebhookSink.StartNewAsync();
        trainer.Answer("/metrics", new SinkAnswer(
            200, "airflow_task_status{status=\"failed\",job=\"databricks/train_fraud\"} 1\n"));
        await using var api = await WebhookSink.StartNewAsync();

        var configuration = File.ReadAllText(Repository.PathOf("deploy", "prometheus", "prometheus.yml"))
            .Replace("127.0.0.1:8080", new Uri(api.Url).Authority, StringComparison.Ordinal)
            .Replace("127.0.0.1:9102", new Uri(trainer.Url).Authority, StringComparison.Ordinal)
            .Replace("/etc/correlation/api-key", folder.Write("key", "the-key"), StringComparison.Ordinal)
            .Replace("interval: 30s", "interval: 200ms", StringComparison.Ordinal);
        await using var prometheus = await PrometheusProcess.StartNewAsync(
            configuration,
            ("ml-alerts.rules.yml", File.ReadAllText(Repository.PathOf("deploy", "prometheus", "ml-alerts.rules.yml"))),
            ("correlation.rules.yml", File.ReadAllText(Repository.PathOf("deploy", "prometheus", "correlation.rules.yml"))));

        var call = await api.WaitForAsync(
            request => request.Path == "/api/v2/alerts", Deadline, "Prometheus posts the alert");
        Assert.Equal("GenieKey the-key", call.Headers["Authorization"]);
        var labels = call.Json[0].GetProperty("labels");
        Assert.Equal("TrainingJobFailed", labels.GetProperty("alertname").GetString());
        Assert.Equal("databricks/train_fraud", labels.GetProperty("job").GetString());
        Assert.Equal("training-job-failed", labels.GetProperty("kind").GetString());
        Assert.False(labels.TryGetProperty("instance", out _));
    }
}
