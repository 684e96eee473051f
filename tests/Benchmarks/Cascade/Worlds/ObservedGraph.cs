using Correlation.Grains.Topology;

namespace Correlation.Benchmarks.Cascade.Worlds;

/// <summary>
/// How far what is known of the lineage is from the truth; each a share of the true edges, or of the assets.
/// </summary>
internal sealed record GraphErrors(double Missing, double Stale, double Wrong, double Renamed)
{
    public static readonly GraphErrors None = new(0, 0, 0, 0);
}

/// <summary>The lineage as events have told it. What an asset outside of ours feeds is never told.</summary>
internal static class ObservedGraph
{
    /// <summary>What a renamed asset is called after its name in the lineage that still has the old one.</summary>
    public const string OldName = "_old";

    private static readonly TimeSpan Known = TimeSpan.FromDays(60);

    public static Graph True(World world, DateTimeOffset at) => world.Edges.Aggregate(
        Graph.Empty, (graph, edge) => graph.With(EdgeOf(edge.From, edge.To, at)));

    public static Graph Of(World world, GraphErrors errors, long seed, DateTimeOffset at)
    {
        var dice = new Dice(seed, "observed");
        var renamed = world.Assets.Where(_ => dice.Chance(errors.Renamed))
            .Select(asset => asset.Urn)
            .ToHashSet(StringComparer.Ordinal);
        var graph = Graph.Empty;
        foreach (var asset in world.Assets.Where(asset => !renamed.Contains(asset.Urn) && !asset.IsOutside))
        {
            graph = graph.With(new EntityFacts(asset.Urn, asset.Team) { FirstSeen = at - Known, LastSeen = at });
        }

        foreach (var (from, to) in world.Edges)
        {
            if (!dice.Chance(errors.Missing) && !world[from].IsOutside)
            {
                graph = graph.With(EdgeOf(Told(from), Told(to), at));
            }

            if (dice.Chance(errors.Stale))
            {
                // It was fed by another of the kind once, and nobody has said since that it is not.
                var other = dice.Pick(world.Of(world[from].Type));
                graph = Unless(
                    graph, other.Urn, to, EdgeOf(Told(other.Urn), Told(to), at) with { LastSeen = at - (Known / 4) });
            }

            if (dice.Chance(errors.Wrong))
            {
                var (one, two) = (dice.Pick(world.Of(world[from].Type)), dice.Pick(world.Of(world[to].Type)));
                graph = Unless(
                    graph, one.Urn, two.Urn, EdgeOf(Told(one.Urn), Told(two.Urn), at) with { Confidence = 0.6 });
            }
        }

        return graph;

        string Told(string urn) => renamed.Contains(urn) ? urn + OldName : urn;

        Graph Unless(Graph so, string from, string to, Edge edge) => from == to || world.IsEdge(from, to) ? so : so.With(edge);
    }

    private static Edge EdgeOf(string from, string to, DateTimeOffset at) =>
        new(from, to) { Origin = EdgeOrigin.Lineage, FirstSeen = at - Known, LastSeen = at };
}
