using System.Text.RegularExpressions;
using Correlation.TestKit.Processes;

namespace Correlation.EndToEnd.RealClients;

/// <summary>deploy/prometheus, pointed at servers of the test, with short intervals and a short `for`.</summary>
internal static partial class PrometheusFiles
{
    public static string Configuration(ShippedService service, CatalogueMetrics metrics) => Read("prometheus.yml")
        .Change("127.0.0.1:8080", new Uri(service.Silo.Url).Authority)
        .Change("/etc/correlation/api-key", service.KeyFile)
        .Change("127.0.0.1:9100", new Uri(metrics.Serving.Url).Authority)
        .Change("127.0.0.1:9102", new Uri(metrics.Training.Url).Authority)

        // A read that takes longer than this fails, and a failed read ends what was firing.
        .Change("scrape_interval: 30s", "scrape_interval: 2s")
        .Change("evaluation_interval: 30s", "evaluation_interval: 500ms");

    public static (string Name, string Text) Rules { get; } =
        ("ml-alerts.rules.yml", For().Replace(Read("ml-alerts.rules.yml"), "for: 1s"));

    private static string Read(string file) => File.ReadAllText(Repository.PathOf("deploy", "prometheus", file));

    [GeneratedRegex(@"for: \d+m")]
    private static partial Regex For();
}
