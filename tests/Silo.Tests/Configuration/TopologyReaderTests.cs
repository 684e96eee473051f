using Correlation.Grains.Topology;
using Xunit;

namespace Correlation.Silo.Tests.Configuration;

public sealed class TopologyReaderTests
{
    [Fact]
    public void Entities_and_edges_arrive_in_the_policy_and_know_their_file()
    {
        var read = With("""
            settings: { correlation: { edge_fade: 7d, entity_types: [pipeline] } }
            entities:
              - { id: "model:churn@3", team: ml }
              - { id: "pipeline:nightly", aliases: ["job:airflow/nightly"] }
            edges:
              - { from: "pipeline:nightly", to: "featureview:user_stats", lag: { max: 2h }, confidence: 0.8 }
              - { from: "feature_view:user_stats", to: "model:churn" }
            """);

        Assert.Empty(read.Problems);
        var policy = read.Policy!;
        Assert.Equal(
            [new EntityFacts("model:churn", "ml") { Origin = EdgeOrigin.Configuration }, new EntityFacts("pipeline:nightly") { Origin = EdgeOrigin.Configuration, Aliases = ["job:airflow/nightly"] }],
            policy.Entities);
        Assert.Equal(
            [
                new Edge("pipeline:nightly", "feature_view:user_stats")
                {
                    Origin = EdgeOrigin.Configuration, Confidence = 0.8,
                    Lag = new(TimeSpan.Zero, TimeSpan.FromHours(2)),
                },
                new Edge("feature_view:user_stats", "model:churn") { Origin = EdgeOrigin.Configuration },
            ],
            policy.Edges);
        Assert.Equal(
            ["feature_view:user_stats", "pipeline:nightly"],
            policy.Topology.Ancestors("model:churn").Select(reach => reach.Urn));
        Assert.Equal("topology.yaml", policy.FileOf("edges", "feature_view:user_stats -> model:churn"));
        Assert.Equal("topology.yaml", policy.FileOf("entities", "model:churn"));
        Assert.Equal(TimeSpan.FromDays(7), policy.Settings.Correlation.EdgeFade);
    }

    [Theory]
    [InlineData("entities: [{ team: ml }]", "entities[0].id: is missing; allowed: type:name such as model:churn_model")]
    [InlineData(
        "entities: [{ id: churn }]",
        "entities[0].id: is not an entity; allowed: type:name such as model:churn_model; current value: churn")]
    [InlineData(
        "entities: [{ id: 'modl:churn' }]",
        "entities[0].id: has the type 'modl', which is not known, did you mean 'model'?; allowed: source, table, ")]
    [InlineData(
        "entities: [{ id: 'model:churn', team: mll }]", "entities[0].team: names 'mll', which is none of the teams")]
    [InlineData("entities: [{ id: 'model:churn' }, { id: 'model:Churn@2' }]", "entities[1].id: is taken")]
    [InlineData(
        "edges: [{ from: 'model:a', to: 'model:a' }]",
        "edges[0].to: is where the edge begins; allowed: another entity")]
    [InlineData(
        "edges: [{ from: 'model:a', to: 'model:b' }, { from: 'model:a', to: 'model:b' }]", "edges[1].from: is taken")]
    [InlineData(
        "edges: [{ from: 'model:a', to: 'model:b', confidence: 1.5 }]",
        "edges[0].confidence: is out of range; allowed: a number above 0, at most 1")]
    [InlineData(
        "edges: [{ from: 'model:a', to: 'model:b', lag: { min: 2h, max: 1h } }]",
        "edges[0].lag.max: is shorter than 'min'")]
    [InlineData("edges: [{ from: 'model:a', to: 'model:b', lag: 1h }]", "edges[0].lag: is not a mapping")]
    [InlineData(
        "settings: { correlation: { entity_types: [Pipe-line] } }",
        "correlation.entity_types[0]: is not a type of entities")]
    public void What_cannot_be_is_refused(string yaml, string expected) =>
        Assert.Contains(
            With(yaml).Problems, problem => problem.ToString().Contains(expected, StringComparison.Ordinal));

    private static Silo.Configuration.ReadConfiguration With(string yaml)
    {
        using var folder = MinimalFolder.Create();
        folder.Write("topology.yaml", yaml);
        return FolderReading.At(folder.Path);
    }
}
