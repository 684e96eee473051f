using System.Globalization;
using Correlation.Benchmarks.Bodies;
using Correlation.Benchmarks.Intake;
using Correlation.Benchmarks.Load;
using Correlation.Benchmarks.Servers;
using Correlation.Benchmarks.Stored;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Correlation.Benchmarks.Lists;

internal sealed record ListsOptions(
    IReadOnlyList<string> Servers, long Open, long Closed, double Seconds, double PerSecond, int Walks, string SiloDll);

/// <summary>
/// Lists while alerts come in: the store filled, the peak of the intake measured, then half of it beside the lists.
/// </summary>
internal static class ListsRun
{
    private const int Connections = 256;
    private const double PeakLeadIn = 10;
    private const double PeakSeconds = 15;
    private const double LongestWalks = 3600;

    /// <summary>Closed rows are kept 400 days; none of these is due to go while lists are measured.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(390);

    public static async Task RunAsync(ListsOptions options, CancellationToken token)
    {
        var machine = await Machine.DescribeAsync();
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{machine} {options.Open:N0} open alerts, taken in over HTTP; {options.Closed:N0} " +
            $"closed ones, decided by the service's deciders and written through its store before the start; " +
            $"{options.PerSecond:0.#} lists a second for {options.Seconds:0} s.\n"));
        var all = new List<ListResults>();
        foreach (var name in options.Servers)
        {
            await using var server = new SiloServer(name, options.SiloDll);
            all.Add(await MeasureAsync(server, options, token));
        }

        await Console.Out.WriteLineAsync();
        foreach (var line in ListTable.Lines(all))
        {
            await Console.Out.WriteLineAsync(line);
        }
    }

    private static async Task<ListResults> MeasureAsync(
        SiloServer server, ListsOptions options, CancellationToken token)
    {
        await server.StartAsync((folder, connection) => FillAsync(folder, connection, options.Closed, token));
        var load = LoadProcess.FillOf(server, options.Open);
        Says($"{server.Name} takes in {options.Open:N0} open alerts");
        await LoadProcess.RunAsync(server, load, token);
        await server.UntilQuietAsync(token);
        Says($"{server.Name}: the peak of its intake");
        var changing = load with { Kind = LoadKind.Changing, Connections = Connections, Alerts = 1 };
        var peak = await LoadProcess.RunAsync(
            server, changing with { LeadInSeconds = PeakLeadIn, Seconds = PeakSeconds }, token);
        Says($"{server.Name}: lists at half of it");
        changing = changing with { Rate = peak.RequestsPerSecond / 2, LeadInSeconds = 2, Seconds = options.Seconds };
        var lists = new ListLoad(server, options.PerSecond);
        await lists.PrepareAsync(token);
        var beside = LoadProcess.RunAsync(server, changing, token);
        await lists.AskSteadilyAsync(TimeSpan.FromSeconds(options.Seconds), token);
        var half = await beside;
        Says($"{server.Name}: the lists that no index answers");
        using var walked = CancellationTokenSource.CreateLinkedTokenSource(token);
        beside = LoadProcess.RunAsync(server, changing with { Seconds = LongestWalks }, walked.Token);
        await lists.WalkAsync(options.Walks, token);
        await walked.CancelAsync();
        await Task.WhenAny(beside);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"- {server.Name}: peak {peak.RequestsPerSecond:N0} re-sent alerts/s on {Connections} connections; beside the " +
            $"lists {half.RequestsPerSecond:N0}/s, p50 {half.Load.P50Milliseconds:0.0} ms, p99 " +
            $"{half.Load.P99Milliseconds:0.0} ms, {half.Load.Refused + half.Load.Broken} not taken; peak memory " +
            $"{server.PeakMegabytes:0} MB; other programs used {half.OthersCpuShare:0%} of the processors."));
        return lists.Results;
    }

    private static async Task FillAsync(TempFolder folder, string? connection, long closed, CancellationToken token)
    {
        var now = TimeProvider.System.GetUtcNow();
        var models = (closed + AlertKind.All.Length - 1) / AlertKind.All.Length;
        using (IStore store = connection is null
            ? new SqliteStore(folder.Path, NullLogger<SqliteStore>.Instance)
            : new PostgresStore(connection))
        {
            var said = 0L;
            SiloConfiguration.WriteTo(folder);
            var fill = new StoreFill(store, SiloConfiguration.Read(folder), now);
            fill.Write(models, Lives, written =>
            {
                token.ThrowIfCancellationRequested();
                if (written - said >= 20_000)
                {
                    said = written;
                    Says($"{written * AlertKind.All.Length:N0} closed alerts written");
                }
            });
        }

        void Lives(IllModel model, long number)
        {
            var at = now - (Reach * (1 - ((double)number / models)));
            model.FallsIll(number, AlertKind.All.Length, at);
            model.IsWell(at.AddHours(1));
            model.Lives(until: now);
        }

        if (connection is not null)
        {
            // What autovacuum has long done where a million alerts came over months.
            await using var source = NpgsqlDataSource.Create(connection);
            await using var analyze = source.CreateCommand("VACUUM ANALYZE");
            analyze.CommandTimeout = 0;
            await analyze.ExecuteNonQueryAsync(token);
        }
    }

    private static void Says(string what) => Console.Error.WriteLine(what);
}
