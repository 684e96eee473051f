using Correlation.Grains.Incidents;
using Correlation.Grains.Wire;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class IncidentRows
{
    private const string Write = """
        INSERT INTO incidents AS stored (id, number, partition, as_of, status, active, priority, team, owner, opened_at,
            updated_at, acknowledged_at, acknowledged_by, snoozed_until, resolved_at, reaches_nobody, shape, doc)
        SELECT * FROM unnest(
            $1::text[], $2::bigint[], $3::int[], $4::bigint[], $5::text[], $6::boolean[], $7::text[], $8::text[],
            $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::bigint[], $15::bigint[],
            $16::boolean[], $17::int[], $18::bytea[])
        ON CONFLICT (id) DO UPDATE SET
            number = excluded.number, as_of = excluded.as_of, status = excluded.status, active = excluded.active,
            priority = excluded.priority, team = excluded.team, owner = excluded.owner, opened_at = excluded.opened_at,
            updated_at = excluded.updated_at, acknowledged_at = excluded.acknowledged_at,
            acknowledged_by = excluded.acknowledged_by, snoozed_until = excluded.snoozed_until,
            resolved_at = excluded.resolved_at, reaches_nobody = excluded.reaches_nobody, shape = excluded.shape, doc = excluded.doc
        WHERE stored.as_of < excluded.as_of
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        var last = new Dictionary<string, (GrainWrite Write, IncidentColumns Columns)>();
        foreach (var grain in write.Grains)
        {
            if (grain.State is IncidentState incident)
            {
                last[incident.Id] = (grain, IncidentColumns.Of(incident));
            }
        }

        if (last.Count == 0)
        {
            return;
        }

        var rows = last.Values.ToList();
        batch.Add(Write)
            .Keys(rows, row => row.Columns.Id).Column(rows, row => row.Columns.Number)
            .Column(rows, row => row.Write.Partition).Column(rows, row => row.Write.AsOf)
            .Column(rows, row => row.Columns.Status).Column(rows, row => row.Columns.Active)
            .Column(rows, row => row.Columns.Priority).Words(rows, row => row.Columns.Team)
            .Words(rows, row => row.Columns.Owner).Column(rows, row => row.Columns.OpenedAt)
            .Column(rows, row => row.Columns.UpdatedAt).Column(rows, row => row.Columns.AcknowledgedAt)
            .Words(rows, row => row.Columns.AcknowledgedBy).Column(rows, row => row.Columns.SnoozedUntil)
            .Column(rows, row => row.Columns.ResolvedAt).Column(rows, row => row.Columns.ReachesNobody)
            .Column(rows, _ => StateWire.Shape).Column(rows, row => StateWire.Document(row.Write.State));
    }
}
