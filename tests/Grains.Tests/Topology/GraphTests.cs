using Correlation.Grains.Topology;
using Xunit;

namespace Correlation.Grains.Tests.Topology;

public sealed class GraphTests
{
    private static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ancestors_are_nearest_first_then_by_name_with_the_path_from_their_end()
    {
        var graph = Paths("table:b > feature_view:f > model:m", "table:a > feature_view:f", "node:n > model:m");

        Assert.Equal(
            ["feature_view:f 1", "node:n 1", "table:a 2", "table:b 2"],
            graph.Ancestors("model:m").Select(reach => $"{reach.Urn} {reach.Hops}"));
        Assert.Equal(["table:a", "feature_view:f", "model:m"], graph.Ancestors("model:m")[2].Path);
        Assert.Equal(["table:a", "feature_view:f", "model:m"], graph.Descendants("table:a", 9, 9)[1].Path);
    }

    [Fact]
    public void Of_two_ways_of_one_length_the_surer_is_taken_and_a_longer_one_never()
    {
        var graph = Graph.Of([],
        [
            Edge("table:t", "job:a", 0.5), Edge("job:a", "model:m", 1),
            Edge("table:t", "job:b", 0.9), Edge("job:b", "model:m", 0.9),
            Edge("job:b", "job:c", 1), Edge("job:c", "model:m", 1),
        ]);

        var reach = graph.Ancestors("model:m").Single(reach => reach.Urn == "table:t");

        Assert.Equal(["table:t", "job:b", "model:m"], reach.Path);
        Assert.Equal(0.81, reach.Confidence, 6);
    }

    [Fact]
    public void Lags_add_up_as_long_as_every_edge_has_one()
    {
        var graph = Graph.Of([],
        [
            Edge("a:a", "b:b") with { Lag = new(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)) },
            Edge("b:b", "c:c") with { Lag = new(TimeSpan.FromMinutes(2), TimeSpan.FromHours(2)) },
            Edge("c:c", "d:d"),
        ]);

