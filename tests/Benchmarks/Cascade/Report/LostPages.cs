using System.Globalization;
using System.Text;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;

namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>
/// Each page of a fault after its first: what the incident began with, what that was put down to in the end, and when
/// that was heard of, counted from the page.
/// </summary>
internal static class LostPages
{
    private const int Most = 45;

    public static string Of(IReadOnlyList<(CascadeCase Case, Outcome Outcome)> all)
    {
        var reasons = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (cascade, outcome) in all)
        {
            var known = outcome.Alerts.Select((alert, i) => (alert, i))
                .ToLookup(pair => pair.alert.Alias, pair => pair.i, StringComparer.Ordinal);
            foreach (var fault in cascade.Faults.Where(fault => fault.DeservesPage))
            {
                var own = Enumerable.Range(0, outcome.Alerts.Count)
                    .Where(i => outcome.Alerts[i].Incident == fault.Name)
                    .ToList();
                if (own.Count == 0)
                {
                    continue;
                }

                var main = own.GroupBy(i => outcome.GroupOf[i]).MaxBy(group => group.Count())!.Key;
                var pages = own.Select(i => outcome.GroupOf[i]).Distinct()
                    .SelectMany(
                        group => outcome.Groups[group].PagedFor.Select(page => (Group: group, page.Alias, page.At)))
                    .OrderBy(page => page.At).ToList();
                foreach (var (group, alias, at) in pages.Skip(1))
                {
                    var reason = Reason(outcome, fault.Name, alias, at, group == main, known);
                    (reasons.TryGetValue(reason, out var some) ? some : reasons[reason] = [])
                        .Add($"{fault.Type}/{cascade.Seed}");
                }
            }
        }

        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture, $"pages after the first: {reasons.Values.Sum(some => some.Count)}");
        foreach (var (reason, some) in reasons.OrderByDescending(pair => pair.Value.Count).Take(Most))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"  {some.Count,4}  {reason}  e.g. {string.Join(' ', some.Distinct().Take(4))}");
        }

        return text.ToString();
    }

    private static string Reason(
        Outcome outcome, string fault, string alias, DateTimeOffset at, bool isMain, ILookup<string, int> known)
    {
        var episodes = known[alias].Select(i => outcome.Alerts[i]).ToList();
        var first = episodes.FindLast(one => one.At <= at) ?? episodes.FirstOrDefault();
        if (first is null)
        {
            return "of an alert that is not known";
        }

        var whose = first.Incident == fault ? "its" : first.Problem.IsNoise ? "noise" : "another's";
        var where = isMain ? "merged" : "apart";
        if (first.Parent is not { } parent)
        {
            return $"{where}: {whose} {first.Kind} without a cause";
        }

        if (!parent.Observed)
        {
            return $"{where}: {whose} {first.Kind} by suspect {parent.Entity.Split(':')[0]}";
        }

        var cause = known[parent.Alias]
            .Select(i => outcome.Alerts[i])
            .FirstOrDefault(one => one.StartsAt == parent.Onset || one.At >= parent.Onset);
        var heard = cause is null ? "a change" : Since((cause.At - at).TotalSeconds);
        return $"{where}: {whose} {first.Kind} by {parent.Kind}, heard {heard}";
    }

    private static string Since(double seconds) => seconds switch
    {
        < 0 => "before the page",
        < 60 => "within a minute",
        < 300 => "within 5 min",
        < 1800 => "within half an hour",
        _ => "later",
    };
}
