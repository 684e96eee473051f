using Correlation.Grains.Topology;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Topology;

/// <summary>Any graph, circles and all, against what a list of edges says.</summary>
public sealed class GraphProperties
{
    private static readonly Gen<string> Urns = Gen.Elements("a:a", "a:b", "b:a", "b:B", "c:c", "d:d", "e:e", "f:f");

    private static readonly Gen<Edge> SomeEdge =
        from pair in Gen.Two(Urns)
        from origin in Gen.Elements(Enum.GetValues<EdgeOrigin>())
        from confidence in Gen.Elements(0.25, 0.5, 1)
        select new Edge(pair.Item1, pair.Item2) { Origin = origin, Confidence = confidence };

    private static readonly Arbitrary<List<Edge>> Lists = Gen.Sized(size => SomeEdge.ListOf(size))
        .Select(edges => edges.ToList())
        .ToArbitrary();

    /// <summary>True: the edge is said; false: it is not said any more.</summary>
    private static readonly Arbitrary<List<(Edge Edge, bool Said)>> Histories =
        Gen.Sized(
            size =>
                (from edge in SomeEdge from said in Gen.Elements(true, true, false) select (edge, said)).ListOf(size))
            .Select(steps => steps.ToList()).ToArbitrary();

    [Fact]
    public void A_graph_is_what_was_said_last_by_each() => Prop.ForAll(Histories, steps =>
    {
        var (graph, said) = (Graph.Empty, new Dictionary<EdgeName, Edge>());
        foreach (var (edge, isSaid) in steps)
        {
            graph = isSaid ? graph.With(edge) : graph.With(new TopologyUpdate { EdgesGone = [edge.Name] });
            said.Remove(edge.Name);
            if (isSaid)
            {
                said.Add(edge.Name, edge);
            }
        }

        var strongest = said.Values.GroupBy(edge => (edge.From, edge.To))
            .Select(words => words.MinBy(edge => edge.Origin)!);
        Assert.Equal(Sorted(strongest), Sorted(graph.Edges));
        Assert.Equal(Sorted(strongest), Sorted(graph.Known.SelectMany(graph.Upstream)));
        Assert.Equal(graph.Edges.Count(), graph.EdgeCount);
        Assert.Equal(
            said.Values.SelectMany(edge => new[] { edge.From, edge.To }).Distinct().Order(StringComparer.Ordinal),
            graph.Known);

        var atOnce = Graph.Of([], said.Values);
        Assert.Equal(Sorted(atOnce.Edges), Sorted(graph.Edges));
        Assert.All(
            graph.Known,
            urn => Assert.Equal(atOnce.Resolve(urn.ToUpperInvariant()), graph.Resolve(urn.ToUpperInvariant())));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_walk_finds_each_reachable_entity_once_by_a_shortest_way_of_existing_edges() => Prop.ForAll(Lists, edges =>
    {
        var graph = Graph.Of([], edges);
        foreach (var start in graph.Known)
        {
            var found = graph.Ancestors(start, hops: 100, most: 100);
            Assert.Equal(Distances(edges, start), found.ToDictionary(reach => reach.Urn, reach => reach.Hops));
            Assert.Equal(found.OrderBy(reach => reach.Hops).ThenBy(reach => reach.Urn, StringComparer.Ordinal), found);
            foreach (var reach in found)
            {
                Assert.Equal((reach.Urn, start, reach.Hops + 1), (reach.Path[0], reach.Path[^1], reach.Path.Count));
                var way = reach.Path.Zip(reach.Path.Skip(1))
                    .Select(pair => graph.Find(pair.First, pair.Second)!)
                    .ToList();
                Assert.Equal(way.Aggregate(1.0, (product, edge) => product * edge.Confidence), reach.Confidence, 9);

                // What is upstream of one has the one downstream of it, as far away.
                var back = graph.Descendants(reach.Urn, 100, 100).Single(down => down.Urn == start);
                Assert.Equal((reach.Hops, reach.Confidence), (back.Hops, back.Confidence));
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_upstream_is_an_ancestor_and_nothing_else_is() => Prop.ForAll(Lists, edges =>
    {
        var graph = Graph.Of([], edges);
        foreach (var (lower, hops) in from lower in graph.Known from hops in new[] { 1, 2, 16 } select (lower, hops))
        {
            var ancestors = graph.Ancestors(lower, hops, Graph.MostVisited).Select(reach => reach.Urn);
            Assert.Equal(
                ancestors.Order(StringComparer.Ordinal),
                graph.Known.Where(upper => graph.IsUpstream(upper, lower, hops)));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_edges_join_is_one_part_however_they_were_said() => Prop.ForAll(Histories, steps =>
    {
        var graph = Graph.Empty;
        foreach (var (edge, isSaid) in steps)
        {
            // Asked for at each step, it is carried from version to version.
            Assert.Equal((null, 0), (graph.PartOf("x:never"), graph.Alike("x:never")));
            graph = isSaid ? graph.With(edge) : graph.With(new TopologyUpdate { EdgesGone = [edge.Name] });
        }

        foreach (var urn in graph.Known)
        {
            var joined = graph.Around(urn).Any() ? Joined(graph, urn) : [];
            Assert.Equal(joined.Min(StringComparer.Ordinal), graph.PartOf(urn));
            Assert.Equal(joined.Count(other => EntityUrn.TypeOf(other) == EntityUrn.TypeOf(urn)), graph.Alike(urn));
        }
    }).QuickCheckThrowOnFailure();

    private static HashSet<string> Joined(Graph graph, string urn)
    {
        var (joined, next) = (new HashSet<string>(StringComparer.Ordinal) { urn }, new Stack<string>([urn]));
        while (next.TryPop(out var at))
        {
            foreach (var other in graph.Around(at).SelectMany(edge => new[] { edge.From, edge.To }).Where(joined.Add))
            {
                next.Push(other);
            }
        }

        return joined;
    }

    [Fact]
    public void A_shorter_walk_is_the_beginning_of_a_longer_one() => Prop.ForAll(Lists, edges =>
    {
        var graph = Graph.Of([], edges);
        foreach (var start in graph.Known)
        {
            var all = graph.Ancestors(start, 100, 100);
            Assert.Equal(all.Take(2), graph.Ancestors(start, 100, 2));
            Assert.Equal(all.Where(reach => reach.Hops <= 2), graph.Ancestors(start, 2, 100));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Renaming_entities_changes_no_walk_but_the_names() => Prop.ForAll(Lists, edges =>
    {
        static string Renamed(string urn) => "x" + urn;

        var (graph, renamed) = (
            Graph.Of([], edges),
            Graph.Of([], edges.Select(edge => edge with { From = Renamed(edge.From), To = Renamed(edge.To) })));
        Assert.All(graph.Known, start => Assert.Equal(
            graph.Ancestors(start).Select(reach => (Renamed(reach.Urn), reach.Hops, reach.Confidence)),
            renamed.Ancestors(Renamed(start)).Select(reach => (reach.Urn, reach.Hops, reach.Confidence))));
    }).QuickCheckThrowOnFailure();

    private static Dictionary<string, int> Distances(List<Edge> edges, string start)
    {
        var distance = new Dictionary<string, int> { [start] = 0 };
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var edge in edges.Where(edge => distance.ContainsKey(edge.To)))
            {
                var hops = distance[edge.To] + 1;
                if (!distance.TryGetValue(edge.From, out var known) || hops < known)
                {
                    distance[edge.From] = hops;
                    changed = true;
                }
            }
        }

        distance.Remove(start);
        return distance;
    }

    private static IEnumerable<Edge> Sorted(IEnumerable<Edge> edges) =>
        edges.OrderBy(edge => edge.From, StringComparer.Ordinal).ThenBy(edge => edge.To, StringComparer.Ordinal);
}
