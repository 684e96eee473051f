using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Silo.Storage;

/// <summary>One read of the audit, as both databases take it.</summary>
internal static class DutySql
{
    /// <param name="active">How the database spells true.</param>
    public static string Select(string active, string openedAt, string id, string limit) => $"""
        SELECT i.id, i.opened_at, i.status, i.acknowledged_by, COALESCE(t.due, q.due), d.due, i.reaches_nobody
        FROM incidents i
        LEFT JOIN timers t ON t.kind = {(int)GrainKind.Incident} AND t.key = i.id AND t.name = CASE i.status
            WHEN '{IncidentColumns.StatusOf(IncidentStatus.Open)}' THEN '{IncidentDuty.TimerOf(IncidentStatus.Open)}'
            WHEN '{IncidentColumns.StatusOf(IncidentStatus.Acknowledged)}' THEN '{IncidentDuty.TimerOf(IncidentStatus.Acknowledged)}'
            ELSE '{IncidentDuty.TimerOf(IncidentStatus.Snoozed)}' END
        LEFT JOIN timers q ON q.kind = {(int)GrainKind.Incident} AND q.key = i.id AND q.name = '{IncidentDuty.WhileQuiet}'
            AND i.status = '{IncidentColumns.StatusOf(IncidentStatus.Open)}'
        LEFT JOIN timers d ON d.kind = {(int)GrainKind.Incident} AND d.key = i.id AND d.name = 'digest'
        WHERE i.active = {active} AND (i.opened_at, i.id) > ({openedAt}, {id})
        ORDER BY i.opened_at, i.id LIMIT {limit}
        """;

    public static IncidentStatus StatusOf(string column) =>
        Enum.GetValues<IncidentStatus>().Single(status => IncidentColumns.StatusOf(status) == column);
}
