using System.Collections.Frozen;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>The words of the API for statuses and priorities.</summary>
internal static class IncidentWords
{
    public static readonly FrozenDictionary<string, IncidentStatus> Statuses =
        Enum.GetValues<IncidentStatus>().ToFrozenDictionary(Of, StringComparer.OrdinalIgnoreCase);

    public static readonly FrozenDictionary<string, Priority> Priorities =
        Enum.GetValues<Priority>().ToFrozenDictionary(p => p.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>What a list shows when nobody asks for a status: what still needs somebody.</summary>
    public static readonly IReadOnlyList<IncidentStatus> Active =
        [IncidentStatus.Open, IncidentStatus.Acknowledged, IncidentStatus.Snoozed];

    public static string Of(IncidentStatus status) => status switch
    {
        IncidentStatus.Open => "open",
        IncidentStatus.Acknowledged => "acknowledged",
        IncidentStatus.Snoozed => "snoozed",
        IncidentStatus.Resolved => "resolved",
        IncidentStatus.Merged => "merged",
        _ => throw new System.Diagnostics.UnreachableException($"No word for {status}."),
    };
}
