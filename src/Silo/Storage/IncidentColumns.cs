using Correlation.Grains.Incidents;

namespace Correlation.Silo.Storage;

/// <summary>What incident lists filter and sort by, and what shows on an incident's alerts.</summary>
internal sealed record IncidentColumns
{
    public required string Id { get; init; }

    public required long Number { get; init; }

    public required string Status { get; init; }

    /// <summary>False when resolved or merged: the list that people look at is a small part of the table.</summary>
    public required bool Active { get; init; }

    public required string Priority { get; init; }

    public required string Team { get; init; }

    public required string? Owner { get; init; }

    public required long OpenedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required long? AcknowledgedAt { get; init; }

    public required string? AcknowledgedBy { get; init; }

    public required long? SnoozedUntil { get; init; }

    public required long? ResolvedAt { get; init; }

    /// <inheritdoc cref="IncidentDuty.ReachesNobody"/>
    public required bool ReachesNobody { get; init; }

    public static IncidentColumns Of(IncidentState incident) => new()
    {
        Id = incident.Id,
        Number = incident.Number,
        Status = StatusOf(incident.Status),
        Active = IsActive(incident.Status),
        Priority = AlertColumns.PriorityOf(incident.Priority),
        Team = incident.Team,
        Owner = incident.Owner,
        OpenedAt = Milliseconds.Of(incident.OpenedAt),
        UpdatedAt = Milliseconds.Of(incident.UpdatedAt),
        AcknowledgedAt = Milliseconds.Of(incident.AcknowledgedAt),
        AcknowledgedBy = incident.AcknowledgedBy,
        SnoozedUntil = Milliseconds.Of(incident.SnoozedUntil),
        ResolvedAt = Milliseconds.Of(incident.ResolvedAt),
        ReachesNobody = IncidentDuty.ReachesNobody(incident),
    };

    public static bool IsActive(IncidentStatus status) =>
        status is not (IncidentStatus.Resolved or IncidentStatus.Merged);

    public static string StatusOf(IncidentStatus status) => status switch
    {
        IncidentStatus.Open => "open",
        IncidentStatus.Acknowledged => "acknowledged",
        IncidentStatus.Snoozed => "snoozed",
        IncidentStatus.Resolved => "resolved",
        IncidentStatus.Merged => "merged",
        _ => throw new System.Diagnostics.UnreachableException($"No column value for incident status {status}."),
    };
}
