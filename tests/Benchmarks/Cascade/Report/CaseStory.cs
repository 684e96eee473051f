using System.Globalization;
using System.Text;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Measures;

namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>One case to be read: each fault, what came of it, and into which groups the service put that.</summary>
internal static class CaseStory
{
    public static string Of(CascadeCase cascade, Outcome outcome)
    {
        var text = new StringBuilder();
        Line($"case {cascade}: {cascade.Sent.Count} messages, {outcome.Alerts.Count} alerts");
        var scores = new FaultScores(cascade, outcome).All().ToList();
        foreach (var fault in cascade.Faults)
        {
            text.AppendLine();
            var root = fault.Root;
            Line($"{fault.Name}: root {root.Entity} {root.Kind} seen {root.Seen}, ill {fault.Ills.Count}");
            foreach (var score in scores.Where(score => score.Type == fault.Type).Take(1))
            {
                Line($"  merged {score.Merged} split {score.Split} pages {score.Pages} purity {score.Purity:0.00}");
                Line($"  top1 {score.Top1} top3 {score.Top3} grounded {score.Grounded} blamed {score.Blamed}");
            }

            foreach (var (alert, group) in outcome.Alerts.Zip(outcome.GroupOf).Where(pair => pair.First.Incident == fault.Name))
            {
                var ill = alert.Problem.Ill!;
                var cause = ill.Cause is null ? "the root" : $"by {ill.Cause.Kind} {ill.Cause.Entity}";
                var found = alert.Parent is { } parent
                    ? $"taken for {parent.Kind} {parent.Entity} {parent.Score:0.00}"
                    : "";
                Line($"  {alert.At:dd HH:mm:ss} [{group}] {alert.Kind} {alert.Entity} {cause} {found} {alert.Held}");
            }
        }

        foreach (var group in outcome.GroupOf.GroupBy(group => group).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            var blame = outcome.Groups[group].Blame;
            var way = string.Join(" > ", blame.Path) + (blame.Observed ? "" : " (not observed)");
            Line($"[{group}] pages {outcome.Groups[group].Pages}, way {way}, of {string.Join(", ", blame.Entities)}");
        }

        foreach (var group in Enumerable.Range(0, outcome.Groups.Count).Where(g => outcome.Groups[g].Pages > 0))
        {
            var members = outcome.Alerts.Where((_, i) => outcome.GroupOf[i] == group).ToList();
            if (members.Exists(alert => alert.Problem.IsNoise))
            {
                var first = members.Take(6)
                    .Select(alert => $"{alert.Incident.Split(' ')[0]} {alert.Kind} {alert.Entity}");
                Line($"group {group} of {members.Count} paged and has noise: {string.Join("; ", first)}");
            }
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
