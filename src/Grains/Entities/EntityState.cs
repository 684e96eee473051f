using System.Text.Json.Serialization;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Grains.Entities;

/// <summary>
/// An entity, or a route's group where an alert names none: the one place that decides which incident takes an alert.
/// </summary>
public sealed record EntityState : GrainState
{
    /// <summary>URN <c>type:name</c>, or <c>group:route/values</c>.</summary>
    public required string Key { get; init; }

    public string? IncidentId { get; init; }

    /// <summary>Null while the incident is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>How many incidents it has opened; the version in their ids.</summary>
    public int Opened { get; init; }

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Entity, Key);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => [];
}

public abstract record EntityCommand : Command
{
    private EntityCommand()
    {
    }

    /// <summary>An alert of this entity began.</summary>
    public sealed record Started(Member Member) : EntityCommand;

    /// <summary>The incident that was asked would not take it (resolved too long ago): open another.</summary>
    public sealed record JoinRefused(string IncidentId, Member Member) : EntityCommand;

    /// <summary>It was changed on purpose: pages nobody, and may be the cause of what follows.</summary>
    /// <param name="Kind">Of nature change.</param>
    /// <param name="Id">The sender's: the same change said twice is one.</param>
    public sealed record Changed(string Kind, string Id, string Title, DateTimeOffset At) : EntityCommand;

    public sealed record IncidentResolved(string IncidentId) : EntityCommand;

    public sealed record IncidentReopened(string IncidentId) : EntityCommand;

    public sealed record IncidentMerged(string IncidentId, string Into) : EntityCommand;
}
