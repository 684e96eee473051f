using System.Globalization;
using System.Text;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Measures;
using Correlation.Grains.Causes;
using Correlation.Grains.Policy;
using DerivedId = Correlation.Grains.Model.DerivedId;

namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>
/// Each part of a fault that is apart from the largest, and what kept it apart: what its first alert was truly caused
/// by, and how much of that was known. For each reason what the mean pairwise F1 would be without it, the best first.
/// </summary>
internal static class LostParts
{
    private const int Most = 40;

    private static readonly PolicyVersion Policy = CascadePolicy.Value;

    public static string Of(IReadOnlyList<(CascadeCase Case, Outcome Outcome)> all)
    {
        var reasons = new Dictionary<string, List<LostPart>>(StringComparer.Ordinal);
        for (var number = 0; number < all.Count; number++)
        {
            var (cascade, outcome) = all[number];
            foreach (var fault in cascade.Faults)
            {
                var parts = PartsOf(fault, outcome);
                foreach (var part in parts.Skip(1))
                {
                    var reason = $"{fault.Type} {ReasonOf(cascade, outcome, [.. part])}";
                    var known = reasons.TryGetValue(reason, out var some) ? some : reasons[reason] = [];
                    known.Add(new LostPart(number, fault.Name, part.Key, parts[0].Key, part.Count()));
                }
            }
        }

        var now = all.Select(one => F1(one.Outcome, [])).ToList();
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"parts that are apart, by what kept them so: gain of the mean pairwise F1 of {now.Average():0.000}, parts, alerts");
        foreach (var (reason, parts) in reasons.OrderByDescending(pair => Gain(pair.Value)).Take(Most))
        {
            var (count, alerts, seed) = (parts.Count, parts.Sum(part => part.Alerts), all[parts[0].Case].Case.Seed);
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {Gain(parts):+0.0000} {count,4} {alerts,5}  {reason}  e.g. {seed}");
        }

        Pages(all, text);
        return text.ToString();

