using System.Globalization;
using System.Text;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Measures;

namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>
/// Where pairs are lost, over many cases: links to what is not truly the cause, by the kinds of both, and alerts of a
/// fault that stayed without one, by the kind that truly caused them.
/// </summary>
internal static class CaseLosses
{
    private const int Most = 30;

    public static string Of(IReadOnlyList<Split> splits, long first, int count)
    {
        var text = new StringBuilder();
        foreach (var split in splits)
        {
            var (wrong, missing, links, pairs) = (new Tally(), new Tally(), new Tally(), new Tally());
            var all = new List<(CascadeCase Case, Outcome Outcome)>[Environment.ProcessorCount];
            Parallel.For(0, all.Length, new ParallelOptions { MaxDegreeOfParallelism = all.Length }, part =>
            {
                all[part] = [];
                for (var i = part; i < count; i += all.Length)
                {
                    var cascade = CascadeCase.Make(split, first + i);
                    all[part].Add((cascade, EngineRun.Of(cascade, cascade.Observed)));
                }
            });
            foreach (var (cascade, outcome) in all.SelectMany(part => part))
            {
                Count(cascade, outcome, wrong, missing, links);
                CountPairs(outcome, pairs);
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"{split.Name}, {count} cases");
            text.AppendLine(pairs.Text("pairs that are wrongly joined, and that are missing"));
            text.AppendLine(IfOnly([.. all.SelectMany(part => part).Select(pair => pair.Outcome)]));
            text.AppendLine(LostParts.Of([.. all.SelectMany(part => part)]));
            text.AppendLine(LostMerges.Of([.. all.SelectMany(part => part)]));
            text.AppendLine(LostPages.Of([.. all.SelectMany(part => part)]));
            text.AppendLine(links.Text("links, by what they join"));
            text.AppendLine(wrong.Text("wrong links"));
            text.AppendLine(missing.Text("of a fault, and without its cause"));
        }

        return text.ToString();
    }

    private static void Count(CascadeCase cascade, Outcome outcome, Tally wrong, Tally missing, Tally links)
    {
        var known = outcome.Alerts.Select((alert, i) => (alert, i))
            .ToLookup(pair => pair.alert.Alias, pair => pair.i, StringComparer.Ordinal);
        var firsts = new HashSet<int>();
        var joined = new HashSet<(int Group, string Incident)>();
        for (var i = 0; i < outcome.Alerts.Count; i++)
        {
            var alert = outcome.Alerts[i];
            var isFirst = firsts.Add(outcome.GroupOf[i]);
            var isNew = joined.Add((outcome.GroupOf[i], alert.Incident));
            var what = What(alert);
            if (alert.Parent is { } parent)
            {
                var lag = (alert.StartsAt - parent.Onset).TotalHours;
                var when = lag < -0.01 ? "before" : lag < 0.5 ? "< 30 min" : lag < 2 ? "< 2 h" : lag < 6 ? "< 6 h" : lag < 24 ? "< 1 d" : "days";
                var of = known[parent.Alias]
                    .Where(k => outcome.Alerts[k].StartsAt <= alert.StartsAt.AddMinutes(10))
                    .Select(k => outcome.Alerts[k])
                    .LastOrDefault();
                var isRight = of?.Incident == alert.Incident;
                var whose = !parent.Observed ? "a suspect" : of is null ? "a change" : of.Problem.IsNoise ? "noise" : isRight ? "its fault" : "another fault";
                links.Add($"{what} by {whose}");
                if (!isRight)
                {
                    wrong.Add($"{what} {alert.Kind} by {whose} {(parent.Observed ? parent.Kind : Topology.TypeOf(parent.Entity))} {when} score {parent.Score:0.0}");
                }
            }
            else if (!isFirst)
            {
                links.Add($"{what} without a cause, {(isNew ? "with others" : "with its own")}");
                if (isNew)
                {
                    wrong.Add($"{what} {alert.Kind} without a cause");
                }
            }

            if (alert is { Parent: null, Problem.Ill.Cause: { } cause })
            {
                var isTold = cascade.Observed.Ancestors(cascade.Observed.Resolve(alert.Entity)).Any(
                    reach => Blames.Plain(reach.Urn) == cause.Entity)
                    || cause.Entity == alert.Entity;
                missing.Add($"{alert.Kind} of {cause.Kind}, {(cause.Seen ? "seen" : "unseen")}, {(isTold ? "edge told" : "edge unknown")}");
            }
        }
    }

    private static void CountPairs(Outcome outcome, Tally pairs)
    {
        for (var i = 0; i < outcome.Alerts.Count; i++)
        {
            for (var k = 0; k < i; k++)
            {
                var (one, other) = (outcome.Alerts[k], outcome.Alerts[i]);
                var (isOne, isFound) = (one.Incident == other.Incident, outcome.GroupOf[k] == outcome.GroupOf[i]);
                if (isOne && !isFound)
                {
                    pairs.Add($"missing of {one.Incident.Split('#', ' ')[0]}");
                }
                else if (isFound && !isOne)
                {
                    pairs.Add(
                        $"wrong: {What(one)} with {(one.Alias == other.Alias ? "the same alias again" : What(other))}");
                }
            }
        }
    }

    /// <summary>What the pairwise F1 would be if one thing were as in truth: where the most is to be won.</summary>
    private static string IfOnly(IReadOnlyList<Outcome> outcomes)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"pairwise F1 {Mean((_, found) => found):0.000}; if in truth were: noise {Mean((alert, found) => alert.Problem.IsNoise ? alert.Incident : found):0.000}, " +
            $"noise that is not the first of its alias {Mean((alert, found) => alert.Problem.IsNoise ? $"{found} {alert.Alias}" : found):0.000}, " +
            $"faults {Mean((alert, found) => alert.Problem.IsNoise ? found : alert.Incident):0.000}");

        double Mean(Func<SeenAlert, string, string> group) => outcomes.Average(outcome => new Partition(
            Numbers(outcome.Alerts.Select(alert => alert.Incident)),
            Numbers(outcome.Alerts.Select((alert, i) => group(alert, $"{outcome.GroupOf[i]}")))).Pairs.F1);
    }

    private static List<int> Numbers(IEnumerable<string> names)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. names.Select(name => numbers.TryGetValue(name, out var number) ? number : numbers[name] = numbers.Count)];
    }

    private static string What(SeenAlert alert) => alert.Problem.IsNoise ? "noise" : "fault";

    private static class Topology
    {
        public static string TypeOf(string urn) => urn[..Math.Max(0, urn.IndexOf(':', StringComparison.Ordinal))];
    }

    private sealed class Tally
    {
        private readonly Dictionary<string, int> _counts = [];

        public void Add(FormattableString what)
        {
            var key = what.ToString(CultureInfo.InvariantCulture);
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }

        public string Text(string title)
        {
            var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{title}: {_counts.Values.Sum()}");
            foreach (var (what, count) in _counts.OrderByDescending(pair => pair.Value).Take(Most))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{count,6}  {what}");
            }

            return text.ToString();
        }
    }
}
