using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage.Sqlite.Rows;

/// <summary>
/// Episodes of alerts. The tally row carries as_of and is the fence: when it is as new or newer, nothing of the state
/// is written. A column under an index is updated only when it differs, since SQLite rewrites the index entry either
/// way.
/// </summary>
internal sealed class AlertRows
{
    private const string Unindexed = """
        updated_at = ?, priority = ?, kind = ?, entity = ?, incident_id = ?, is_seen = ?, suppressed = ?, tags = ?,
        teams = ?, responders = ?, actions = ?, details = ?, description = ?
        """;

    private readonly Statement _fence;
    private readonly Statement _tally;
    private readonly Statement _insert;
    private readonly Statement _update;
    private readonly Statement _move;
    private readonly Statement _document;
    private readonly Statement _closed;
    private readonly Statement _retire;
    private readonly Statement _unfence;
    private readonly Statement _load;
    private readonly Statement _loadPast;
    private readonly Statement _open;

    public AlertRows(Writer writer)
    {
        _fence = writer.Prepare("""
            INSERT INTO alert_tallies (as_of, count, last_occurred_at, tally, tiny_id) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (tiny_id) DO UPDATE SET
                as_of = excluded.as_of, count = excluded.count, last_occurred_at = excluded.last_occurred_at,
                tally = excluded.tally
            WHERE as_of < excluded.as_of
            """);
        _tally = writer.Prepare("""
            UPDATE alert_tallies SET as_of = ?1, count = ?2, last_occurred_at = ?3, tally = ?4
            WHERE tiny_id = ?5 AND as_of < ?1
            """);
        _insert = writer.Prepare("""
            INSERT INTO alerts (updated_at, priority, kind, entity, incident_id, is_seen, suppressed, tags, teams,
                responders, actions, details, description, tiny_id, status, team, message, closed_at, closed_by, id,
                alias, episode, current, partition, created_at, source, integration_name, integration_type)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        _update = writer.Prepare($"UPDATE alerts SET {Unindexed} WHERE tiny_id = ?");
        _move = writer.Prepare("""
            UPDATE alerts SET status = ?2, team = ?3, message = ?4, closed_at = ?5, closed_by = ?6
            WHERE tiny_id = ?1 AND (status, team, message, closed_at, closed_by) IS NOT (?2, ?3, ?4, ?5, ?6)
            """);
        _document = writer.Prepare("INSERT OR REPLACE INTO alert_docs (tiny_id, shape, doc) VALUES (?, ?, ?)");
        _closed = writer.Prepare("""
            INSERT INTO closed_tallies (tiny_id, count, last_occurred_at) VALUES (?, ?, ?)
            ON CONFLICT (tiny_id) DO UPDATE SET count = excluded.count, last_occurred_at = excluded.last_occurred_at
            WHERE (count, last_occurred_at) <> (excluded.count, excluded.last_occurred_at)
            """);
        _unfence = writer.Prepare("""
            UPDATE alert_tallies SET as_of = 0
            WHERE tiny_id IN (SELECT tiny_id FROM alerts WHERE alias = ? AND current = 1 AND tiny_id <> ?)
            """);
        _retire = writer.Prepare("UPDATE alerts SET current = 0 WHERE alias = ? AND current = 1 AND tiny_id <> ?");
        _load = writer.Prepare($"SELECT {Stored} WHERE alerts.alias = ? AND alerts.current = 1");
        _loadPast = writer.Prepare($"SELECT {Stored} WHERE alerts.id = ? AND alerts.current = 0");
        _open = writer.Prepare($"""
            SELECT {Stored} WHERE alerts.alias > ? AND alerts.current = 1 AND alerts.status = 'open'
            ORDER BY alerts.alias LIMIT ?
            """);
    }

    private const string Stored = """
        as_of, shape, doc, tally, alias FROM alerts
        LEFT JOIN alert_tallies ON alert_tallies.tiny_id = alerts.tiny_id
        LEFT JOIN alert_docs ON alert_docs.tiny_id = alerts.tiny_id
        """;

    public void Write(GrainWrite write)
    {
        if (write.TallyOnly)
        {
            BindTally(_tally, write).Run();
            return;
        }

        var alert = write.State as AlertState ?? ((ClosedAlertState)write.State).Alert;
        var columns = AlertColumns.Of(alert);
        if (write.Replaces)
        {
            Retire(alert);
        }

        BindTally(_fence, write).Run();
        if (_fence.Changes == 0)
        {
            return;
        }

        BindUnindexed(_update, columns).Add(columns.TinyId).Run();
        if (_update.Changes > 0)
        {
            BindIndexed(_move.Add(columns.TinyId), columns).Run();
        }
        else
        {
            BindIndexed(BindUnindexed(_insert, columns).Add(columns.TinyId), columns).Add(columns.Id).Add(columns.Alias)
                .Add(columns.Episode).Add(write.State is AlertState).Add(write.Partition)
                .Add(columns.CreatedAt).Add(columns.Source).Add(columns.IntegrationName).Add(columns.IntegrationType)
                .Run();
        }

        _document.Add(columns.TinyId).Add(StateWire.Shape).Add(StateWire.Document(alert)).Run();
        if (alert.Status == AlertStatus.Closed)
        {
            var counts = AlertCounts.Of(alert);
            _closed.Add(counts.TinyId).Add(counts.Count).Add(counts.LastOccurredAt).Run();
        }
    }

    public StoredGrain? Load(GrainId grain) =>
        (grain.Kind == GrainKind.Alert ? _load : _loadPast).Add(grain.Key).One(row => Read(row, grain));

    public List<StoredGrain> Open(string afterAlias, int limit) =>
        _open.Add(afterAlias).Add(limit).All(row => Read(row, new GrainId(GrainKind.Alert, row.Text(4))));

    private static StoredGrain Read(Statement row, GrainId grain) =>
        new(grain, row.Long(0), row.Int(1), row.Blob(2), row.Blob(3));

    private static Statement BindTally(Statement statement, GrainWrite write)
    {
        var counts = AlertCounts.Of(write.State);
        return statement.Add(write.AsOf).Add(counts.Count).Add(counts.LastOccurredAt).Add(StateWire.Tally(write.State))
            .Add(counts.TinyId);
    }

    private static Statement BindUnindexed(Statement statement, AlertColumns columns) =>
        statement.Add(columns.UpdatedAt).Add(columns.Priority).Add(columns.Kind).Add(columns.Entity)
            .Add(columns.IncidentId).Add(columns.IsSeen).Add(columns.Suppressed).Add(columns.Tags).Add(columns.Teams)
            .Add(columns.Responders).Add(columns.Actions).Add(columns.Details).Add(columns.Description);

    private static Statement BindIndexed(Statement statement, AlertColumns columns) =>
        statement.Add(columns.Status)
            .Add(columns.Team)
            .Add(columns.Message)
            .Add(columns.ClosedAt)
            .Add(columns.ClosedBy);

    // A past episode is a grain of its own in another partition, whose positions have nothing to do with those of its
    // alias: its fence begins anew.
    private void Retire(AlertState newer)
    {
        _unfence.Add(newer.Alias).Add(newer.Number).Run();
        _retire.Add(newer.Alias).Add(newer.Number).Run();
    }
}