        double Gain(List<LostPart> parts) => parts.GroupBy(part => part.Case).Sum(ofCase =>
            F1(all[ofCase.Key].Outcome, [.. ofCase.Select(part => (part.Fault, part.From, part.Into))]) - now[ofCase.Key]) / all.Count;
    }

    private sealed record LostPart(int Case, string Fault, int From, int Into, int Alerts);

    private static List<IGrouping<int, int>> PartsOf(Fault fault, Outcome outcome) =>
    [
        .. Enumerable.Range(0, outcome.Alerts.Count)
            .Where(i => outcome.Alerts[i].Incident == fault.Name)
            .GroupBy(i => outcome.GroupOf[i])
            .OrderByDescending(part => part.Count()),
    ];

    /// <summary>With each alert of these parts where most of its fault is.</summary>
    private static double F1(Outcome outcome, IReadOnlyList<(string Fault, int From, int Into)> moves)
    {
        var into = outcome.Alerts.Select((alert, i) =>
            moves.FirstOrDefault(move => (move.Fault, move.From) == (alert.Incident, outcome.GroupOf[i])) is { Fault: not null } move
                ? move.Into
                : outcome.GroupOf[i]).ToList();
        var truth = outcome.Alerts.Select(alert => alert.Incident).Distinct().ToList();
        return new Partition([.. outcome.Alerts.Select(alert => truth.IndexOf(alert.Incident))], into).Pairs.F1;
    }

    private static void Pages(IReadOnlyList<(CascadeCase Case, Outcome Outcome)> all, StringBuilder text)
    {
        var reasons = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (cascade, outcome) in all)
        {
            foreach (var fault in cascade.Faults.Where(fault => fault.DeservesPage))
            {
                var parts = PartsOf(fault, outcome);
                foreach (var part in parts)
                {
                    var isMain = part == parts[0];
                    var pages = outcome.Groups[part.Key].Pages;
                    var extra = isMain ? pages - 1 : pages;
                    if (extra > 0)
                    {
                        var reason = isMain
                            ? $"{fault.Type} main"
                            : $"{fault.Type} {ReasonOf(cascade, outcome, [.. part])}";
                        reasons[reason] = reasons.GetValueOrDefault(reason) + extra;
                    }
                }
            }
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"pages beyond the first {reasons.Values.Sum()}");
        foreach (var (reason, count) in reasons.OrderByDescending(pair => pair.Value).Take(Most))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {count,4}  {reason}");
        }
    }

    private static string ReasonOf(CascadeCase cascade, Outcome outcome, List<int> part)
    {
        var members = part.Select(i => outcome.Alerts[i]).ToList();
        var ills = members.Select(alert => alert.Problem.Ill).ToHashSet();

        // What of the part is caused by none of it: the furthest up of those the first.
        var first = members.Where(alert => !Chain(alert.Problem.Ill!).Skip(1).Any(ills.Contains))
            .MinBy(alert => alert.At)!;
        var root = first.Parent is { } p ? $" [{(p.Observed ? p.Kind : "suspect " + p.Entity.Split(':')[0])}]" : " [-]";
        var seen = outcome.Alerts.Where(alert => alert.Problem.Ill is not null).ToLookup(alert => alert.Problem.Ill!);
        var nearest = Chain(first.Problem.Ill!).Skip(1).FirstOrDefault(ill => seen[ill].Any());
        if (nearest is null)
        {
            var change = Chain(first.Problem.Ill!).Skip(1).FirstOrDefault(ill => Detectors.IsChange(ill.Kind));
            var cause = first.Problem.Ill!.Cause;
            return cause is null ? $"{first.Kind} is the root{root}{Held(first)}"
                : $"{first.Kind} of unseen {cause.Kind} {(change is null ? "" : "of a change ")}{Told(cascade, Chain(first.Problem.Ill!).Last().Entity, first)}{root}{Held(first)}";
        }

        var by = seen[nearest].MinBy(alert => alert.At)!;
        var told = Told(cascade, by.Entity, first);
        return $"{first.Kind} of {by.Kind} {told}{(told == "no way" ? "" : Score(cascade, by, first))}{root}{Held(first)}";
    }

    private static string Held(SeenAlert alert) => alert.Held.Length > 0 ? " held" : "";

    private static IEnumerable<Ill> Chain(Ill ill)
    {
        for (var at = ill; at is not null; at = at.Cause)
        {
            yield return at;
        }
    }

    private static string Told(CascadeCase cascade, string cause, SeenAlert alert) => cause == alert.Entity ? "same"
        : Ways(cascade, alert)
            .FirstOrDefault(way => Blames.Plain(way.Entity) == cause).Symptom is { } symptom
                ? $"{symptom.Hops} hops"
                : "no way";

    private static IEnumerable<(string Entity, Symptom Symptom)> Ways(CascadeCase cascade, SeenAlert alert)
    {
        var entity = cascade.Observed.Resolve(alert.Entity);
        var own = new Symptom(Guid.Empty, alert.Alias, alert.Kind, entity, alert.StartsAt, [entity], 1, null);
        return cascade.Observed.Ancestors(entity)
            .Select(
                reach => (reach.Urn, own with { Path = reach.Path, Confidence = reach.Confidence, Lag = reach.Lag }));
    }

    private static string Score(CascadeCase cascade, SeenAlert cause, SeenAlert alert)
    {
        var entity = cascade.Observed.Resolve(alert.Entity);
        var own = new Symptom(Guid.Empty, alert.Alias, alert.Kind, entity, alert.StartsAt, [entity], 1, null);
        var symptom = cause.Entity == alert.Entity
            ? own
            : Ways(cascade, alert).First(way => Blames.Plain(way.Entity) == cause.Entity).Symptom;
        var kind = KindIndex.Of(Policy).Find(cause.Kind)!;
        var signal = new EntitySignal(DerivedId.Of("loss", cause.Alias, 0), cause.Alias, cause.Kind, "", cause.StartsAt, kind.Nature) { EndedAt = cause.EndsAt };
        return Scoring.Of(cascade.Observed.Resolve(cause.Entity), signal, symptom, Policy with { Topology = cascade.Observed }) is { } found
            ? string.Create(CultureInfo.InvariantCulture, $" score {(found.Score >= 0.3 ? "enough" : $"{found.Parts.Kinds:0.0}*{found.Parts.Lag:0.0}*{found.Parts.Path:0.0}")}")
            : " no score";
    }
}
