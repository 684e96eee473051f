using System.Globalization;
using Correlation.Benchmarks.Intake;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Keys;

internal sealed record KeysOptions(
    IReadOnlyList<string> Servers, long Known, IReadOnlyList<long> Active, double Seconds, string SiloDll);

/// <summary>
/// Open alerts come in over HTTP; then ever more of them are sent again, round after round. Each measurement begins
/// when every one of them was sent at least once, so that what is to be in memory is there.
/// </summary>
internal static class KeysRun
{
    private const int Connections = 256;
    private const double LeastLeadIn = 10;

    /// <summary>Seconds. A rate below known / this, and the lead-in is cut short.</summary>
    private const double LongestLeadIn = 300;

    public static async Task RunAsync(KeysOptions options, CancellationToken token)
    {
        await Console.Out.WriteLineAsync(await Machine.DescribeAsync() + "\n");
        await Console.Out.WriteLineAsync(
            "| store | open alerts | of them sent again | requests/s | p99 ms | CPU µs/request (service, database) | of the first row | resident MB |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|---|---|---|");
        foreach (var name in options.Servers)
        {
            await using var server = new SiloServer(name, options.SiloDll);
            await MeasureAsync(server, options, token);
        }
    }

    private static async Task MeasureAsync(SiloServer server, KeysOptions options, CancellationToken token)
    {
        await server.StartAsync();
        var load = LoadProcess.FillOf(server, options.Known);
        Says($"{server.Name} takes in {options.Known:N0} open alerts");
        await LoadProcess.RunAsync(server, load, token);
        await server.UntilQuietAsync(token);
        double? first = null;
        var rate = 10_000.0;
        foreach (var active in options.Active)
        {
            Says($"{server.Name}: {active:N0} of them are sent again");
            var slice = await LoadProcess.RunAsync(server, load with
            {
                Kind = LoadKind.Changing,
                Keys = active,
                Connections = Connections,
                Alerts = 1,
                LeadInSeconds = Math.Clamp(active / rate, LeastLeadIn, LongestLeadIn),
                Seconds = options.Seconds,
            }, token);
            rate = slice.RequestsPerSecond;
            first ??= slice.ServerMicrosecondsPerRequest;
            var parts = string.Join(
                ", ", slice.ServerCpu.Select(part => Text(slice.PartMicrosecondsPerRequest(part), "0.0")));
            await Console.Out.WriteLineAsync(
                $"| {server.Name} | {Text(options.Known, "N0")} | {Text(active, "N0")} | {Text(rate, "N0")} | {Text(slice.Load.P99Milliseconds, "0.0")} | " +
                $"{Text(slice.ServerMicrosecondsPerRequest, "0.0")} ({parts}) | {Text(slice.ServerMicrosecondsPerRequest / first.Value, "0.00")} | " +
                $"{Text(server.ResidentMegabytes, "0")} |");
        }
    }

    private static string Text(IFormattable value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture);

    private static void Says(string what) => Console.Error.WriteLine(what);
}
