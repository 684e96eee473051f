using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class IncidentRows(Writer writer)
{
    private readonly Statement _write = writer.Prepare("""
        INSERT INTO incidents (id, number, partition, as_of, status, active, priority, team, owner, opened_at,
            updated_at, acknowledged_at, acknowledged_by, snoozed_until, resolved_at, reaches_nobody, shape, doc)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
            number = excluded.number, as_of = excluded.as_of, status = excluded.status, active = excluded.active,
            priority = excluded.priority, team = excluded.team, owner = excluded.owner, opened_at = excluded.opened_at,
            updated_at = excluded.updated_at, acknowledged_at = excluded.acknowledged_at,
            acknowledged_by = excluded.acknowledged_by, snoozed_until = excluded.snoozed_until,
            resolved_at = excluded.resolved_at, reaches_nobody = excluded.reaches_nobody, shape = excluded.shape, doc = excluded.doc
        WHERE as_of < excluded.as_of
        """);

    private readonly Statement _load = writer.Prepare("SELECT as_of, shape, doc FROM incidents WHERE id = ?");

    public void Write(GrainWrite write)
    {
        var columns = IncidentColumns.Of((IncidentState)write.State);
        _write.Add(columns.Id).Add(columns.Number).Add(write.Partition).Add(write.AsOf).Add(columns.Status)
            .Add(columns.Active).Add(columns.Priority).Add(columns.Team).Add(columns.Owner).Add(columns.OpenedAt)
            .Add(columns.UpdatedAt).Add(columns.AcknowledgedAt).Add(columns.AcknowledgedBy).Add(columns.SnoozedUntil)
            .Add(columns.ResolvedAt)
                .Add(columns.ReachesNobody)
                .Add(StateWire.Shape)
                .Add(StateWire.Document(write.State))
                .Run();
    }

    public StoredGrain? Load(GrainId grain) =>
        _load.Add(grain.Key).One(row => new StoredGrain(grain, row.Long(0), row.Int(1), row.Blob(2), default));
}
