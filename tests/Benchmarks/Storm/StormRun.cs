using System.Diagnostics;
using System.Globalization;
using Correlation.Benchmarks.Lateness;
using Correlation.Benchmarks.Servers;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Storm;

/// <summary>
/// A region of 400 GPU nodes with 100 models each fails, five alerts to a model, as fast as they are taken; meanwhile,
/// ten times a second, a critical alert comes of a model that nothing connects with them.
/// </summary>
internal static class StormRun
{
    private const int AlertsPerModel = 5;
    private const int ModelsPerNode = 100;
    private const int PerRequest = 64;
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PagedWithin = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(string name, string dll, int alerts, int connections, CancellationToken token)
    {
        var probes = new Probes();
        var sinkUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await using var sink = new PageSink(probes.SentAt);
        await sink.StartAsync(sinkUrl, token);
        await using var server = new SiloServer(name, dll, SiloConfiguration.Behind(Probes.Ladder(sinkUrl)));
        await server.StartAsync();
        var models = alerts / AlertsPerModel;
        var nodes = models / ModelsPerNode;
        await Posts.EdgesAsync(server, World(nodes), token);

        // The first of a process costs compiling, and an idle hour is not what is measured.
        await probes.SendAsync(server, 20, token);
        var next = probes.Next;
        await Poll.UntilAsync(() => sink.Paged == next, PagedWithin, () => "The warm-up's pages came");
        var idle = sink.Take();
        await Console.Error.WriteLineAsync(
            $"{nodes} nodes, {models} models; idle p50 {idle.P50:0.0} ms, max {idle.Max:0.0} ms");

        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        var probing = probes.SendSteadilyAsync(server, ProbeEvery, over.Token);
        var began = Stopwatch.GetTimestamp();
        var at = TimeProvider.System.GetUtcNow();
        await Posts.AlertsAsync(
            server,
            Enumerable.Range(0, nodes)
                .Select(node => Posts.Alert("GPUNodeNotReady", "node", $"gpu-{node}", "ml-prod-eu-1", at)),
            token);
        var refused = await SendAsync(server, alerts, connections, at, token);
        var accepted = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await UntilQuietAsync(server, token);
        var quiet = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await over.CancelAsync();
        await probing;
        var due = probes.Next - next;
        await Poll.UntilAsync(
            () => sink.Paged == due, PagedWithin, () => $"{due} probes were paged ({sink.Paged} came)");
        var paged = sink.Take();
        var open = await Posts.OpenIncidentsAsync(server, token);
        await Console.Error.WriteLineAsync(await DecisionsAsync(server, alerts, token));
        await Console.Out.WriteLineAsync(
            "\n| alerts | accepted, s | refused | quiet, s | peak MB | unrelated pages | p50 ms | p99 ms | max ms | incidents of several | largest |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|---|---|---|---|---|---|");
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"| {alerts:N0} | {accepted:0.0} | {refused} | {quiet:0.0} | {server.PeakMegabytes:0} | {paged.Pages} | " +
            $"{paged.P50:0} | {paged.P99:0} | {paged.Max:0} | {open.Count(members => members > 1)} | {(open.Count > 0 ? open[0] : 0)} |"));
    }

    /// <summary>What the storm made of itself: the most frequent decisions, per alert.</summary>
    private static async Task<string> DecisionsAsync(SiloServer server, int alerts, CancellationToken token)
    {
        const string Name = "correlation_decisions_total{";
        var page = await server.Client.GetStringAsync("/metrics", token);
        var counts = page.Split('\n').Where(line => line.StartsWith(Name, StringComparison.Ordinal))
            .Select(line => (What: line[Name.Length..line.IndexOf('}', StringComparison.Ordinal)],
                Count: double.Parse(line[line.LastIndexOf(' ')..], CultureInfo.InvariantCulture)))
            .OrderByDescending(line => line.Count)
            .ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{counts.Sum(c => c.Count) / alerts:0.0} decisions per alert: ") +
            string.Join(
                "; ",
                counts.Take(12)
                    .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.What} {c.Count / alerts:0.00}")));
    }

    /// <summary>Asked once a second: a scrape is work too, and the probes go on.</summary>
    private static async Task UntilQuietAsync(SiloServer server, CancellationToken token)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(token))
        {
            var page = await server.Client.GetStringAsync("/metrics", token);
            if (page.Contains("\ncorrelation_messages_waiting 0\n", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    /// <returns>How many requests were refused, and sent again.</returns>
    private static async Task<int> SendAsync(
        SiloServer server, int alerts, int connections, DateTimeOffset at, CancellationToken token)
    {
        var refused = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, alerts).Chunk(PerRequest),
            new ParallelOptions { MaxDegreeOfParallelism = connections, CancellationToken = token },
            async (part, cancelled) =>
            {
                var body = part.Select(n => Posts.Alert(
                    n % 2 == 0 ? "ModelServingLatencyHigh" : "ServingErrorRateHigh", "model",
                    $"model_{n / AlertsPerModel:00000000}",
                    "ml-prod-eu-1", at, instance: $"serving-{n}.ml.svc:9090")).ToList();
                while (!await Posts.TryAlertsAsync(server, body, cancelled))
                {
                    Interlocked.Increment(ref refused);
                    await Task.Delay(TimeSpan.FromSeconds(1), cancelled);
                }
            });
        return refused;
    }

    private static IEnumerable<(string From, string To)> World(int nodes)
    {
        for (var node = 0; node < nodes; node++)
        {
            yield return ("region:eu-1", $"node:gpu-{node}");
            for (var i = 0; i < ModelsPerNode; i++)
            {
                yield return ($"node:gpu-{node}", $"model:model_{(node * ModelsPerNode) + i:00000000}");
            }
        }
    }
}
