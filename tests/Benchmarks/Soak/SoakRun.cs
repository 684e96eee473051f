using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Correlation.Benchmarks.Intake;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Servers;
using Npgsql;

namespace Correlation.Benchmarks.Soak;

internal sealed record SoakOptions(int Minutes, int Keys, double Share, string SiloDll);

/// <summary>
/// An owner and two standbys on one PostgreSQL take alerts in turn; each minute one of them, in turn, is killed and
/// started again. In the end the counts of all alerts are compared with what was accepted.
/// </summary>
internal static class SoakRun
{
    private const double PeakSeconds = 15;
    private const double Megabyte = 1024 * 1024;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KilledAfter = TimeSpan.FromSeconds(20);

    /// <summary>A takeover, and those who wait for it, are not the steady state.</summary>
    private static readonly TimeSpan Disturbance = TimeSpan.FromSeconds(10);

    /// <summary>
    /// By default they are kept an hour. They go by whole hours of the clock: only a run of two shows that the log
    /// stops growing.
    /// </summary>
    private const string KeptShortly = "settings: { retention: { repeats: 10m } }";

    /// <summary>Counts in lists are this old at most.</summary>
    private static readonly TimeSpan Checkpointed = TimeSpan.FromSeconds(40);

    public static async Task RunAsync(SoakOptions options, CancellationToken token)
    {
        await Console.Out.WriteLineAsync(await Machine.DescribeAsync() + "\n");
        await using var server = new SiloServer(
            SiloServer.OfThree, options.SiloDll, SiloConfiguration.Behind(KeptShortly));
        await server.StartAsync();
        var peak = await LoadProcess.RunAsync(
            server,
            new LoadOptions
            {
                Servers = server.LoadUrls,
                Kind = LoadKind.Changing,
                StartsAt = TimeProvider.System.GetUtcNow()
                    .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
                ApiKey = server.ApiKey,
                Alerts = SoakLoad.Alerts,
                Connections = 64,
                LeadInSeconds = 10,
                Seconds = PeakSeconds,
            },
            token);
        await server.UntilQuietAsync(token);
        var load = new SoakLoad(server.LoadUrls, server.ApiKey!, options.Keys);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        var running = load.RunAsync(peak.RequestsPerSecond * options.Share, over.Token);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"Three processes took {peak.AlertsPerSecond:N0} alerts/s, {SoakLoad.Alerts} to a request; the soak sends {options.Share:0.##} of that for " +
            $"{options.Minutes} minutes, over {options.Keys:N0} alerts, and kills a process each minute.\n"));
        await Console.Out.WriteLineAsync(
            "| minute | killed | accepted alerts/s | without an answer | p50 ms | p99 ms | longest silence, s | resident MB: each | log MB | tables MB |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|---|---|---|---|---|");
        for (var minute = 1; minute <= options.Minutes; minute++)
        {
            var ends = TimeProvider.System.GetUtcNow() + Minute;
            await Task.Delay(KilledAfter, token);
            var victim = minute % server.ServiceCount;
            load.Disturbed(Disturbance);
            await server.KillAsync(victim);
            await server.StartAgainAsync(victim);
            var left = ends - TimeProvider.System.GetUtcNow();
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, token);
            var (log, tables) = await SizesAsync(server.Database!, token);
            var figures = load.Take();
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {minute} | {victim + 1} | {figures.Accepted / Minute.TotalSeconds:N0} | {figures.Unknown:N0} | {figures.P50:0.0} | {figures.P99:0.0} | " +
                $"{figures.Silence.TotalSeconds:0.0} | {string.Join(", ", server.ResidentByPart.Select(mb => mb.ToString("0", CultureInfo.InvariantCulture)))} | " +
                $"{log / Megabyte:0.0} | {tables / Megabyte:0.0} |"));
        }

        await over.CancelAsync();
        await running;
        await Task.Delay(Checkpointed, token);
        await Console.Out.WriteLineAsync("\n" + await AccountAsync(server, load, options.Keys, token));
    }

    private static async Task<string> AccountAsync(SiloServer server, SoakLoad load, int keys, CancellationToken token)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var next = "";
        do
        {
            var page = await server.Client.GetFromJsonAsync<JsonElement>(
                $"/api/v1/alerts?limit=100{(next.Length == 0 ? "" : "&cursor=" + Uri.EscapeDataString(next))}", token);
            foreach (var alert in page.GetProperty("items").EnumerateArray())
            {
                var entity = alert.GetProperty("entity").GetString()!;
                counts[entity] = counts.GetValueOrDefault(entity) + alert.GetProperty("count").GetInt64();
            }

            next = page.GetProperty("next").GetString() ?? "";
        }
        while (next.Length > 0);

        var (accepted, unknown, lost, tooMany) = (0L, 0L, 0L, 0L);
        for (var key = 0; key < keys; key++)
        {
            var (sure, maybe) = load.Of(key);
            var count = counts.GetValueOrDefault("model:" + SoakLoad.NameOf(key));
            (accepted, unknown) = (accepted + sure, unknown + maybe);
            lost += Math.Max(0, sure - count);
            tooMany += Math.Max(0, count - sure - maybe);
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"Accepted {accepted:N0}, without an answer {unknown:N0}; in the end lost {lost:N0}, counted without being sent {tooMany:N0}.");
    }

    private static async Task<(long Log, long Tables)> SizesAsync(string database, CancellationToken token)
    {
        const string Sizes = """
            SELECT coalesce(sum(pg_total_relation_size(oid)) FILTER (WHERE relname ~ '^(turns|base|log)'), 0)::bigint,
                   coalesce(sum(pg_total_relation_size(oid)), 0)::bigint
            FROM pg_class WHERE relkind = 'r' AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
            """;
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(Sizes);
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
