namespace Correlation.Gateway.Query.Topology;

/// <param name="UpstreamEdges">The first 100, with what is upstream at their beginning; all of them at
/// <c>/topology?entity=</c>.</param>
/// <param name="DownstreamEdges">The first 100.</param>
/// <param name="Alerts">Open alerts on it, the oldest first, 20 at most.</param>
public sealed record EntityDetailShape(
    EntityShape Entity,
    IReadOnlyList<EdgeShape> UpstreamEdges,
    IReadOnlyList<EdgeShape> DownstreamEdges,
    IReadOnlyList<EntityAlertShape> Alerts);

/// <param name="Incident">Id; null before an incident has taken it.</param>
public sealed record EntityAlertShape(
    string Id, string Alias, string Kind, string Priority, string Message, DateTimeOffset StartsAt, string? Incident);

/// <summary>What else an entity's trouble can reach.</summary>
/// <param name="Since">From when on arrivals are counted.</param>
/// <param name="Truncated">There is more downstream than is looked at.</param>
/// <param name="Next">Give it as <c>cursor</c> to go on; null at the end.</param>
public sealed record BlastRadiusShape(
    string Entity, DateTimeOffset Since, int Reached, bool Truncated, IReadOnlyList<ReachShape> Items, string? Next);

/// <param name="Path">URNs, from the entity that was asked for.</param>
/// <param name="Confidence">Of the path, 0 to 1.</param>
/// <param name="Arrives">By the lags of its edges; when one has none, by the kind of the oldest alert upstream; null
/// when that says nothing either.</param>
/// <param name="Alert">The oldest that is open on it; null while it is well.</param>
public sealed record ReachShape(
    string Entity, string Team, int Hops, IReadOnlyList<string> Path, double Confidence, ArrivalShape? Arrives,
    EntityAlertShape? Alert);

public sealed record ArrivalShape(DateTimeOffset Earliest, DateTimeOffset Latest);
