using System.Globalization;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Measures;
using Correlation.Benchmarks.Servers;

namespace Correlation.Benchmarks.Cascade.OverHttp;

/// <summary>
/// The same cases in virtual time and over HTTP, side by side: what differs is what the way in and out does to them.
/// </summary>
internal static class OverHttpReport
{
    public static async Task RunAsync(
        IReadOnlyList<Split> splits, long first, int count, double scale, int parallel, CancellationToken token)
    {
        foreach (var split in splits)
        {
            var (inside, outside) = (new CaseScore[count], new CaseScore[count]);
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = token }, async (i, cancelled) =>
            {
                var cascade = CascadeCase.Make(split, first + i);
                inside[i] = CaseScore.Of(cascade, EngineRun.Of(cascade, cascade.Observed));
                outside[i] = CaseScore.Of(
                    cascade, await StoryRun.OfAsync(cascade, scale, SiloServer.DefaultDll, cancelled));
                await Console.Out.WriteLineAsync(
                    $"{cascade}: {Short(inside[i])} in virtual time, {Short(outside[i])} over HTTP");
            });
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"\n| {split.Name}, {count} cases, {scale} s in one | in virtual time | over HTTP |\n|---|---|---|"));
            foreach (var figure in Figure.All)
            {
                await Console.Out.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"| {figure.Name} | {figure.Of(inside):0.000} | {figure.Of(outside):0.000} |"));
            }
        }
    }

    private static string Short(CaseScore score) => string.Create(
        CultureInfo.InvariantCulture,
        $"{score.Alerts} alerts, {score.Incidents} incidents, F1 {score.Pairs.F1:0.000}, {score.Faults.Sum(fault => fault.Pages)} pages");
}
