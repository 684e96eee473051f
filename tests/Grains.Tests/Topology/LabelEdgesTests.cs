using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Topology;
using Xunit;

namespace Correlation.Grains.Tests.Topology;

public sealed class LabelEdgesTests
{
    private static readonly Labels Serving = Labels.From(
        [new("node", "gpu-7"), new("model", "churn@3"), new("endpoint", "churn-v3"), new("job", "kubelet")]);

    [Fact]
    public void An_alert_that_names_its_node_and_its_model_says_what_runs_where()
    {
        Assert.Equal(
            ["node:gpu-7 -> endpoint:churn-v3", "node:gpu-7 -> model:churn", "model:churn -> endpoint:churn-v3"],
            LabelEdges.Of(Serving).Select(edge => $"{edge.From} -> {edge.To}"));
        Assert.All(
            LabelEdges.Of(Serving), edge => Assert.Equal((EdgeOrigin.Labels, 0.6), (edge.Origin, edge.Confidence)));
        Assert.Empty(LabelEdges.Of(Labels.From([new("node", "gpu-7")])));
    }

    [Fact]
    public void An_opening_tells_the_topology_what_is_news_and_the_next_alert_of_the_node_nothing()
    {
        var signal = Given.Firing with { Labels = Serving };
        var opened = Alert.Decide(null, new AlertCommand.Receive(signal), Given.Small, Given.Start);
        var learn = Assert.Single(opened.Messages, message => message.To == TopologyState.Id);
        Assert.Equal(new TopologyCommand.Learn([], [.. LabelEdges.Of(Serving)]), learn.Command);

        var known = Given.Small.With(
            TopologyGrain.Decide(null, (TopologyCommand)learn.Command, Given.Small, Given.Start).Publish!);
        var second = Alert.Decide(null, new AlertCommand.Receive(signal), known, Given.Start);
        Assert.DoesNotContain(second.Messages, message => message.To == TopologyState.Id);
    }
}
