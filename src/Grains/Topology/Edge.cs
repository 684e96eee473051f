namespace Correlation.Grains.Topology;

/// <summary>Who says that an edge or an entity is there, the strongest word first. The numbers are stored.</summary>
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

public static class EdgeOrigins
{
    /// <summary>
    /// What was learnt by the way is forgotten when it is not seen for long; what somebody wrote down is not.
    /// </summary>
    public static bool Fades(this EdgeOrigin origin) => origin > EdgeOrigin.Declared;
}

/// <summary>
/// What is upstream of what: <paramref name="From"/> feeds or carries <paramref name="To"/>. Both are URNs.
/// </summary>
public sealed record Edge(string From, string To)
{
    public EdgeOrigin Origin { get; init; } = EdgeOrigin.Declared;

    public DateTimeOffset FirstSeen { get; init; }

    /// <summary>Refreshed coarsely. A learnt edge that is not seen for the configured time is removed.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>0 to 1: how sure it is that the edge is there.</summary>
    public double Confidence { get; init; } = 1;

    /// <summary>How long what is wrong at one end needs to show at the other; null takes what the kinds say.</summary>
    public LagRange? Lag { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public EdgeName Name => new(From, To, Origin);
}

/// <summary>One origin's word about an edge.</summary>
public readonly record struct EdgeName(string From, string To, EdgeOrigin Origin);

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

    /// <summary>Other URNs of the same thing, such as the place in a bucket behind a table.</summary>
    public Model.ValueList<string> Aliases { get; init; } = [];

    [System.Text.Json.Serialization.JsonIgnore]
    public EntityName Name => new(Urn, Origin);
}

/// <summary>One origin's word about an entity.</summary>
public readonly record struct EntityName(string Urn, EdgeOrigin Origin);

/// <summary>A reachable entity, and one shortest way to it.</summary>
/// <param name="Path">URNs, upstream end first; both ends included.</param>
/// <param name="Confidence">Product of the edges' confidences.</param>
/// <param name="Lag">Sum of the edges' own lags; null when an edge has none.</param>
public sealed record Reach(string Urn, int Hops, Model.ValueList<string> Path, double Confidence, LagRange? Lag);
