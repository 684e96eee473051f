using System.Globalization;
using System.Text;
using Correlation.Benchmarks.Cascade.Baselines;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Measures;

namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>
/// Tries every setting of every baseline on dev cases: the best one is written into <see cref="Tuned"/>.
/// </summary>
internal static class Tuning
{
    /// <summary>By the mean of both F1, over the splits in which they are compared.</summary>
    public static string Of(IReadOnlyList<Split> splits, int cases)
    {
        var seen = splits.SelectMany(
            split => Enumerable.Range(0, cases).Select(i => CascadeCase.Make(split, Split.FirstDevSeed + i)))
            .AsParallel().AsOrdered()
            .Select(cascade => (Case: cascade, Outcome: EngineRun.Of(cascade, cascade.Observed)))
            .ToList();
        var text = new StringBuilder();
        foreach (var grid in Tuned.Grids)
        {
            var tried = grid.AsParallel().AsOrdered()
                .Select(baseline => (Baseline: baseline, Score: Score(baseline, seen)))
                .OrderByDescending(one => one.Score);
            foreach (var (baseline, score) in tried)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{baseline.Id} {baseline.Settings}: {score:0.000}");
            }
        }

        return text.ToString();
    }

    private static double Score(Baseline baseline, List<(CascadeCase Case, Outcome Outcome)> seen) => seen.Average(one =>
    {
        var score = CaseScore.Of(one.Case, baseline.Run(one.Case, one.Outcome));
        return (score.Pairs.F1 + score.BCubed.F1) / 2;
    });
}
