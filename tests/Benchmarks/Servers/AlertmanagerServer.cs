using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Servers;

/// <summary>
/// Alertmanager as fast as it can be: one group whose first notification is a day away, and a receiver that sends
/// nothing, so that it only takes alerts in.
/// </summary>
internal sealed class AlertmanagerServer() : BenchServer(ServerName, onPostgres: false)
{
    public const string ServerName = "alertmanager";

    private const string Configuration = """
        global:
          resolve_timeout: 1h
        route:
          receiver: nothing
          group_wait: 24h
          group_interval: 24h
          repeat_interval: 24h
        receivers:
          - name: nothing
        """;

    protected override string ReadyPath => "/-/ready";

    protected override IEnumerable<(string Part, Uri Url, ProgramStart Start)> Describe(
        TempFolder folder, string? connection) =>
    [
        (Service, Url, new ProgramStart(
            Name,
            [
                "prometheus-alertmanager", $"--config.file={folder.Write("alertmanager.yml", Configuration)}",
                $"--storage.path={folder.PathOf("data")}", $"--web.listen-address={Url.Authority}",
                "--cluster.listen-address=", "--log.level=warn",
            ],
            folder.Path)),
    ];
}
