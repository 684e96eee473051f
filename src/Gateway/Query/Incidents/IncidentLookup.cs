using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>Finds the incident a request is about, within what its key may see.</summary>
internal sealed class IncidentLookup(IGrains grains)
{
    public async ValueTask<(IncidentState? Incident, Problem? Problem)> FindAsync(string id, ApiKey key)
    {
        var state = GrainOf(id) is { } grain ? await grains.ReadAsync(grain) : null;
        return state switch
        {
            IncidentState incident when key.Sees(incident.Team) => (incident, null),
            IncidentState => (null, Problem.OtherTeam(key)),
            _ => (null, Problem.NotFound($"There is no incident '{id}'.")),
        };
    }

    /// <summary>Ids are ours and are UUIDs: anything else is unknown without asking.</summary>
    public static GrainId? GrainOf(string id) =>
        Guid.TryParse(id, out var parsed) ? new GrainId(GrainKind.Incident, parsed.ToString()) : null;
}
