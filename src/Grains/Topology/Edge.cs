namespace Correlation.Grains.Topology;

/// <summary>Who says that an edge is there.</summary>
public enum EdgeOrigin : byte
{
    /// <summary>A file of the configuration.</summary>
    Configuration = 1,

    /// <summary>The topology API.</summary>
    Declared = 2,

    /// <summary>An OpenLineage event.</summary>
    Lineage = 3,

    /// <summary>A model registry's webhook.</summary>
    Registry = 4,

    /// <summary>Labels of an alert that name two entities.</summary>
    Labels = 5,
}

/// <summary>What is upstream of what: <paramref name="From"/> feeds or carries <paramref name="To"/>. Both are URNs.</summary>
public sealed record Edge(string From, string To)
{
    public EdgeOrigin Origin { get; init; } = EdgeOrigin.Declared;

    public DateTimeOffset FirstSeen { get; init; }

    /// <summary>Refreshed coarsely; an edge not seen for the configured time no longer counts.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>0 to 1: how sure it is that the edge is there.</summary>
    public double Confidence { get; init; } = 1;

    /// <summary>How long what is wrong at one end needs to show at the other; null takes what the kinds say.</summary>
    public LagRange? Lag { get; init; }
}

/// <summary>From the shortest to the longest time that an effect follows its cause.</summary>
public sealed record LagRange(TimeSpan Min, TimeSpan Max);

/// <summary>What is known of an entity beside its edges.</summary>
/// <param name="Urn"><c>type:name</c>.</param>
/// <param name="Team">Who owns it; empty when nobody said.</param>
public sealed record EntityFacts(string Urn, string Team = "")
{
    public EdgeOrigin Origin { get; init; } = EdgeOrigin.Declared;

    public DateTimeOffset FirstSeen { get; init; }

    public DateTimeOffset LastSeen { get; init; }
}

/// <summary>A reachable entity, and one shortest way to it.</summary>
/// <param name="Path">URNs, upstream end first; both ends included.</param>
/// <param name="Confidence">Product of the edges' confidences.</param>
/// <param name="Lag">Sum of the edges' own lags; null when an edge has none.</param>
public sealed record Reach(string Urn, int Hops, Model.ValueList<string> Path, double Confidence, LagRange? Lag);
