using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Grains.Topology;

namespace Correlation.Benchmarks.Cascade.Baselines;

/// <summary>
/// B4: each alert goes to the most upstream thing that fails, as far up as failing things are within reach.
/// </summary>
internal sealed class UpstreamWalk(int hops, TimeSpan window) : Baseline("B4", "most upstream failing asset")
{
    public static IEnumerable<Baseline> Grid =>
        from hops in new[] { 1, 2, 4 }
        from minutes in new[] { 15, 30, 60, 360, 1440 }
        select new UpstreamWalk(hops, TimeSpan.FromMinutes(minutes));

    public override string Settings => $"{hops} hops between failing assets; window {Spell.Time(window)}";

    protected override int[] GroupsOf(CascadeCase cascade, IReadOnlyList<SeenAlert> alerts)
    {
        var upstream = new Dictionary<string, List<(string Urn, int Hops)>>(StringComparer.Ordinal);
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        var unions = new Unions(alerts.Count);
        for (var i = 0; i < alerts.Count; i++)
        {
            var alert = alerts[i];
            if (!upstream.TryGetValue(alert.Entity, out var above))
            {
                upstream[alert.Entity] = above =
                    [.. cascade.Observed.Ancestors(alert.Entity, hops).Select(reach => (reach.Urn, reach.Hops)), (alert.Entity, 0)];
            }

            // The farthest that fails; what it hangs on was found when its own alert came.
            var found = above
                .Where(reach => last.TryGetValue(reach.Urn, out var failing) && alert.At - alerts[failing].At <= window)
                .OrderByDescending(reach => reach.Hops)
                .Select(reach => (int?)last[reach.Urn])
                .FirstOrDefault();
            if (found is { } cause)
            {
                unions.Join(cause, i);
            }

            last[alert.Entity] = i;
        }

        return unions.Groups;
    }

    protected override IReadOnlyList<string> Roots(CascadeCase cascade, IReadOnlyList<SeenAlert> group)
    {
        var ill = group.Select(alert => alert.Entity).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. group.OrderBy(alert => alert.StartsAt).Select(alert => alert.Entity).Distinct()
                .OrderBy(urn => cascade.Observed.Ancestors(urn, hops).Count(reach => ill.Contains(reach.Urn)))
                .Take(3),
        ];
    }
}

/// <summary>
/// B5: what is close to one another in the topology, and ill within a time, is one application's incident.
/// </summary>
internal sealed class Application(int distance, TimeSpan window) : Baseline("B5", "application bucket (Keep)")
{
    public static IEnumerable<Baseline> Grid =>
        from distance in new[] { 1, 2, 3 }
        from minutes in new[] { 3, 10, 30, 60, 360 }
        select new Application(distance, TimeSpan.FromMinutes(minutes));

    public override string Settings => $"distance {distance}; window {Spell.Time(window)}";

    protected override int[] GroupsOf(CascadeCase cascade, IReadOnlyList<SeenAlert> alerts)
    {
        var near = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        var unions = new Unions(alerts.Count);
        for (var i = 0; i < alerts.Count; i++)
        {
            var alert = alerts[i];
            foreach (var urn in Near(cascade.Observed, alert.Entity, near))
            {
                if (last.TryGetValue(urn, out var other) && alert.At - alerts[other].At <= window)
                {
                    unions.Join(other, i);
                }
            }

            last[alert.Entity] = i;
        }

        return unions.Groups;
    }

    private HashSet<string> Near(Graph graph, string urn, Dictionary<string, HashSet<string>> known)
    {
        if (known.TryGetValue(urn, out var near))
        {
            return near;
        }

        near = new HashSet<string>(StringComparer.Ordinal) { urn };
        List<string> level = [urn];
        for (var step = 0; step < distance; step++)
        {
            level =
            [
                .. level.SelectMany(
                    at =>
                        graph.Upstream(at)
                            .Select(edge => edge.From)
                            .Concat(graph.Downstream(at).Select(edge => edge.To)))
                    .Where(near.Add),
            ];
        }

        return known[urn] = near;
    }
}

/// <summary>
/// What seen causes alone can give: true lineage, and the lags that the faults truly had. An alert belongs to one
/// upstream of it that began before it, by no more than the longest that one of the kind took in this case.
/// </summary>
internal sealed class OracleGraph(TimeSpan slack) : Baseline("oracle", "true lineage, true lags")
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(10);

    public static IEnumerable<Baseline> Grid =>
        new[] { 0, 5, 30 }.Select(minutes => new OracleGraph(TimeSpan.FromMinutes(minutes)));

    public override string Settings => $"slack {Spell.Time(slack)}";

    protected override int[] GroupsOf(CascadeCase cascade, IReadOnlyList<SeenAlert> alerts)
    {
        var lags = TrueLags(cascade);
        var byEntity = Enumerable.Range(0, alerts.Count).ToLookup(i => alerts[i].Entity, StringComparer.Ordinal);
        var reached = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var unions = new Unions(alerts.Count);
        for (var i = 0; i < alerts.Count; i++)
        {
            var cause = alerts[i];
            var below = reached.TryGetValue(cause.Entity, out var known) ? known
                : reached[cause.Entity] = cascade.World.Reached(cause.Entity);
            foreach (var effect in below.Append(cause.Entity).SelectMany(urn => byEntity[urn]).Where(effect => effect != i))
            {
                var after = alerts[effect].StartsAt - cause.StartsAt;
                if (lags.TryGetValue((cause.Kind, alerts[effect].Kind), out var longest) && after >= -slack &&
                    after <= longest + slack)
                {
                    unions.Join(i, effect);
                }
            }
        }

        return unions.Groups;
    }

    /// <summary>The longest that each kind truly took after each other in this case.</summary>
    private static Dictionary<(string Cause, string Effect), TimeSpan> TrueLags(CascadeCase cascade)
    {
        var lags = new Dictionary<(string, string), TimeSpan>();
        foreach (var ill in cascade.Faults.SelectMany(fault => fault.Ills))
        {
            for (var cause = ill.Cause; cause is not null; cause = cause.Cause)
            {
                var lag = ill.At - cause.At;
                if (lag <= Longest && lag > lags.GetValueOrDefault((cause.Kind, ill.Kind)))
                {
                    lags[(cause.Kind, ill.Kind)] = lag;
                }
            }
        }

        return lags;
    }

    protected override IReadOnlyList<string> Roots(CascadeCase cascade, IReadOnlyList<SeenAlert> group)
    {
        var ill = group.Select(alert => alert.Entity).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. group.OrderBy(alert => alert.StartsAt).Select(alert => alert.Entity).Distinct()
                .OrderByDescending(urn => cascade.World.Reached(urn).Count(ill.Contains))
                .Take(3),
        ];
    }
}
