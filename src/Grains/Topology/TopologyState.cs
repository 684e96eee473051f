using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Topology;

/// <summary>
/// There is one. What it publishes is kept with the policy, an entity or edge a row; here is only when to look for what
/// has faded.
/// </summary>
public sealed record TopologyState : GrainState
{
    public static readonly GrainId Id = new(GrainKind.Topology, "topology");

    /// <summary>Rises with every change that was published.</summary>
    public int Revision { get; init; }

    /// <summary>Null while nothing was learnt that may fade.</summary>
    public DateTimeOffset? FadeAt { get; init; }

    [JsonIgnore]
    public override GrainId Grain => Id;

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => FadeAt is { } at ? [new GrainTimer("fade", at)] : [];
}

public abstract record TopologyCommand : Command
{
    private TopologyCommand()
    {
    }

    /// <summary>
    /// Somebody says so by the API: the word replaces the one declared before. All of it or, when refused, nothing.
    /// </summary>
    public sealed record Declare(ValueList<EntityFacts> Entities, ValueList<Edge> Edges) : TopologyCommand;

    /// <summary>Whoever said it; what is seen again is learnt again.</summary>
    public sealed record RemoveEdge(string From, string To) : TopologyCommand;

    /// <summary>With its edges, some thousand at a time.</summary>
    public sealed record RemoveEntity(string Urn) : TopologyCommand;

    /// <summary>Found by the way. What says nothing new is left out.</summary>
    public sealed record Learn(ValueList<EntityFacts> Entities, ValueList<Edge> Edges) : TopologyCommand;

    public sealed record TimerFired(string Name, DateTimeOffset Due) : TopologyCommand;
}
