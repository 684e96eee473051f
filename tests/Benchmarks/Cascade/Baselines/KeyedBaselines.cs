using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;

namespace Correlation.Benchmarks.Cascade.Baselines;

/// <summary>B0: every alert is an incident.</summary>
internal sealed class OnePerAlert() : Baseline("B0", "one incident per alert")
{
    public override string Settings => "none";

    protected override int[] GroupsOf(CascadeCase cascade, IReadOnlyList<SeenAlert> alerts) =>
        [.. Enumerable.Range(0, alerts.Count)];
}

/// <summary>
/// B1, B2 and B3 differ in the key alone: alerts of one key are one incident as long as no pause between them is longer
/// than the gap, or, for a fixed window, until so long after its first.
/// </summary>
internal sealed class SameKey(
    string id, string title, string keyed, Func<SeenAlert, string> key, TimeSpan gap, bool isFixed)
    : Baseline(id, title)
{
    private static readonly TimeSpan[] Gaps =
        [TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromDays(1)];

    public static IEnumerable<Baseline> LabelGrid =>
        from gap in Gaps
        from keyed in new (string Name, Func<SeenAlert, string> Key)[]
        {
            ("alertname", alert => alert.Kind),
            ("alertname, team", alert => alert.Kind + "|" + alert.Team),
            ("alertname, entity", alert => alert.Kind + "|" + alert.Entity),
        }
        select new SameKey("B1", "same labels (Alertmanager)", keyed.Name, keyed.Key, gap, false);

    public static IEnumerable<Baseline> TeamGrid =>
        Gaps.Select(gap => new SameKey("B2", "time window per team", "team", alert => alert.Team, gap, true));

    public static IEnumerable<Baseline> EntityGrid =>
        Gaps.Select(gap =>
            new SameKey("B3", "same entity within a time (BigPanda)", "entity", alert => alert.Entity, gap, false));

    public override string Settings => $"{keyed}; {(isFixed ? "window" : "gap")} {Spell.Time(gap)}";

    protected override int[] GroupsOf(CascadeCase cascade, IReadOnlyList<SeenAlert> alerts)
    {
        var open = new Dictionary<string, (int Group, DateTimeOffset Last)>(StringComparer.Ordinal);
        var groups = new int[alerts.Count];
        for (var i = 0; i < alerts.Count; i++)
        {
            var of = key(alerts[i]);
            var joins = open.TryGetValue(of, out var group) && alerts[i].At - group.Last <= gap;
            groups[i] = joins ? group.Group : i;
            open[of] = (groups[i], joins && isFixed ? group.Last : alerts[i].At);
        }

        return groups;
    }
}

internal static class Spell
{
    public static string Time(TimeSpan time) =>
        time.TotalDays >= 1 ? $"{time.TotalDays:0.#} d" : time.TotalHours >= 1 ? $"{time.TotalHours:0.#} h" : $"{time.TotalMinutes:0.#} min";
}
