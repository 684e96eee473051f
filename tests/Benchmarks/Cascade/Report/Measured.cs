using System.Diagnostics;
using Correlation.Benchmarks.Cascade.Baselines;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Measures;
using Correlation.Benchmarks.Cascade.Worlds;

namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>Scores of one way to correlate, over the cases of one split.</summary>
internal sealed record Column(string Split, string Who, string Settings, IReadOnlyList<CaseScore> Cases);

/// <summary>Runs cases side by side, each in a world of its own, and measures them.</summary>
internal static class Measured
{
    public const string Ours = "this service";

    private const string WithTruth = "this service, true lineage";

    /// <returns>Ours first, then the others, for each split.</returns>
    public static IReadOnlyList<Column> All(CascadeOptions options, Action<string> say)
    {
        var columns = new List<Column>();
        foreach (var split in options.Splits)
        {
            var watch = Stopwatch.StartNew();
            var baselines = options.Baselines ? Tuned.Best : [];
            var count = options.CasesOf(split);
            var scores = new CaseScore[count][];
            var sent = 0;
            var cases = new CascadeCase[count];
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel }, i =>
            {
                var cascade = cases[i] = CascadeCase.Make(split, options.FirstSeed + i);
                Interlocked.Add(ref sent, cascade.Sent.Count);
                scores[i] = [.. ScoresOf(cascade, baselines, options.Baselines)];
            });
            say($"{split.Name}: {count} cases, {sent} messages, {watch.Elapsed.TotalSeconds:0.0} s; {LagCheck.Of(cases, CascadePolicy.Value)}");
            var who = new List<(string Who, string Settings)> { (Ours, "") };
            who.AddRange(options.Baselines ? [(WithTruth, "")] : []);
            who.AddRange(baselines.Select(baseline => ($"{baseline.Id} {baseline.Title}", baseline.Settings)));
            columns.AddRange(who.Select((one, n) =>
                new Column(split.Name, one.Who, one.Settings, [.. scores.Select(ofCase => ofCase[n])])));
        }

        return columns;
    }

    private static IEnumerable<CaseScore> ScoresOf(
        CascadeCase cascade, IReadOnlyList<Baseline> baselines, bool withTruth)
    {
        var ours = EngineRun.Of(cascade, cascade.Observed);
        yield return CaseScore.Of(cascade, ours);
        if (withTruth)
        {
            yield return CaseScore.Of(
                cascade, EngineRun.Of(cascade, ObservedGraph.True(cascade.World, CascadeCase.Start)));
        }

        foreach (var baseline in baselines)
        {
            yield return CaseScore.Of(cascade, baseline.Run(cascade, ours));
        }
    }
}
