using Correlation.Benchmarks.Cascade.Worlds;
using Correlation.Grains.Incidents;

namespace Correlation.Benchmarks.Cascade.Engine;

/// <summary>What an incident says it is blamed on.</summary>
internal static class Blames
{
    /// <summary>An incident that says nothing is taken to blame what was ill first.</summary>
    public static Blame Of(IncidentState incident) => incident.Cause is { } cause
        ? new Blame(
            [.. cause.Candidates.Select(candidate => candidate.Entity).Prepend(cause.Entity).Select(Plain).Distinct().Take(3)],
            cause.Observed,
            [.. cause.Path.Select(Plain)])
        : FirstIll(incident);

    private static Blame FirstIll(IncidentState incident)
    {
        var entities = incident.FirstMembers
            .Where(member => member.Entity.Length > 0)
            .OrderBy(member => member.StartsAt)
            .Select(member => Plain(member.Entity))
            .Distinct()
            .Take(3)
            .ToList();
        return new Blame(entities, true, [.. entities.Take(1)]);
    }

    /// <summary>
    /// An attribute is an entity by its own type, whether the service knows that type or not, and what lineage has
    /// under an old name is the thing itself.
    /// </summary>
    public static string Plain(string urn)
    {
        var known = urn.EndsWith(ObservedGraph.OldName, StringComparison.Ordinal)
            ? urn[..^ObservedGraph.OldName.Length]
            : urn;
        return known.StartsWith("entity:", StringComparison.Ordinal) && known.IndexOf(':', 7) > 0 ? known[7..] : known;
    }
}
