using Correlation.Gateway.Seams;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

/// <summary>
/// Lists in two steps within one statement: the keys of the page, then its documents, so that sorting never carries
/// one.
/// </summary>
internal sealed class AlertReads(NpgsqlDataSource pool)
{
    private const string View = """
        SELECT alerts.current, alert_docs.doc, alert_tallies.tally, incidents.doc FROM alerts
        JOIN alert_docs ON alert_docs.tiny_id = alerts.tiny_id
        JOIN alert_tallies ON alert_tallies.tiny_id = alerts.tiny_id
        LEFT JOIN incidents ON incidents.id = alerts.incident_id
        """;

    public async ValueTask<AlertView?> FindAsync(AlertRef reference, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(View + " WHERE alerts.status <> 'deleted' AND " + reference switch
        {
            { Id: not null } => "alerts.id = $1",
            { Number: not null } => "alerts.tiny_id = $1",
            { Alias: not null } => "alerts.alias = $1 AND alerts.current",
            _ => throw new ArgumentException("An alert is found by id, number or alias.", nameof(reference)),
        });
        _ = reference switch
        {
            { Id: { } id } => command.With(id.ToString()),
            { Number: { } number } => command.With(number),
            _ => command.With(PostgresText.Key(reference.Alias!)),
        };
        return (await command.RowsAsync(Read, cancellationToken)).FirstOrDefault();
    }

    public async ValueTask<IReadOnlyList<AlertView>> ListAsync(AlertList list, CancellationToken cancellationToken)
    {
        var where = AlertListSql.Where(list.Filter, SearchDialect.Postgres);
        var sort = AlertListSql.SortColumn(list);

        // What has no value comes last when descending, as in the embedded store. Not said where there always is one:
        // an index would not be in that order.
        var nulls = sort is not ("acknowledged_at" or "snoozed_until" or "closed_at") ? ""
            : list.Descending ? "NULLS LAST" : "NULLS FIRST";
        await using var command = pool.CreateCommand($"""
            WITH page AS (
                SELECT a.tiny_id, row_number() OVER () AS place
                FROM ({AlertListSql.Page(list, where.Text, SearchDialect.Postgres, nulls)}) a)
            {View} JOIN page ON page.tiny_id = alerts.tiny_id ORDER BY page.place
            """);
        return await command.Bind(where).RowsAsync(Read, cancellationToken);
    }

    public async ValueTask<long> CountAsync(AlertFilter filter, CancellationToken cancellationToken)
    {
        var count = AlertListSql.Count(filter, SearchDialect.Postgres);
        await using var command = pool.CreateCommand($"SELECT ({count.Text})::bigint");
        return (long)(await command.Bind(count).ExecuteScalarAsync(cancellationToken))!;
    }

    public async ValueTask<IReadOnlyDictionary<Guid, long>> SeenAsync(
        IReadOnlyCollection<Guid> alertIds, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(
            "SELECT id, count FROM alerts JOIN alert_tallies USING (tiny_id) WHERE id = ANY ($1)");
        var seen = await command.With(alertIds.Select(id => id.ToString()).ToArray())
            .RowsAsync(row => (Id: Guid.Parse(row.GetString(0)), Count: row.GetInt64(1)), cancellationToken);
        return seen.ToDictionary(row => row.Id, row => row.Count);
    }

    private static AlertView Read(NpgsqlDataReader row) =>
        new StoredView(row.GetBoolean(0), row.Bytes(1), row.Bytes(2), row.IsDBNull(3) ? null : row.Bytes(3)).Read();
}
