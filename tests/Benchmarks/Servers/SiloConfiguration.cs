using Correlation.Grains.Policy;
using Correlation.Silo.Configuration;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Benchmarks.Servers;

/// <summary>
/// The shipped catalogue, teams and people, with what Alertmanager is given here too: an alert that is not re-sent ends
/// after an hour, and nobody is told again within the run. Every incident pages once, at once, so that the outbox can
/// be empty before anything is measured: ladders that climb in mid-run would be measured instead.
/// </summary>
internal static class SiloConfiguration
{
    private static readonly string[] Shipped = ["kinds", "teams", "users", "schedules", "channels"];

    private const string Own = """
        settings:
          default_team: ml-platform
          resolve_timeout: 1h

        routes:
          - name: everything
            group_by: [alertname, namespace, service]
            group_wait: 0s
            repeat: 7d

        escalations:
          - name: ml-infra
            steps:
              - { after: 0s, notify: "schedule:ml-infra" }
          - name: ml-platform
            steps:
              - { after: 0s, notify: "schedule:ml-platform" }
          - name: data-science
            steps:
              - { after: 0s, notify: "schedule:data-science" }
        """;

    /// <summary>What a silo with the folder that <see cref="WriteTo"/> made has in force.</summary>
    public static PolicyVersion Read(TempFolder folder)
    {
        var channels = ChannelTypes.ForReading(TimeProvider.System, NullLoggerFactory.Instance);
        var read = new ConfigurationReader(channels, Environment.GetEnvironmentVariable, TimeProvider.System)
            .Read(FolderContent.Read(folder.PathOf("config")));
        return read.Policy ?? throw new InvalidOperationException(
            "The benchmark's configuration has errors: " + string.Join("; ", read.Problems));
    }

    /// <param name="first">YAML that comes before the benchmarks' own.</param>
    public static Func<TempFolder, string> Behind(string first) => folder =>
    {
        folder.Write("config/a-first.yaml", first);
        return WriteTo(folder);
    };

    /// <returns>The folder of YAML.</returns>
    public static string WriteTo(TempFolder folder)
    {
        foreach (var name in Shipped)
        {
            folder.Write(
                $"config/{name}.yaml", File.ReadAllText(Repository.PathOf("deploy", "config", $"{name}.yaml")));
        }

        folder.Write("config/benchmark.yaml", Own);
        return folder.PathOf("config");
    }
}
