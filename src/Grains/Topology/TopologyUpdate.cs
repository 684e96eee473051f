using Correlation.Grains.Model;

namespace Correlation.Grains.Topology;

/// <summary>
/// A change of the topology: what is said anew, and what is not said any more. What is gone goes first.
/// </summary>
public sealed record TopologyUpdate
{
    public ValueList<EntityFacts> Entities { get; init; } = [];

    public ValueList<Edge> Edges { get; init; } = [];

    public ValueList<EntityName> EntitiesGone { get; init; } = [];

    public ValueList<EdgeName> EdgesGone { get; init; } = [];

    public bool IsEmpty => Entities.Count + Edges.Count + EntitiesGone.Count + EdgesGone.Count == 0;

    /// <summary>One change for many, as they are found when a store is opened.</summary>
    public static TopologyUpdate Of(IReadOnlyCollection<TopologyUpdate> parts) => new()
    {
        Entities = parts.SelectMany(part => part.Entities).ToValueList(),
        Edges = parts.SelectMany(part => part.Edges).ToValueList(),
        EntitiesGone = parts.SelectMany(part => part.EntitiesGone).ToValueList(),
        EdgesGone = parts.SelectMany(part => part.EdgesGone).ToValueList(),
    };
}
