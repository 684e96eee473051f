using System.Diagnostics;
using System.Globalization;
using Correlation.Benchmarks.Servers;
using Correlation.Benchmarks.Stored;
using Correlation.Silo.Storage;
using Correlation.Silo.Storage.Postgres;
using Correlation.Silo.Storage.Sqlite;
using Correlation.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Correlation.Benchmarks.Lateness;

/// <param name="Spread">Incidents whose next steps are due one after the other.</param>
/// <param name="Over">How long that takes.</param>
/// <param name="Burst">Incidents whose next steps are due within the second after a pause.</param>
internal sealed record LatenessOptions(
    IReadOnlyList<string> Servers, int Spread, TimeSpan Over, int Burst, string SiloDll);

/// <summary>
/// Open incidents are written into the store, as they were half an hour before their next step is due; then the service
/// is started, and a receiver notes when each page comes.
/// </summary>
internal static class LatenessRun
{
    /// <summary>From the opening to the step; the benchmark's alerts are over after an hour.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(LatenessOptions options, CancellationToken token)
    {
        var machine = await Machine.DescribeAsync();
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{machine} {options.Spread + options.Burst:N0} open incidents, written through the service's own store. The steps of " +
            $"{options.Spread:N0} are due over {options.Over.TotalMinutes:0} minutes; {Pause.TotalSeconds:0} s later those of " +
            $"{options.Burst:N0} within one second. Late is from due to received by a webhook.\n"));
        await Console.Out.WriteLineAsync(
            "| store | start, s | steps | p50 ms | p99 ms | max ms | burst | all within, s |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|---|---|---|");
        foreach (var name in options.Servers)
        {
            await MeasureAsync(name, options, token);
        }
    }

    private static async Task MeasureAsync(string name, LatenessOptions options, CancellationToken token)
    {
        // Time to write them all, and to start: some 3 ms each.
        var first = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(
            40 + ((options.Spread + options.Burst) * 0.003));
        var burst = first + options.Over + Pause;
        var sinkUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await using var sink = new PageSink(DueOf);
        await sink.StartAsync(sinkUrl, token);
        await using var server = new SiloServer(name, options.SiloDll, SiloConfiguration.Behind(Ladder(sinkUrl)));
        var started = 0.0;
        await server.StartAsync((folder, connection) =>
        {
            Fill(folder, connection);
            started = Stopwatch.GetTimestamp();
            return Task.CompletedTask;
        });
        var startSeconds = (Stopwatch.GetTimestamp() - started) / Stopwatch.Frequency;
        if (TimeProvider.System.GetUtcNow() > first)
        {
            throw new InvalidOperationException(
                "The first steps were due before the service had started: the disk is too slow.");
        }

        await UntilAsync(options.Spread, first + options.Over);
        var spread = sink.Take();
        await UntilAsync(options.Burst, burst);
        var all = sink.Take();
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {startSeconds:0.0} | {spread.Pages:N0} | {spread.P50:0.0} | {spread.P99:0.0} | {spread.Max:0.0} | " +
            $"{all.Pages:N0} | {(all.LastAt - burst).TotalSeconds:0.00} |"));

        DateTimeOffset DueOf(long model) => model < options.Spread
            ? first + (options.Over * ((double)model / options.Spread))
            : burst + TimeSpan.FromSeconds((double)(model - options.Spread) / options.Burst);

        void Fill(TempFolder folder, string? connection)
        {
            using IStore store = connection is null
                ? new SqliteStore(folder.Path, NullLogger<SqliteStore>.Instance)
                : new PostgresStore(connection);
            SiloConfiguration.Behind(Ladder(sinkUrl))(folder);
            var fill = new StoreFill(store, SiloConfiguration.Read(folder), first - Step);
            fill.Write(
                options.Spread + options.Burst,
                (model, number) => model.FallsIll(number, 1, DueOf(number) - Step),
                written => Says(written % 20_000 == 0 ? $"{written:N0} open incidents written" : null));
        }

        async Task UntilAsync(int pages, DateTimeOffset due)
        {
            var left = due - TimeProvider.System.GetUtcNow();
            Says($"{name}: waits {left.TotalSeconds:0} s for {pages:N0} steps");
            await Task.Delay(left, token);
            await Poll.UntilAsync(
                () => Task.FromResult(sink.Paged == pages), Longest, () => $"{pages} pages ({sink.Paged} came)");
        }
    }

    internal static string Ladder(Uri sink) => $$"""
        channels:
          - { name: sink, type: webhook, url: "{{sink}}" }

        escalations:
          - name: later
            steps:
              - { after: {{Step.TotalMinutes}}m, notify: "channel:sink" }

        routes:
          - name: later
            match: cluster="ml-prod-eu-1"
            escalation: later
            group_wait: 0s
            repeat: 7d
        """;

    private static void Says(string? what)
    {
        if (what is not null)
        {
            Console.Error.WriteLine(what);
        }
    }
}
