using System.Globalization;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Intake;

/// <summary>The table in Markdown: medians over the slices, ratios within pairs of slices with their spread.</summary>
internal static class ResultTable
{
    public const string Head =
        "| scenario | server | requests/s (min-max) | alerts/s | p50 ms | p99 ms | peak MB | " +
        "of Alertmanager (min-max) | of append-only | of the other build | CPU µs/request: server, load | not 2xx |\n" +
        "|---|---|---|---|---|---|---|---|---|---|---|---|";

    public static IEnumerable<string> Rows(Scenario scenario, IReadOnlyList<ServerSlices> results) =>
        results.Select(result => Row(scenario, result, results));

    private static string Row(Scenario scenario, ServerSlices result, IReadOnlyList<ServerSlices> all)
    {
        var slices = result.Slices;
        var requests = Spread.Of(slices.Select(slice => slice.RequestsPerSecond));
        var lost = slices.Sum(slice => slice.Load.Refused + slice.Load.Broken);
        var lastStatus = slices.Select(slice => slice.Load.RefusedWith).LastOrDefault(status => status != 0);
        string[] cells =
        [
            scenario.Name,
            result.Server,
            $"{Text(requests.Median, "N0")} ({Text(requests.Min, "N0")}-{Text(requests.Max, "N0")})",
            Text(Median(slices, slice => slice.AlertsPerSecond), "N0"),
            Text(Median(slices, slice => slice.Load.P50Milliseconds), "0.00"),
            Text(Median(slices, slice => slice.Load.P99Milliseconds), "0.00"),
            Text(result.PeakMegabytes, "0"),
            Ratio(result, all, AlertmanagerServer.ServerName),
            Ratio(result, all, AppendOnly(result.Server)),
            Ratio(result, all, ScenarioRun.OtherBuildOf(result.Server)),
            $"{Text(Median(slices, slice => slice.ServerMicrosecondsPerRequest), "0.0")}{Parts(slices)}, " +
            Text(Median(slices, slice => slice.LoadMicrosecondsPerRequest), "0.0"),
            lost == 0 ? "0" : $"{Text(lost, "N0")} (last {lastStatus})",
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    // The upper bound on the same store; the other servers have none.
    private static string? AppendOnly(string server) => server switch
    {
        SiloServer.OnSqlite => AppendServer.OnSqlite,
        SiloServer.OnPostgres => AppendServer.OnPostgres,
        _ => null,
    };

    private static string Ratio(ServerSlices result, IReadOnlyList<ServerSlices> all, string? peerName)
    {
        if (result.Server == peerName || all.FirstOrDefault(other => other.Server == peerName) is not { } peer)
        {
            return "-";
        }

        var ratio = Spread.Of(result.Slices.Zip(peer.Slices,
            (ours, theirs) => ours.RequestsPerSecond / theirs.RequestsPerSecond));
        return $"{Text(ratio.Median, "0.00")} ({Text(ratio.Min, "0.00")}-{Text(ratio.Max, "0.00")})";
    }

    private static string Parts(IReadOnlyList<Slice> slices)
    {
        var parts = slices[0].ServerCpu.Select((part, n) =>
            $"{part.Part} {Text(Median(slices, slice => slice.PartMicrosecondsPerRequest(slice.ServerCpu[n])), "0.0")}").ToList();
        return parts.Count == 1 ? "" : $" ({string.Join(", ", parts)})";
    }

    private static double Median(IReadOnlyList<Slice> slices, Func<Slice, double> value) =>
        Spread.Of(slices.Select(value)).Median;

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
