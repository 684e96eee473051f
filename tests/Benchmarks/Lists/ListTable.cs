using System.Globalization;
using Correlation.Benchmarks.Load;

namespace Correlation.Benchmarks.Lists;

/// <summary>One row for each kind of list, one group of columns for each store, all lists together first.</summary>
internal static class ListTable
{
    private const double PromisedMilliseconds = 100;

    public static IEnumerable<string> Lines(IReadOnlyList<ListResults> results)
    {
        yield return "| list | " + string.Join(" | ", results.Select(r => $"{r.Server}: p50 ms | p99 ms | max ms")) + " |";
        yield return "|---|" + string.Concat(results.Select(_ => "---|---|---|"));
        yield return Row("**all that an index answers**", results.Select(
            r => Together(r.Latencies.Where(kind => !kind.Key.Walks).Select(kind => kind.Value))));
        foreach (var kind in ListKind.All.OrderBy(kind => kind.Walks))
        {
            yield return Row(kind.Walks ? $"*walked* {kind.Name}" : kind.Name, results.Select(r => r.Latencies[kind]));
        }

        yield return "";
        foreach (var result in results)
        {
            var indexed = result.Latencies.Where(kind => !kind.Key.Walks).ToList();
            var slow = indexed.Where(kind => Milliseconds(kind.Value.Percentile(0.99)) > PromisedMilliseconds)
                .Select(kind => kind.Key.Name).ToList();
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{result.Server}: {slow.Count} of {indexed.Count} kinds that an index answers have a p99 above {PromisedMilliseconds:0} ms" +
                $"{(slow.Count > 0 ? ": " : "")}{string.Join("; ", slow)}.");
        }
    }

    private static LatencyHistogram Together(IEnumerable<LatencyHistogram> kinds)
    {
        var all = new LatencyHistogram();
        foreach (var kind in kinds)
        {
            all.Add(kind);
        }

        return all;
    }

    private static string Row(string name, IEnumerable<LatencyHistogram> stores) =>
        $"| {name} | {string.Join(" | ", stores.Select(Cells))} |";

    private static string Cells(LatencyHistogram latencies) =>
        $"{Text(latencies.Percentile(0.5))} | {Text(latencies.Percentile(0.99))} | {Text(latencies.MaxNanoseconds)}";

    private static string Text(long nanoseconds) =>
        Milliseconds(nanoseconds).ToString("0.0", CultureInfo.InvariantCulture);

    private static double Milliseconds(long nanoseconds) => nanoseconds / 1e6;
}
