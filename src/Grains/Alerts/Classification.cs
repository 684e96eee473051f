using Correlation.Grains.Model;

namespace Correlation.Grains.Alerts;

/// <summary>What the policy made of a signal when its episode opened, and under which version.</summary>
/// <param name="Entity">URN <c>type:name</c>, or empty.</param>
/// <param name="GroupKey">Key of the entity grain that decides the incident: the URN, or the route's group.</param>
public sealed record Classification(
    string Kind,
    string Entity,
    string Team,
    Priority Priority,
    string Route,
    string GroupKey,
    TimeSpan Hold,
    TimeSpan GroupWait,
    TimeSpan Repeat,
    string? Escalation,
    string Runbook,
    ValueList<string> Actions,
    long PolicyVersion)
{
    /// <summary>
    /// The escalation is that of a routing rule of the team, and neither a route nor the alert has named it.
    /// </summary>
    public bool IsRouted { get; init; }
}
