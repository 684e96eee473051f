using System.Diagnostics;
using System.Globalization;
using Correlation.Benchmarks.Servers;
using Correlation.TestKit.Processes;

namespace Correlation.Benchmarks.Storm;

/// <summary>
/// A GPU node and the 1,000 models that run on it fail at once; how soon that is one incident, as the API says.
/// </summary>
internal static class NodeRun
{
    private enum Story
    {
        NodeFirst,
        ModelsFirst,

        /// <summary>Nobody has declared what runs where: each alert says it.</summary>
        LabelsOnly,
    }

    private const int Models = 1_000;
    private const int PerRequest = 64;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(string name, string dll, int rounds, CancellationToken token)
    {
        await Console.Out.WriteLineAsync("\n| story | rounds | accepted, s: median | worst | one incident, s: median | worst | incidents after quiet |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|---|---|");
        foreach (var story in Enum.GetValues<Story>())
        {
            var results = new List<(double Accepted, double One, int Incidents)>();
            for (var round = 0; round < rounds; round++)
            {
                // Each on a server of its own: open incidents of the round before would be counted.
                await using var server = new SiloServer(name, dll);
                await server.StartAsync();
                results.Add(await MeasureAsync(server, story, token));
            }

            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {story} | {rounds} | {Median(results.Select(r => r.Accepted)):0.00} | {results.Max(r => r.Accepted):0.00} | " +
                $"{Median(results.Select(r => r.One)):0.00} | {results.Max(r => r.One):0.00} | {results.Max(r => r.Incidents)} |"));
        }
    }

    /// <returns>Seconds from the first alert sent to all accepted, and to one incident that holds them all.</returns>
    private static async Task<(double Accepted, double One, int Incidents)> MeasureAsync(
        SiloServer server, Story story, CancellationToken token)
    {
        var models = Enumerable.Range(0, Models).Select(i => $"model-{i}").ToList();
        if (story != Story.LabelsOnly)
        {
            await Posts.EdgesAsync(server, models.Select(model => ("node:gpu-7", $"model:{model}")), token);
        }

        var at = TimeProvider.System.GetUtcNow();

        // An alert that has nothing to do with it: the first of a process costs compiling.
        await Posts.AlertsAsync(
            server, [Posts.Alert("ModelServingLatencyHigh", "model", "warm-up", "warm", at)], token);
        await server.UntilQuietAsync(token);
        var node = Posts.Alert("GPUNodeNotReady", "node", "gpu-7", "ml-prod-eu-1", at);
        var ill = models.Select(model =>
            Posts.Alert(
                "ModelServingLatencyHigh",
                "model",
                model,
                "ml-prod-eu-1",
                at,
                story == Story.LabelsOnly ? "gpu-7" : null));
        var began = Stopwatch.GetTimestamp();
        foreach (var part in (story == Story.ModelsFirst ? ill.Append(node) : ill.Prepend(node)).Chunk(PerRequest))
        {
            await Posts.AlertsAsync(server, part, token);
        }

        var accepted = Stopwatch.GetElapsedTime(began);
        IReadOnlyList<int> open = [];
        await Poll.UntilAsync(
            async () =>
            {
                open = await Posts.OpenIncidentsAsync(server, token);
                return open is [Models + 1, 1];
            },
            Longest,
            () => $"One incident of {Models + 1} beside that of the warm-up ({string.Join(", ", open.Take(20))})");
        var one = Stopwatch.GetElapsedTime(began);
        await server.UntilQuietAsync(token);
        return (accepted.TotalSeconds, one.TotalSeconds, (await Posts.OpenIncidentsAsync(server, token)).Count - 1);
    }

    private static double Median(IEnumerable<double> all)
    {
        var sorted = all.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
