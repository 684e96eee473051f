using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Model;

namespace Correlation.Grains.Incidents;

/// <summary>An alert's episode as its incident knows it.</summary>
public sealed record Member
{
    public required Guid AlertId { get; init; }

    public required string Alias { get; init; }

    public required string Title { get; init; }

    public required string Entity { get; init; }

    public required string Kind { get; init; }

    public required Priority Priority { get; init; }

    public required string Team { get; init; }

    /// <summary>
    /// Ladder named by the route or by an escalation responder, or chosen by a routing rule of the team; null takes the
    /// team's own.
    /// </summary>
    public string? Escalation { get; init; }

    /// <summary>A routing rule has chosen it.</summary>
    public bool IsRouted { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public bool Open { get; init; } = true;

    /// <summary>What holds its pages back (see <see cref="Policy.Suppressor"/>); empty when it may page.</summary>
    public ValueList<string> SuppressedBy { get; init; } = [];

    /// <summary>When the episode began for us; null in states of an earlier release, as the next one.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>Since when something has held it back without a break; null when nothing does.</summary>
    public DateTimeOffset? SuppressedSince { get; init; }

    /// <summary>Explicit responders, paged once.</summary>
    public ValueList<Responder> Responders { get; init; } = [];

    public string Runbook { get; init; } = "";

    public string Description { get; init; } = "";

    public TimeSpan GroupWait { get; init; }

    public TimeSpan Repeat { get; init; }

    /// <summary>It opened too often of late: nobody is paged anew for one more opening.</summary>
    public bool Flapping { get; init; }

    /// <summary>
    /// Made by the engine for a signal whose deciding threw: no alert answers for it, people close it.
    /// </summary>
    public bool Bare { get; init; }

    /// <summary>Why it is in this incident.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Among its causes; null while alerts do not look for them.</summary>
    public Link? Link { get; init; }

    /// <summary>The incident to which its cause led it; empty when it was placed.</summary>
    public string Via { get; init; } = "";

    /// <summary>
    /// How often the alert had left an incident before it came: what it said of an earlier stay may arrive after it
    /// came again.
    /// </summary>
    public int Stay { get; init; }

    /// <summary>Its incident was over when it came, and it pages nobody.</summary>
    public bool Late { get; init; }
}
