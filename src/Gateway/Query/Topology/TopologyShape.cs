using System.Xml;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Gateway.Query.Topology;

/// <summary>As it is posted, and who says so.</summary>
/// <param name="Next">Give it as <c>cursor</c> to go on; null at the end.</param>
public sealed record TopologyShape(IReadOnlyList<EntityShape> Entities, IReadOnlyList<EdgeShape> Edges, string? Next);

/// <param name="Origin">Whose word is in force: configuration, declared, lineage, registry or labels.</param>
/// <param name="Origins">All who say it.</param>
/// <param name="FirstSeen">Null where only a file says it.</param>
/// <param name="LastSeen">Refreshed coarsely; a learnt edge that is not seen for long is forgotten.</param>
/// <param name="Lag">Null: the kinds say it.</param>
/// <param name="File">Where it is changed; null when it can be changed here.</param>
public sealed record EdgeShape(
    string From,
    string To,
    string Origin,
    IReadOnlyList<string> Origins,
    DateTimeOffset? FirstSeen,
    DateTimeOffset? LastSeen,
    double Confidence,
    LagShape? Lag,
    string? File)
{
    internal static EdgeShape Of(Edge edge, PolicyVersion policy) => new(
        edge.From,
        edge.To,
        TopologyWords.Of(edge.Origin),
        [.. policy.Topology.Words(edge.From, edge.To).Select(word => TopologyWords.Of(word.Origin))],
        TopologyWords.Seen(edge.FirstSeen),
        TopologyWords.Seen(edge.LastSeen),
        edge.Confidence,
        edge.Lag is { } lag ? LagShape.Of(lag) : null,
        edge.Origin == EdgeOrigin.Configuration
            ? policy.FileOf("edges", PolicyVersion.EdgeName(edge.From, edge.To))
            : null);
}

/// <summary>ISO 8601 durations.</summary>
public sealed record LagShape(string Min, string Max)
{
    internal static LagShape Of(LagRange lag) => new(XmlConvert.ToString(lag.Min), XmlConvert.ToString(lag.Max));
}

/// <param name="Lineage"><c>known</c>, or <c>no lineage known</c> for one that nobody linked: it may be fed by
/// anything.</param>
/// <param name="Upstream">How many entities are directly upstream.</param>
/// <param name="Coverage">Of a model.</param>
/// <param name="File">Where its owner is changed; null when it can be changed here.</param>
public sealed record EntityShape(
    string Id,
    string Type,
    string Team,
    IReadOnlyList<string> Origins,
    DateTimeOffset? FirstSeen,
    DateTimeOffset? LastSeen,
    IReadOnlyList<string> Aliases,
    string Lineage,
    int Upstream,
    int Downstream,
    CoverageShape? Coverage,
    string? File)
{
    internal static EntityShape Of(string urn, PolicyVersion policy)
    {
        var (graph, facts) = (policy.Topology, policy.Topology.Find(urn));
        var (upstream, downstream) = (graph.Upstream(urn).Count(), graph.Downstream(urn).Count());
        return new EntityShape(
            urn,
            EntityUrn.TypeOf(urn),
            facts?.Team ?? "",
            [.. graph.Words(urn).Select(word => TopologyWords.Of(word.Origin))],
            TopologyWords.Seen(facts?.FirstSeen),
            TopologyWords.Seen(facts?.LastSeen),
            facts?.Aliases ?? [],
            upstream + downstream > 0 ? "known" : "no lineage known",
            upstream,
            downstream,
            Grains.Topology.Coverage.Of(urn, graph) is { } coverage ? CoverageShape.Of(coverage) : null,
            facts?.Origin == EdgeOrigin.Configuration ? policy.FileOf("entities", urn) : null);
    }
}

/// <summary>How many of a model's inputs have a known source.</summary>
/// <param name="Share">0 to 1; null when no input is known.</param>
/// <param name="Unknown">Inputs of which nobody said where they come from, some of them when they are many.</param>
public sealed record CoverageShape(int Inputs, int Known, double? Share, IReadOnlyList<string> Unknown)
{
    private const int MostShown = 20;

    internal static CoverageShape Of(Coverage coverage) => new(
        coverage.Inputs.Count,
        coverage.Inputs.Count - coverage.Unknown.Count,
        coverage.Share,
        [.. coverage.Unknown.Take(MostShown)]);
}

internal static class TopologyWords
{
    public static string Of(EdgeOrigin origin) => origin.ToString().ToLowerInvariant();

    public static DateTimeOffset? Seen(DateTimeOffset? at) => at == default(DateTimeOffset) ? null : at;
}
