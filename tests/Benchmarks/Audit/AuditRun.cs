using System.Globalization;
using Correlation.Benchmarks.Lateness;
using Correlation.Benchmarks.Servers;
using Correlation.Benchmarks.Stored;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Benchmarks.Audit;

/// <summary>
/// Open incidents whose next steps are half an hour away are written into the store, and the service is started over
/// them: it has nothing to do then but to look at them again and again.
/// </summary>
internal static class AuditRun
{
    private const string Ended = "correlation_audit_ended_timestamp_seconds";

    /// <summary>Of which the first, with everything still to be read, is not counted.</summary>
    private const int Rounds = 4;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(
        IReadOnlyList<string> servers, int incidents, string siloDll, CancellationToken token)
    {
        var machine = await Machine.DescribeAsync();
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{machine} {incidents:N0} open incidents, {Rounds - 1} rounds. A round is from its first read to its last; " +
            $"processor time is that of the service, and its database, from the end of one round to the end of the next.\n"));
        await Console.Out.WriteLineAsync("| store | incidents | faults | round, s | processor, s | every, s |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|---|");
        foreach (var name in servers)
        {
            await MeasureAsync(name, incidents, siloDll, token);
        }
    }

    private static async Task MeasureAsync(string name, int incidents, string siloDll, CancellationToken token)
    {
        var ladder = LatenessRun.Ladder(new Uri($"http://127.0.0.1:{FreePort.Next()}/"));
        await using var server = new SiloServer(name, siloDll, SiloConfiguration.Behind(ladder));
        await server.StartAsync((folder, connection) =>
        {
            using IStore store = connection is null
                ? new SqliteStore(folder.Path, NullLogger<SqliteStore>.Instance)
                : new PostgresStore(connection);
            SiloConfiguration.Behind(ladder)(folder);
            var now = TimeProvider.System.GetUtcNow();
            new StoreFill(store, SiloConfiguration.Read(folder), now)
                .Write(incidents, (model, number) => model.FallsIll(number, 1, now), _ => { });
            return Task.CompletedTask;
        });

        var (took, cpu, every) = (new List<double>(), new List<double>(), new List<double>());
        var (before, used) = (0.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var ended = await NextRoundAsync(server, before, token);
            var usedNow = server.CpuSeconds;
            if (round > 0)
            {
                took.Add(await ReadAsync(server, "correlation_audit_round_seconds", token));
                cpu.Add(usedNow - used);
                every.Add(ended - before);
            }

            (before, used) = (ended, usedNow);
        }

        var seen = await ReadAsync(server, "correlation_audit_incidents", token);
        var faults = await ReadAsync(server, "correlation_audit_faults", token);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {seen:N0} | {faults:N0} | {took.Min():0.00} to {took.Max():0.00} | {cpu.Min():0.00} to {cpu.Max():0.00} | {every.Average():0.0} |"));
    }

    private static async Task<double> NextRoundAsync(SiloServer server, double before, CancellationToken token)
    {
        var ended = before;
        await Poll.UntilAsync(
            async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), token);
                ended = await ReadAsync(server, Ended, token);
                return ended > before;
            },
            Longest,
            () => "the end of a round of the audit");
        return ended;
    }

    /// <summary>0 while there is no such line yet.</summary>
    private static async Task<double> ReadAsync(SiloServer server, string series, CancellationToken token)
    {
        var page = await server.Client.GetStringAsync("/metrics", token);
        var line = page.Split('\n').FirstOrDefault(l => l.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null
            ? 0
            : double.Parse(line[line.LastIndexOf(' ')..], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
