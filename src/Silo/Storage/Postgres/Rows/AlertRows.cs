using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

/// <summary>
/// Episodes of alerts. The tally row carries as_of and is the fence: what it does not let through is not written.
/// States that a later write of the same turn replaces go first, then aliases are taken from former episodes, then the
/// rest.
/// </summary>
internal static class AlertRows
{
    private const string Write = """
        WITH given AS (
            SELECT * FROM unnest(
                $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::int[], $7::bytea[], $8::text[],
                $9::text[], $10::int[], $11::boolean[], $12::int[], $13::text[], $14::text[], $15::bigint[],
                $16::bigint[], $17::bigint[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[],
                $23::text[], $24::boolean[], $25::boolean[], $26::text[], $27::text[], $28::text[], $29::text[],
                $30::text[], $31::text[], $32::text[], $33::text[], $34::text[]) AS g (
                tiny_id, as_of, count, last_occurred_at, tally, shape, doc, id,
                alias, episode, current, partition, status, priority, created_at, updated_at,
                closed_at, closed_by, team, kind, entity, source, incident_id, is_seen,
                suppressed, integration_name, integration_type, tags, teams, responders, actions, message,
                details, description)),
        fresh AS (
            INSERT INTO alert_tallies AS stored (tiny_id, as_of, count, last_occurred_at, tally)
            SELECT tiny_id, as_of, count, last_occurred_at, tally FROM given
            ON CONFLICT (tiny_id) DO UPDATE SET
                as_of = excluded.as_of, count = excluded.count, last_occurred_at = excluded.last_occurred_at,
                tally = excluded.tally
            WHERE stored.as_of < excluded.as_of
            RETURNING tiny_id),
        documents AS (
            INSERT INTO alert_docs (tiny_id, shape, doc)
            SELECT tiny_id, shape, doc FROM given JOIN fresh USING (tiny_id)
            ON CONFLICT (tiny_id) DO UPDATE SET shape = excluded.shape, doc = excluded.doc),
        closed AS (
            INSERT INTO closed_tallies AS was (tiny_id, count, last_occurred_at)
            SELECT tiny_id, count, last_occurred_at FROM given JOIN fresh USING (tiny_id) WHERE status = 'closed'
            ON CONFLICT (tiny_id) DO UPDATE SET count = excluded.count, last_occurred_at = excluded.last_occurred_at
            WHERE (was.count, was.last_occurred_at) <> (excluded.count, excluded.last_occurred_at))
        INSERT INTO alerts (tiny_id, id, alias, episode, current, partition, status, priority, created_at, updated_at,
            closed_at, closed_by, team, kind, entity, source, incident_id, is_seen, suppressed, integration_name,
            integration_type, tags, teams, responders, actions, message, details, description)
        SELECT tiny_id, id, alias, episode, current, partition, status, priority, created_at, updated_at,
            closed_at, closed_by, team, kind, entity, source, incident_id, is_seen, suppressed, integration_name,
            integration_type, tags, teams, responders, actions, message, details, description
        FROM given JOIN fresh USING (tiny_id)
        ON CONFLICT (tiny_id) DO UPDATE SET
            status = excluded.status, priority = excluded.priority, updated_at = excluded.updated_at,
            closed_at = excluded.closed_at, closed_by = excluded.closed_by, team = excluded.team, kind = excluded.kind,
            entity = excluded.entity, incident_id = excluded.incident_id, is_seen = excluded.is_seen,
            suppressed = excluded.suppressed, tags = excluded.tags, teams = excluded.teams,
            responders = excluded.responders, actions = excluded.actions, message = excluded.message,
            details = excluded.details, description = excluded.description
        """;

    // A past episode is a grain of its own in another partition, whose positions have nothing to do with those of its
    // alias: its fence begins anew.
    private const string Unfence = """
        UPDATE alert_tallies SET as_of = 0 FROM alerts
        WHERE alerts.tiny_id = alert_tallies.tiny_id AND alerts.alias = ANY ($1) AND alerts.current
            AND alerts.tiny_id <> ALL ($2)
        """;

    private const string Retire = """
        UPDATE alerts SET current = false WHERE alias = ANY ($1) AND current AND tiny_id <> ALL ($2)
        """;

