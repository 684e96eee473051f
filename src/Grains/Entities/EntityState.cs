using System.Text.Json.Serialization;
using Correlation.Grains.Causes;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Grains.Entities;

/// <summary>
/// An entity, or a route's group where an alert names none: the one place that decides which incident takes an alert,
/// and where its own signals and the alerts downstream of it meet. These are child rows, for there may be thousands.
/// </summary>
public sealed record EntityState : GrainState
{
    /// <summary>Rows looked at per turn.</summary>
    public const int Page = 500;

    /// <summary>Own signals known by name: of each kind the first that fire, and the latest that are over.</summary>
    public const int MostSignals = 32;

    public const int MostOfOneKind = 4;

    /// <summary>Symptoms that may speak for a cause nobody observed: the latest.</summary>
    public const int MostEvidence = 256;

    /// <summary>URN <c>type:name</c>, <c>group:route/team/values</c>, or <c>group:</c> and a heartbeat's alias.</summary>
    public required string Key { get; init; }

    public string? IncidentId { get; init; }

    /// <summary>Null while the incident is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>When an alert that nothing explains came last; null while alerts do not look for causes.</summary>
    public DateTimeOffset? PlacedAt { get; init; }

    /// <summary>The change, or the suspicion, that its incident is about; null when it has another reason.</summary>
    public Guid? LedBy { get; init; }

    /// <summary>How many incidents it has opened; the version in their ids.</summary>
    public int Opened { get; init; }

    /// <summary>Alerts of its own and changes, as long as something may still follow from them.</summary>
    public ValueList<EntitySignal> Signals { get; init; } = [];

    /// <summary>Alerts that registered with it, its own included.</summary>
    public int Registered { get; init; }

    /// <summary>Those downstream that no observed cause explains.</summary>
    public ValueList<Evidence> Evidence { get; init; } = [];

    /// <summary>
    /// Of those that registered the first and the last onset; null in states of an earlier release, where none is
    /// known.
    /// </summary>
    public DateTimeOffset? FirstOnset { get; init; }

    public DateTimeOffset? LastOnset { get; init; }

    /// <summary>The rows are gone through: the last key, null when nothing is to be told.</summary>
    public string? TellAfter { get; init; }

    public DateTimeOffset? TellAt { get; init; }

    /// <summary>What was offered before may be offered no more: also who is offered nothing is told.</summary>
    public bool Withdraws { get; init; }

    /// <summary>Nobody needs it for what it knows of alerts.</summary>
    [JsonIgnore]
    public bool IsIdle => Registered <= 0 && Signals.Count == 0 && TellAt is null;

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Entity, Key);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers =>
        TellAt is { } tell
            ? [new GrainTimer("tell", tell, Read: new ItemRange("registered", TellAfter ?? "", Page))]
            : [];
}

/// <summary>A symptom downstream that nothing observed explains.</summary>
/// <param name="Branch">The entity next to this one by which it is downstream.</param>
public sealed record Evidence(Guid AlertId, string Branch, string Kind, DateTimeOffset Onset)
{
    /// <summary>
    /// The entity elsewhere that the alert takes for its cause; null while it takes none, or this one.
    /// </summary>
    public string? By { get; init; }

    /// <summary>Something was observed there: it speaks for that, and not for this entity.</summary>
    public bool IsExplained { get; init; }
}

public abstract record EntityCommand : Command
{
    private EntityCommand()
    {
    }

    /// <summary>An alert of this entity is to be placed.</summary>
    /// <param name="Prefers">An incident that follows it already; empty when none does.</param>
    public sealed record Started(Member Member, string Prefers = "") : EntityCommand
    {
        /// <summary>It is the trouble of that incident, and opens it again.</summary>
        public bool GoesOn { get; init; }
    }

    /// <summary>The incident that was asked would not take it (resolved too long ago): open another.</summary>
    public sealed record JoinRefused(string IncidentId, Member Member) : EntityCommand;

    public sealed record IncidentResolved(string IncidentId) : EntityCommand;

    public sealed record IncidentReopened(string IncidentId) : EntityCommand;

    public sealed record IncidentMerged(string IncidentId, string Into) : EntityCommand;

    /// <summary>The incident is led by another entity from now on: what else happens here opens its own.</summary>
    public sealed record IncidentLed(string IncidentId) : EntityCommand;

    /// <summary>An alert of this entity began: it may be a cause, and may have one.</summary>
    public sealed record Began(EntitySignal Signal, Symptom Symptom) : EntityCommand;

    /// <summary>It is over; what follows from it may still come.</summary>
    /// <param name="Lasted">By when we heard of its begin and of its end; null in commands of an earlier
    /// release.</param>
    public sealed record Ended(Guid Id, TimeSpan? Lasted = null) : EntityCommand;

    /// <summary>The entity was changed, such as by a deployment: no alert, and maybe a cause.</summary>
    /// <param name="Id">Of the change: said twice it is one.</param>
    public sealed record Changed(string Kind, string Id, string Title, DateTimeOffset At) : EntityCommand;

    /// <summary>An alert downstream began, or knows of this entity by its labels.</summary>
    public sealed record Register(Symptom Symptom) : EntityCommand
    {
        /// <summary>It has registered before, and says more now.</summary>
        public bool IsKnown { get; init; }
    }

    public sealed record Unregister(Guid AlertId) : EntityCommand;

    /// <summary>The alert has a cause elsewhere: an observed one says that it does not speak for this entity.</summary>
    /// <param name="By">Where; empty when it has none elsewhere any more; null in commands of an earlier
    /// release.</param>
    /// <param name="Observed">Else it is only suspected.</param>
    public sealed record Explained(Guid AlertId, string? By = null, bool Observed = true) : EntityCommand;

    /// <summary>
    /// An alert takes this entity's change, or the suspicion of it, for its cause and asks where to go.
    /// </summary>
    /// <param name="Cause">Of the candidate that it follows.</param>
    /// <param name="Incident">That it brings along; empty when it comes alone.</param>
    public sealed record Follow(Guid AlertId, string Alias, Guid Cause, string Incident) : EntityCommand
    {
        /// <summary>By a suspect, to where those that speak for it have their cause.</summary>
        public bool PassedOn { get; init; }
    }

    public sealed record TimerFired(string Name, DateTimeOffset Due, ValueList<Item> Items) : EntityCommand;
}
