using System.Globalization;
using Correlation.Benchmarks.Bodies;
using Correlation.Benchmarks.Intake;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Servers;
using Correlation.Benchmarks.Stored;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Benchmarks.Restart;

/// <summary>
/// Open alerts and their incidents are written through the service's own store; the service is started over them, takes
/// in re-sent alerts as fast as it can, is killed in the middle of it, and started again: from the start of the process
/// to ready.
/// </summary>
internal static class RestartRun
{
    private const double LoadSeconds = 20;
    private const int Kills = 3;

    public static async Task RunAsync(
        IReadOnlyList<string> servers, long alerts, string siloDll, CancellationToken token)
    {
        await Console.Out.WriteLineAsync(await Machine.DescribeAsync() + "\n");
        await Console.Out.WriteLineAsync(
            "| store | open alerts | ready after kill -9 under load, s: each | resident MB then | peak MB |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|");
        foreach (var name in servers)
        {
            await MeasureAsync(name, alerts, siloDll, token);
        }
    }

    private static async Task MeasureAsync(string name, long alerts, string siloDll, CancellationToken token)
    {
        await using var server = new SiloServer(name, siloDll);
        await server.StartAsync((folder, connection) =>
        {
            using IStore store = connection is null
                ? new SqliteStore(folder.Path, NullLogger<SqliteStore>.Instance)
                : new PostgresStore(connection);
            SiloConfiguration.WriteTo(folder);
            var now = TimeProvider.System.GetUtcNow();
            var models = (alerts + AlertKind.All.Length - 1) / AlertKind.All.Length;
            new StoreFill(store, SiloConfiguration.Read(folder), now).Write(
                models,
                (model, number) => model.FallsIll(number, AlertKind.All.Length, now),
                written =>
                    Says(written % 10_000 == 0 ? $"{written * AlertKind.All.Length:N0} open alerts written" : null));
            return Task.CompletedTask;
        });
        var took = new List<TimeSpan>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
            var load = LoadProcess.RunAsync(server, LoadOf(server), over.Token);
            await Task.Delay(TimeSpan.FromSeconds(LoadSeconds), token);
            await server.KillAsync(0);
            took.Add(await server.StartAgainAsync(0));
            await over.CancelAsync();
            await Task.WhenAny(load);
            Says($"{name}: ready after {took[^1].TotalSeconds:0.00} s");
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {alerts:N0} | {string.Join(", ", took.Select(t => t.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)))} | " +
            $"{server.ResidentMegabytes:0} | {server.PeakMegabytes:0} |"));
    }

    private static LoadOptions LoadOf(SiloServer server) => new()
    {
        Servers = server.LoadUrls,
        Kind = LoadKind.Changing,
        StartsAt = TimeProvider.System.GetUtcNow()
            .AddMinutes(-1)
            .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        ApiKey = server.ApiKey,
        Keys = 1_000,
        Connections = 64,
        Seconds = 2 * LoadSeconds,
    };

    private static void Says(string? what)
    {
        if (what is not null)
        {
            Console.Error.WriteLine(what);
        }
    }
}