    private const string Tally = """
        UPDATE alert_tallies AS stored SET
            as_of = given.as_of, count = given.count, last_occurred_at = given.last_occurred_at, tally = given.tally
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[])
            AS given (tiny_id, as_of, count, last_occurred_at, tally)
        WHERE stored.tiny_id = given.tiny_id AND stored.as_of < given.as_of
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        var last = new Dictionary<GrainId, Row>();
        var replaced = new Dictionary<long, Row>();
        var began = new HashSet<GrainId>();
        var tallies = new Dictionary<long, GrainWrite>();
        foreach (var given in write.Grains.Where(grain => grain.State is AlertState or ClosedAlertState or RestingAlert))
        {
            if (given.TallyOnly)
            {
                tallies[AlertCounts.Of(given.State).TinyId] = given;
                continue;
            }

            var (row, grain) = (Row.Of(given), given.State.Grain);
            if (last.TryGetValue(grain, out var earlier) && earlier.Columns.TinyId != row.Columns.TinyId)
            {
                replaced[earlier.Columns.TinyId] = earlier;
            }

            last[grain] = row;
            if (row.Write.Replaces)
            {
                began.Add(grain);
            }
        }

        AddWrites(batch, [.. replaced.Values]);
        if (began.Count > 0)
        {
            var rows = began.Select(grain => last[grain]).ToList();
            batch.Add(Unfence).Keys(rows, row => row.Columns.Alias).Column(rows, row => row.Columns.TinyId);
            batch.Add(Retire).Keys(rows, row => row.Columns.Alias).Column(rows, row => row.Columns.TinyId);
        }

        AddWrites(batch, [.. last.Values]);
        if (tallies.Count > 0)
        {
            AddTally(batch.Add(Tally), [.. tallies.Values]);
        }
    }

    private static NpgsqlBatchCommand AddTally(NpgsqlBatchCommand command, List<GrainWrite> rows)
    {
        var counts = rows.ConvertAll(row => AlertCounts.Of(row.State));
        return command
            .Column(counts, row => row.TinyId).Column(rows, row => row.AsOf)
            .Column(counts, row => row.Count)
            .Column(counts, row => row.LastOccurredAt).Column(rows, row => StateWire.Tally(row.State));
    }

    private static void AddWrites(NpgsqlBatch batch, List<Row> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        AddTally(batch.Add(Write), rows.ConvertAll(row => row.Write))
            .Column(rows, _ => StateWire.Shape).Column(rows, row => StateWire.Document(row.Alert))
            .Column(rows, row => row.Columns.Id).Keys(rows, row => row.Columns.Alias)
            .Column(rows, row => row.Columns.Episode)
            .Column(rows, row => row.Write.State is AlertState).Column(rows, row => row.Write.Partition)
            .Column(rows, row => row.Columns.Status).Column(rows, row => row.Columns.Priority)
            .Column(rows, row => row.Columns.CreatedAt).Column(rows, row => row.Columns.UpdatedAt)
            .Column(rows, row => row.Columns.ClosedAt).Words(rows, row => row.Columns.ClosedBy)
            .Words(rows, row => row.Columns.Team).Words(rows, row => row.Columns.Kind)
            .Words(rows, row => row.Columns.Entity)
            .Words(rows, row => row.Columns.Source).Column(rows, row => row.Columns.IncidentId)
            .Column(rows, row => row.Columns.IsSeen).Column(rows, row => row.Columns.Suppressed)
            .Words(rows, row => row.Columns.IntegrationName).Words(rows, row => row.Columns.IntegrationType)
            .Words(rows, row => row.Columns.Tags).Words(rows, row => row.Columns.Teams)
            .Words(rows, row => row.Columns.Responders).Words(rows, row => row.Columns.Actions)
            .Words(rows, row => row.Columns.Message).Words(rows, row => row.Columns.Details)
            .Words(rows, row => row.Columns.Description);
    }

    private sealed record Row(GrainWrite Write, AlertState Alert, AlertColumns Columns)
    {
        public static Row Of(GrainWrite write)
        {
            var alert = write.State as AlertState ?? ((ClosedAlertState)write.State).Alert;
            return new Row(write, alert, AlertColumns.Of(alert));
        }
    }
}
