using Correlation.Grains.Causes;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>The alert among its causes: what may explain it, what does, and who follows it.</summary>
/// <param name="Onset">When it began by the source's clock, and never later than we heard of it.</param>
public sealed record AlertCauses(DateTimeOffset Onset)
{
    public const int MostCandidates = 3;

    public const int MostBarred = 20;

    /// <summary>Page of followers told per turn.</summary>
    public const int Page = 500;

    public KindNature Nature { get; init; } = KindNature.Fault;

    /// <summary>Of its kind: how long after its cause is over it belongs to the cause's incident.</summary>
    public TimeSpan CauseWindow { get; init; }

    /// <summary>So long it may still be given a cause after it is over, and a better one freely before.</summary>
    public TimeSpan Lateness { get; init; }

    /// <summary>Entities that know of it, by key.</summary>
    public ValueList<string> Registered { get; init; } = [];

    /// <summary>Best first.</summary>
    public ValueList<Candidate> Best { get; init; } = [];

    /// <summary>What explains it; null for a root.</summary>
    public Candidate? Parent { get; init; }

    /// <summary>The incident to which the parent leads; null until it has said so.</summary>
    public string? Lead { get; init; }

    /// <summary>The entity by which that was placed.</summary>
    public string LeadGroup { get; init; } = "";

    /// <summary>The parent's alert fires, and is not late itself.</summary>
    public bool LeadIsOpen { get; init; } = true;

    /// <summary>It was placed without a parent, and has not been led elsewhere since.</summary>
    public bool IsRoot { get; init; }

    /// <summary>It waits for others before it is placed.</summary>
    public DateTimeOffset? SettleAt { get; init; }

    /// <summary>Closed: it can be given a cause until then.</summary>
    public DateTimeOffset? ForgetAt { get; init; }

    /// <summary>Alerts whose parent it is; they are child rows.</summary>
    public int Followers { get; init; }

    /// <summary>Where a follower is already: it goes there too instead of opening its own.</summary>
    public string? Prefers { get; init; }

    /// <summary>
    /// By its source it began before the episode before was over: it goes on where that is, however long ago.
    /// </summary>
    public bool GoesOn { get; init; }

    /// <summary>Followers are told where it is: the last key, null when nothing is to be told.</summary>
    public string? TellAfter { get; init; }

    public DateTimeOffset? TellAt { get; init; }

    /// <summary>
    /// Of a watched kind: what comes and goes before then has no cause, nor does anything upstream hear of it.
    /// </summary>
    public DateTimeOffset? FleetingUntil { get; init; }

    /// <summary>Of a watched kind: what lasts until then may be part of a wave.</summary>
    public DateTimeOffset? WaveAt { get; init; }

    /// <summary>Of a watched kind: alone it pages nobody, and closes then.</summary>
    public DateTimeOffset? WatchUntil { get; init; }

    /// <summary>As <see cref="Symptom.Habitual"/>.</summary>
    public bool Habitual { get; init; }

    /// <summary>A fault nearby says that it is worth a page.</summary>
    public bool Corroborated { get; init; }

    /// <summary>It came to an incident that was over, inside its cause window.</summary>
    public bool Late { get; init; }

    /// <summary>Causes that a person has said it does not have.</summary>
    public ValueList<Guid> Barred { get; init; } = [];

    /// <summary>Incidents that a person has taken it out of: what leads there is no cause of it.</summary>
    public ValueList<string> Apart { get; init; } = [];

    /// <summary>Suspects that know where it has its cause instead.</summary>
    public ValueList<string> Excused { get; init; } = [];

    /// <summary>What they know: the entity, empty when it has no cause elsewhere any more.</summary>
    public string ExcusedBy { get; init; } = "";

    /// <summary>Something was observed there.</summary>
    public bool ExcusedSeen { get; init; }
}

/// <summary>An alert that follows another, as a child row of it.</summary>
/// <param name="Incident">That it brings along; empty when it comes alone.</param>
/// <param name="Corroborates">It is a fault of a kind that is worth a page by itself.</param>
public sealed record Follower(Guid Id, string Alias, string Incident, bool Corroborates);
