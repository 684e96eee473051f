using System.Globalization;
using System.Text;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;

namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>
/// Faults of which the largest group holds a quarter of another one, and what joined the two there: a link from the one
/// to the other, something that both were put down to, or what is neither's.
/// </summary>
internal static class LostMerges
{
    private const double Enough = 0.25;

    public static string Of(IReadOnlyList<(CascadeCase Case, Outcome Outcome)> all)
    {
        var text = new StringBuilder();
        var (faults, merged) = (0, 0);
        foreach (var (cascade, outcome) in all)
        {
            var byFault = Enumerable.Range(0, outcome.Alerts.Count)
                .ToLookup(i => outcome.Alerts[i].Incident, StringComparer.Ordinal);
            foreach (var fault in cascade.Faults.Where(fault => byFault.Contains(fault.Name)))
            {
                faults++;
                var main = byFault[fault.Name].GroupBy(i => outcome.GroupOf[i]).MaxBy(group => group.Count())!;
                var others = cascade.Faults.Where(other => other.Name != fault.Name && byFault[other.Name].Any() &&
                    byFault[other.Name].Count(i => outcome.GroupOf[i] == main.Key) >= Enough * byFault[other.Name].Count()).ToList();
                merged += others.Count > 0 ? 1 : 0;
                foreach (var other in others)
                {
                    var theirs = byFault[other.Name].Where(i => outcome.GroupOf[i] == main.Key).ToList();
                    var share = $"{Size(main.Count(), byFault[fault.Name].Count())} with {Size(theirs.Count, byFault[other.Name].Count())}";
                    var how = How(outcome, [.. main], theirs);
                    text.AppendLine(
                        CultureInfo.InvariantCulture, $"  {cascade.Seed} {fault.Name} {share} {other.Name}: {how}");
                }
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"merged {merged} of {faults}\n") + text;
    }

    private static string Size(int part, int all) => string.Create(CultureInfo.InvariantCulture, $"{part}/{all}");

    private static string How(Outcome outcome, List<int> ours, List<int> theirs)
    {
        var ways = new List<string>();
        Links(ours, theirs, ">");
        Links(theirs, ours, "<");
        ways.AddRange(
            ours.Select(Suspect)
                .Intersect(theirs.Select(Suspect))
                .Where(suspect => suspect.Length > 0)
                .Select(suspect => "both by " + suspect));
        return ways.Count == 0
            ? "by others"
            : string.Join(", ", ways.GroupBy(way => way).Select(way => $"{way.Key} x{way.Count()}"));

        void Links(List<int> from, List<int> to, string arrow)
        {
            var aliases = to.Select(i => outcome.Alerts[i].Alias).ToHashSet(StringComparer.Ordinal);
            ways.AddRange(from
                .Where(i => outcome.Alerts[i].Parent is { Alias.Length: > 0 } parent && aliases.Contains(parent.Alias))
                .Select(i => $"{outcome.Alerts[i].Kind} {arrow} {outcome.Alerts[i].Parent!.Kind}"));
        }

        string Suspect(int i) => outcome.Alerts[i].Parent is { Observed: false } parent ? parent.Entity : "";
    }
}
