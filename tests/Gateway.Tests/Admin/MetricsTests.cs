using System.Diagnostics.Metrics;
using System.Net;
using Correlation.Gateway.Admin;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Keys;
using Correlation.Gateway.Tests.Query;
using Correlation.Grains.Incidents;
using Correlation.TestKit.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Admin;

public sealed class MetricsTests
{
    [Fact]
    public async Task What_instruments_measure_and_the_store_knows_is_on_the_page()
    {
        using var meter = new Meter(MeterReadings.MeterName);
        await using var host = await StartAsync(new Reads());
        var intake = meter.CreateCounter<long>("correlation_test_intake", description: "Alerts taken in.");
        intake.Add(2, new KeyValuePair<string, object?>("source", "opsgenie"));
        intake.Add(3, new KeyValuePair<string, object?>("source", "opsgenie"));
        intake.Add(1, new KeyValuePair<string, object?>("source", "a\"b\\c\nd"));
        var commit = meter.CreateHistogram<double>(
            "correlation_test_commit", "s", "Time of a commit.", [], new() { HistogramBucketBoundaries = [0.1, 1] });
        commit.Record(0.1);
        commit.Record(0.5);
        commit.Record(7);
        var depth = 4;
        meter.CreateObservableGauge("correlation_test_queue_depth", () => depth);
        meter.CreateUpDownCounter<long>("correlation_test_waiting").Add(-2);
        meter.CreateCounter<long>("correlation_test_never_counted");
        meter.CreateGauge<long>("correlation_test_never_measured");

        var page = (await host.Http.GetStringAsync("/metrics")).Split('\n');
        Assert.Contains("# HELP correlation_test_intake_total Alerts taken in.", page);
        Assert.Contains("# TYPE correlation_test_intake_total counter", page);
        Assert.Contains("""correlation_test_intake_total{source="opsgenie"} 5""", page);
        Assert.Contains("""correlation_test_intake_total{source="a\"b\\c\nd"} 1""", page);
        Assert.Contains("""correlation_test_commit_seconds_bucket{le="0.1"} 1""", page);
        Assert.Contains("""correlation_test_commit_seconds_bucket{le="1"} 2""", page);
        Assert.Contains("""correlation_test_commit_seconds_bucket{le="+Inf"} 3""", page);
        Assert.Contains("correlation_test_commit_seconds_sum 7.6", page);
        Assert.Contains("correlation_test_commit_seconds_count 3", page);
        Assert.Contains("correlation_test_queue_depth 4", page);
        Assert.Contains("correlation_test_waiting -2", page);
        Assert.Contains("correlation_test_never_counted_total 0", page);
        Assert.DoesNotContain(page, line => line.Contains("never_measured", StringComparison.Ordinal));
        Assert.Contains("""correlation_incidents{status="open"} 7""", page);
        Assert.Contains("""correlation_incidents{status="merged"} 0""", page);
        Assert.Contains("correlation_outbox_pending 3", page);
        Assert.Contains("""alertmanager_build_info{version="0.27.0"} 1""", page);

        depth = 5;
        Assert.Contains(
            "correlation_test_queue_depth 5", await host.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_complain_about()
    {
        using var meter = new Meter(MeterReadings.MeterName);
        await using var host = await StartAsync(new Reads());
        meter.CreateCounter<long>("correlation_lint_refusals", description: "Requests refused.").Add(1);
        meter.CreateHistogram<long>("correlation_lint_commit_rows", description: "Rows of a commit.").Record(12);
        var page = await host.Http.GetStringAsync("/metrics");
        await LintAsync(page);
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_complain_about_in_what_the_engine_measures()
    {
        var server = new NativeServer();
        await server.InitializeAsync();
        await server.OpenAsync(server.NewName());
        var page = await server.Http.GetStringAsync("/metrics");
        await server.DisposeAsync();
        Assert.Contains("correlation_commit_seconds_count", page, StringComparison.Ordinal);
        Assert.Contains("correlation_intake_queue_depth 0", page, StringComparison.Ordinal);
        Assert.Contains("correlation_incidents{status=\"open\"} 1", page, StringComparison.Ordinal);
        await LintAsync(page);
    }

    [Fact]
    public async Task Refusals_are_counted_by_their_status_whatever_refused()
    {
        await using var host = await GatewayHost.StartAsync(
            new PolicyOnly(),
            new Reads(),
            app => app.MapAdmin().MapPost("/refuse/{status:int}", (int status) => Results.StatusCode(status)),
            services => services.AddAdmin().AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well)),
            first => first.UseRefusalCount());
        foreach (var status in new[] { 200, 422, 503, 503 })
        {
            using var answer = await host.Http.PostAsync($"/refuse/{status}", null);
            Assert.Equal(status, (int)answer.StatusCode);
        }

        using (var keyless = new HttpClient { BaseAddress = host.Http.BaseAddress })
        {
            using var refused = await keyless.GetAsync("/metrics");
        }

        var page = (await host.Http.GetStringAsync("/metrics")).Split('\n')
            .Where(line => line.StartsWith("correlation_http_refusals_total", StringComparison.Ordinal));
        Assert.Equal(
            [
                """correlation_http_refusals_total{status="401"} 1""",
                """correlation_http_refusals_total{status="422"} 1""",
                """correlation_http_refusals_total{status="503"} 2""",
            ],
            page.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_store_that_is_down_is_a_figure_and_not_the_end_of_the_page()
    {
        await using var host = await StartAsync(new Reads { Fault = new IOException("gone") });
        var page = (await host.Http.GetStringAsync("/metrics")).Split('\n');
        Assert.Contains("correlation_store_up 0", page);
        Assert.Contains(page, line => line.StartsWith("process_cpu_seconds_total ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_figure_that_could_not_be_counted_in_time_is_left_out_alone()
    {
        await using var host = await StartAsync(new Reads { Figures = new StoreFigures(null, 9, 3, 0, null, 0) });
        var page = (await host.Http.GetStringAsync("/metrics")).Split('\n');
        Assert.Contains("correlation_store_up 1", page);
        Assert.Contains("correlation_outbox_pending 3", page);
        Assert.DoesNotContain(page, line => line.Contains("correlation_timers", StringComparison.Ordinal));
        Assert.DoesNotContain(page, line => line.Contains("correlation_incidents", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_needs_a_key()
    {
        await using var host = await StartAsync(new Reads());
        host.Http.DefaultRequestHeaders.Authorization = null;
        using var answer = await host.Http.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task LintAsync(string page)
    {
        using var folder = new TempFolder("metrics");
        var file = folder.Write("metrics", page);
        var result = await Tool.RunAsync("sh", "-c", $"promtool check metrics < '{file}'");
        Assert.True(result is { ExitCode: 0, Output: "" }, $"promtool check metrics said: {result.Output}\n{page}");
    }

    private static Task<GatewayHost> StartAsync(IReads reads) => GatewayHost.StartAsync(
        new PolicyOnly(),
        reads,
        app => app.MapAdmin(),
        services => services.AddAdmin().AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well)));

    private sealed class Reads : NoReads
    {
        public Exception? Fault { get; init; }

        public StoreFigures Figures { get; init; } =
            new(new Dictionary<IncidentStatus, long> { [IncidentStatus.Open] = 7 }, 9, 3, 0, 12, 0);

        public override ValueTask<StoreFigures> FiguresAsync(CancellationToken cancellationToken) => Fault is null
            ? new(Figures)
            : ValueTask.FromException<StoreFigures>(Fault);
    }
}
