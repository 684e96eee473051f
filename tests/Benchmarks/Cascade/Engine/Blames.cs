using Correlation.Grains.Incidents;

namespace Correlation.Benchmarks.Cascade.Engine;

/// <summary>What an incident says it is blamed on.</summary>
internal static class Blames
{
    /// <summary>An incident that says nothing is taken to blame what was ill first.</summary>
    public static Blame Of(IncidentState incident)
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

    /// <summary>An attribute is an entity by its own type, whether the service knows that type or not.</summary>
    public static string Plain(string urn) =>
        urn.StartsWith("entity:", StringComparison.Ordinal) && urn.IndexOf(':', 7) > 0 ? urn[7..] : urn;
}
