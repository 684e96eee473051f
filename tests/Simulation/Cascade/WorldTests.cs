using Correlation.Benchmarks.Cascade;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Worlds;
using Xunit;

namespace Correlation.Simulation.Cascade;

public sealed class WorldTests
{
    private static readonly DateTimeOffset At = CascadeCase.Start;

    [Fact]
    public void A_seed_makes_one_world_and_another_seed_another()
    {
        Assert.Equal(WorldBuilder.Build(WorldShape.Usual, 5).Edges, WorldBuilder.Build(WorldShape.Usual, 5).Edges);
        Assert.NotEqual(WorldBuilder.Build(WorldShape.Usual, 5).Edges, WorldBuilder.Build(WorldShape.Usual, 6).Edges);
    }

    [Fact]
    public void Every_type_is_there_and_nothing_feeds_itself()
    {
        var world = WorldBuilder.Build(WorldShape.Usual, 1);
        string[] types =
        [
            Types.Source, Types.Job, Types.Table, Types.FeatureView, Types.OnlineStore, Types.Training, Types.Model,
            Types.Endpoint,
            Types.Node, Types.Kpi, Types.Service, Types.Dataset,
        ];
        Assert.All(types, type => Assert.NotEmpty(world.Of(type)));
        Assert.All(world.Assets, asset => Assert.DoesNotContain(asset.Urn, world.Reached(asset.Urn)));
    }

    [Fact]
    public void A_few_feed_many_and_most_feed_few()
    {
        var fans = WorldBuilder.Build(WorldShape.Large, 3).Of(Types.FeatureView)
            .Select(view => WorldBuilder.Build(WorldShape.Large, 3).Below(view, Types.Model).Count()).Order().ToList();
        Assert.True(fans[^1] >= 3 * fans[fans.Count / 2], $"{fans[^1]} to {fans[fans.Count / 2]} at the median");
    }

    [Fact]
    public void Names_are_given_and_change_nothing_else()
    {
        var plain = WorldBuilder.Build(WorldShape.Small, 9);
        var other = WorldBuilder.Build(WorldShape.Small, 9, name => "z" + name);
        Assert.Equal(
            plain.Edges.Select(edge => (edge.From.Replace(":", ":z"), edge.To.Replace(":", ":z"))), other.Edges);
    }

    [Fact]
    public void What_is_observed_misses_as_much_as_asked()
    {
        var world = WorldBuilder.Build(WorldShape.Large, 2);
        var told = world.Edges.Count(edge => !world[edge.From].IsOutside);
        var missing = ObservedGraph.Of(world, new GraphErrors(0.3, 0, 0, 0), 2, At).Edges.Count();
        Assert.InRange(missing, 0.6 * told, 0.8 * told);
        Assert.Equal(told, ObservedGraph.Of(world, GraphErrors.None, 2, At).Edges.Count());
    }

    [Fact]
    public void Stale_and_wrong_edges_are_none_of_the_true_ones()
    {
        var world = WorldBuilder.Build(WorldShape.Large, 2);
        var graph = ObservedGraph.Of(world, new GraphErrors(1, 0.1, 0.05, 0), 2, At);
        Assert.NotEmpty(graph.Edges);
        Assert.All(graph.Edges, edge => Assert.False(world.IsEdge(edge.From, edge.To)));
    }

    [Fact]
    public void A_renamed_asset_has_its_edges_under_another_name()
    {
        var world = WorldBuilder.Build(WorldShape.Small, 2);
        var graph = ObservedGraph.Of(world, new GraphErrors(0, 0, 0, 0.2), 2, At);
        var renamed = graph.Edges.SelectMany(edge => new[] { edge.From, edge.To })
            .Where(urn => urn.EndsWith("_old", StringComparison.Ordinal))
            .Distinct()
            .ToList();
        Assert.NotEmpty(renamed);
        Assert.All(renamed, urn => Assert.Empty(graph.Upstream(urn[..^4])));
    }

    [Fact]
    public void Chance_of_one_purpose_does_not_move_that_of_another()
    {
        var one = new Dice(4, "noise");
        var other = new Dice(4, "faults");
        Assert.Equal(new Dice(4, "noise").Unit(), one.Unit());
        Assert.NotEqual(one.Unit(), other.Unit());
    }

    [Fact]
    public void Half_of_the_lags_are_below_the_median()
    {
        var dice = new Dice(1, "lags");
        var lag = Lag.Hours(2);
        var below = Enumerable.Range(0, 4_000).Count(_ => lag.Draw(dice) < lag.Median);
        Assert.InRange(below, 1_850, 2_150);
    }
}