        Assert.Equal(
            [new LagRange(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)), new LagRange(TimeSpan.FromMinutes(3), TimeSpan.FromHours(3)), null],
            graph.Descendants("a:a", 9, 9).Select(reach => reach.Lag));
    }

    [Fact]
    public void A_circle_is_walked_once()
    {
        var graph = Paths("a:a > b:b > c:c > a:a");

        Assert.Equal(["c:c", "b:b"], graph.Ancestors("a:a").Select(reach => reach.Urn));
        Assert.Equal(["b:b", "c:c"], graph.Descendants("a:a", 100, 100).Select(reach => reach.Urn));
    }

    [Fact]
    public void An_edge_to_itself_leads_nowhere() => Assert.Empty(Paths("a:a > a:a").Ancestors("a:a"));

    [Fact]
    public void A_hub_of_more_edges_than_are_looked_at_has_those_that_were()
    {
        var graph = Graph.Of([], Enumerable.Range(0, 100_000).Select(n => Edge("node:hub", $"model:{n:D6}")));

        Assert.Equal(100_000, graph.EdgeCount);
        Assert.Equal(Graph.MostVisited, graph.Descendants("node:hub", 9, 1_000_000).Count);
        Assert.Equal(100_000, graph.Descendants("node:hub", 9, 1_000_000, 1_000_000).Count);
        Assert.Equal(["node:hub"], graph.Ancestors("model:000001").Select(reach => reach.Urn));
    }

    [Fact]
    public void What_several_say_of_an_edge_is_one_edge_in_the_strongest_words_and_stays_until_nobody_says_it()
    {
        var lag = new LagRange(TimeSpan.Zero, TimeSpan.FromHours(6));
        var seen = Edge("a:a", "b:b", 0.6) with { Origin = EdgeOrigin.Lineage, Lag = lag, FirstSeen = Monday, LastSeen = Monday.AddDays(2) };
        var file = Edge("a:a", "b:b", 0.9) with { Origin = EdgeOrigin.Configuration };
        var graph = Graph.Of([], [seen, file]);

        Assert.Equal(
            file with { Lag = lag, FirstSeen = Monday, LastSeen = Monday.AddDays(2) }, Assert.Single(graph.Edges));
        Assert.Equal([file, seen], graph.Words("a:a", "b:b"));
        Assert.Equal(1, graph.EdgeCount);

        var left = graph.With(new TopologyUpdate { EdgesGone = [file.Name] });
        Assert.Equal(seen, Assert.Single(left.Edges));
        Assert.Same(seen, left.Find("a:a", "b:b"));

        var none = left.With(new TopologyUpdate { EdgesGone = [seen.Name] });
        Assert.True(none.IsEmpty);
        Assert.Equal((0, 0), (none.EdgeCount, none.Known.Count));
        Assert.Empty(none.Upstream("b:b"));
    }

    [Fact]
    public void The_newer_word_of_one_origin_replaces_its_older()
    {
        var graph = Graph.Of([], [Edge("a:a", "b:b", 0.3)]).With(Edge("a:a", "b:b", 0.7));

        Assert.Equal(0.7, Assert.Single(graph.Edges).Confidence);
    }

    [Fact]
    public void Facts_are_completed_by_weaker_words()
    {
        var graph = Graph.Of(
            [
                new EntityFacts("a:a") { Origin = EdgeOrigin.Configuration },
                new EntityFacts("a:a", "ml") { Origin = EdgeOrigin.Lineage, FirstSeen = Monday, LastSeen = Monday },
            ],
            []);

        Assert.Equal(
            ("ml", EdgeOrigin.Configuration, Monday),
            (graph.Find("a:a")!.Team, graph.Find("a:a")!.Origin, graph.Find("a:a")!.FirstSeen));
        Assert.Equal(
            "", graph.With(new TopologyUpdate { EntitiesGone = [new("a:a", EdgeOrigin.Lineage)] }).Find("a:a")!.Team);
    }

    [Fact]
    public void What_is_known_is_listed_page_by_page()
    {
        var graph = Paths("b:b > d:d").With(new EntityFacts("a:a"));

        Assert.Equal(["a:a", "b:b", "d:d"], graph.Known);
        Assert.Equal(["b:b", "d:d"], graph.KnownAfter("a:a"));
        Assert.Equal(["d:d"], graph.KnownAfter("c:c"));
        Assert.Empty(graph.KnownAfter("d:d"));
    }

    [Fact]
    public void A_name_is_resolved_to_the_only_known_entity_that_is_spelled_so()
    {
        var graph = Graph.Of(
            [new EntityFacts("dataset:warehouse.events") { Aliases = ["dataset:s3://bucket/events"] }],
            [Edge("job:churn", "model:Churn"), Edge("table:users", "source:users")]);

        Assert.Equal("model:Churn", graph.Resolve("model:churn"));
        Assert.Equal("dataset:warehouse.events", graph.Resolve("dataset:s3://bucket/events"));
        Assert.Equal("dataset:warehouse.events", graph.Resolve("entity:Warehouse.Events"));
        Assert.Equal("entity:churn", graph.Resolve("entity:churn"));
        Assert.Equal("entity:users", graph.Resolve("entity:users"));
        Assert.Equal("entity:other", graph.Resolve("entity:other"));
        Assert.Equal("source:users", graph.With(new TopologyUpdate { EdgesGone = [new("table:users", "source:users", EdgeOrigin.Declared)] })
            .With(new EntityFacts("source:users")).Resolve("entity:users"));
    }

    [Fact]
    public void Aliases_that_go_round_in_a_circle_end()
    {
        var graph = Graph.Of(
            [new EntityFacts("a:a") { Aliases = ["b:b"] }, new EntityFacts("b:b") { Aliases = ["a:a"] }], []);

        Assert.Contains(graph.Resolve("a:a"), new[] { "a:a", "b:b" });
    }

    private static Graph Paths(params string[] paths) => Graph.Of([],
        from path in paths
        let urns = path.Split(" > ")
        from pair in urns.Zip(urns.Skip(1))
        select Edge(pair.First, pair.Second));

    private static Edge Edge(string from, string to, double confidence = 1) =>
        new(from, to) { Confidence = confidence };
}
