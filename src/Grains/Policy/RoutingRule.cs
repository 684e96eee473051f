using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>
/// To whom a team's alerts go when a route names nobody: the first of its rules that holds, else the team's escalation.
/// </summary>
/// <param name="Hours">It holds within any of them, on the wall clock of <paramref name="TimeZone"/>; always when there
/// are none.</param>
/// <param name="Escalation">As <see cref="PolicyVersion.FindEscalation"/> finds it.</param>
public sealed record RoutingRule(
    string Id, string Name, AlertCriteria Criteria, string TimeZone, ValueList<TimeWindow> Hours, string Escalation)
{
    /// <summary>The place that it was given, while it has an earlier one for want of rules before it.</summary>
    public int? Awaits { get; init; }
}
