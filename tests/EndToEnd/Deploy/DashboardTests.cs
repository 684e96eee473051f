using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.EndToEnd.Deploy;

/// <summary>The dashboard, held against what a running service says at /metrics.</summary>
public sealed partial class DashboardTests
{
    [Fact]
    public async Task Every_metric_of_the_dashboard_exists_with_the_labels_that_it_groups_by()
    {
        await using var silo = await SiloProcess.StartNewAsync();
        using var dashboard = JsonDocument.Parse(
            await File.ReadAllTextAsync(Repository.PathOf("deploy", "grafana", "correlation.json")));
        var expressions = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)
            .Append(
                dashboard.RootElement.GetProperty("templating")
                    .GetProperty("list")[1]
                    .GetProperty("query")
                    .GetProperty("query")
                    .GetString()!)
            .ToList();
        Assert.InRange(expressions.Count, 20, 60);

        // Some are there when the first page is sent, the first request refused, the first audit done.
        using var fired = await silo.Client.PostAsJsonAsync("/api/v2/alerts", new[]
        {
            new { labels = new { alertname = "GPUNodeNotReady", node = "gpu-7", severity = "critical" } },
        });
        fired.EnsureSuccessStatusCode();
        using var refused = await new HttpClient().GetAsync(silo.Url + "/api/v1/incidents");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        List<string> missing = [];
        await Poll.UntilAsync(
            async () =>
            {
                var page = await silo.Client.GetStringAsync("/metrics");
                missing = [.. expressions.SelectMany(expression => Missing(expression, page))];
                return missing.Count == 0;
            },
            TimeSpan.FromSeconds(60),
            () => "/metrics has " + string.Join(", ", missing));
    }

    [Fact]
    public void Panels_have_places_and_numbers_of_their_own()
    {
        using var dashboard = JsonDocument.Parse(
            File.ReadAllText(Repository.PathOf("deploy", "grafana", "correlation.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Distinct(panels.Select(panel => panel.GetProperty("id").GetInt32()));
        Assert.Distinct(
            panels.Select(panel => panel.GetProperty("gridPos"))
                .Select(at => (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32())));
    }

    /// <summary>What the expression asks for: metrics, and labels that it groups by.</summary>
    private static IEnumerable<string> Missing(string expression, string page)
    {
        var labels = Grouping()
            .Matches(expression)
            .SelectMany(by => by.Groups[1].Value.Split(", "))
            .Where(label => label != "instance")
            .ToList();
        foreach (var metric in Metric().Matches(expression).Select(metric => metric.Value))
        {
            var samples = page.Split('\n')
                .Where(line => line.StartsWith(metric, StringComparison.Ordinal) && (line[metric.Length] is '{' or ' '))
                .ToList();
            if (samples.Count == 0 && !page.Contains($"\n# TYPE {metric} ", StringComparison.Ordinal))
            {
                yield return metric;
            }

            foreach (var label in labels.Where(label => !samples.Exists(line => line.Contains($"{label}=\"", StringComparison.Ordinal))))
            {
                yield return $"{metric} by {label}";
            }
        }
    }

    [GeneratedRegex(@"by \(([a-z, ]+)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex("correlation_[a-z_]+")]
    private static partial Regex Metric();
}
