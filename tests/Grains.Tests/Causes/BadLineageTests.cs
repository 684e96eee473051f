using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Xunit;

namespace Correlation.Grains.Tests.Causes;

/// <summary>What lineage and clocks should not say, and what it may cost at most.</summary>
public sealed class BadLineageTests
{
    private static readonly PolicyVersion Policy = Given.Small with
    {
        Settings = Given.Small.Settings with { Correlation = new CorrelationSettings { Enabled = true } },
    };

    [Fact]
    public void A_model_of_a_hundred_thousand_parents_registers_with_as_many_as_any_other()
    {
        var graph = Graph.Of(
            [], Enumerable.Range(0, 100_000).Select(n => new Edge($"node:{n:D6}", "model:churn_model")));
        var opened = Alert.Decide(
            null, new AlertCommand.Receive(Given.Firing), Policy with { Topology = graph }, Given.Start);

        Assert.Equal(Graph.MostAncestors, opened.Messages.Count(message => message.Command is EntityCommand.Register));
        Assert.True(graph.IsUpstream("node:000001", "model:churn_model", 16));
        Assert.False(graph.IsUpstream("node:099999", "model:churn_model", 16), "So many edges are not looked at.");
    }

    [Fact]
    public void A_circle_of_a_hundred_thousand_is_walked_no_further_than_asked()
    {
        const int All = 100_000;
        var graph = Graph.Of(
            [], Enumerable.Range(0, All).Select(n => new Edge($"job:{n:D6}", $"job:{(n + 1) % All:D6}")));

        Assert.Equal(Graph.MostHops, graph.Ancestors("job:000000").Count);
        Assert.True(graph.IsUpstream("job:099990", "job:000000", 16));
        Assert.False(graph.IsUpstream("job:050000", "job:000000", 16));
    }

    [Fact]
    public void An_alert_of_the_future_began_when_we_heard_of_it()
    {
        var early = Given.Firing with { StartsAt = Given.Start.AddYears(10) };
        var graph = Graph.Of([], [new Edge("node:gpu-7", "model:churn_model")]);
        var opened = Alert.Decide(null, new AlertCommand.Receive(early), Policy with { Topology = graph }, Given.Start);

        Assert.Equal(Given.Start, opened.State!.Causes!.Onset);
        Assert.All(
            opened.Messages.Select(message => message.Command).OfType<EntityCommand.Register>(),
            register => Assert.Equal(Given.Start, register.Symptom.Onset));
    }
}
