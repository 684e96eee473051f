using Correlation.Grains.Model;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Policy;

/// <summary>An entry of the alert catalogue.</summary>
/// <param name="AlertNames">Exact alert names (label alertname, or the message's text before " - ") that belong
/// here.</param>
/// <param name="Tags">Tags any of which puts an alert here.</param>
/// <param name="EntityLabels">Labels that name the entity, first present wins; each is also its URN type.</param>
/// <param name="Hold">Overrides <see cref="PolicySettings.Hold"/>.</param>
public sealed record Kind(
    string Name,
    string Description,
    ValueList<string> AlertNames,
    ValueList<string> Tags,
    Priority Priority,
    string Team,
    ValueList<string> EntityLabels,
    TimeSpan? Hold,
    string Runbook,
    ValueList<string> Actions)
{
    /// <summary>Kinds of which one further upstream, or on the same entity, explains an alert of this kind.</summary>
    public ValueList<Explanation> CausedBy { get; init; } = [];

    /// <summary>
    /// Alone, an alert of this kind is watched for so long and pages nobody: only with another signal nearby is it
    /// worth a page. Null: it pages by itself.
    /// </summary>
    public TimeSpan? Watch { get; init; }

    /// <summary>How long after its cause is over an alert of this kind still belongs to the cause's incident.</summary>
    public TimeSpan CauseWindow { get; init; }

    public KindNature Nature { get; init; } = KindNature.Fault;

    /// <summary>
    /// Sent as long as its source lives: no alert but a ping of a heartbeat, and its end or silence is the alert.
    /// </summary>
    public bool IsHeartbeat { get; init; }

    /// <summary>What is said of its entity, such as "stale"; empty: the kind's name.</summary>
    public string Says { get; init; } = "";
}

/// <summary>What an alert of a kind says about its entity.</summary>
public enum KindNature : byte
{
    /// <summary>It is ill.</summary>
    Fault = 1,

    /// <summary>
    /// It was changed (a version, a deployment, a flag): pages nobody, and may be the cause of what follows.
    /// </summary>
    Change = 2,

    /// <summary>It is not measured, or wrongly: named as such, and not blamed on what is measured.</summary>
    Measurement = 3,
}

/// <summary>An alert of kind <paramref name="Kind"/> explains one that follows it within the lag.</summary>
/// <param name="Kind">Name of the cause's kind.</param>
/// <param name="Weight">0 to 1: how well, when the lag fits.</param>
public sealed record Explanation(string Kind, LagRange Lag, double Weight = 1);
