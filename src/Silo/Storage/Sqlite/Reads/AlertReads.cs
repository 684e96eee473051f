using Correlation.Gateway.Seams;
using Microsoft.Data.Sqlite;

namespace Correlation.Silo.Storage.Sqlite.Reads;

/// <summary>
/// Lists in two steps: the keys of the page, then its documents, so that sorting never carries a document. A list that
/// no index answers within one read is walked slice by slice instead.
/// </summary>
internal sealed class AlertReads(ReadPool pool) : IDisposable
{
    private const string View = """
        SELECT alerts.current, alert_docs.doc, alert_tallies.tally, incidents.doc FROM alerts
        JOIN alert_docs ON alert_docs.tiny_id = alerts.tiny_id
        JOIN alert_tallies ON alert_tallies.tiny_id = alerts.tiny_id
        LEFT JOIN incidents ON incidents.id = alerts.incident_id
        WHERE alerts.status <> 'deleted' AND
        """;

    private const int SeenPerRead = 250;

    private readonly AlertWalk _walk = new(pool);

    public async ValueTask<AlertView?> FindAsync(AlertRef reference, CancellationToken cancellationToken)
    {
        var stored = await pool.ReadAsync(connection => Find(connection, reference), cancellationToken);
        return stored?.Read();
    }

    public async ValueTask<IReadOnlyList<AlertView>> ListAsync(AlertList list, CancellationToken cancellationToken)
    {
        var where = AlertListSql.Where(list.Filter, SearchDialect.Sqlite);
        var sort = AlertListSql.SortColumn(list);
        List<StoredView> page;
        try
        {
            page = await pool.ReadAsync(
                connection => Views(connection, Keys(connection, list, where)), cancellationToken);
        }
        catch (SqliteException error) when (ReadConnection.LastedTooLong(error))
        {
            var keys = await _walk.KeysAsync(list, where, sort, cancellationToken);
            page = await pool.ReadAsync(connection => Views(connection, keys), cancellationToken);
        }

        return page.ConvertAll(view => view.Read());
    }

    public async ValueTask<long> CountAsync(AlertFilter filter, CancellationToken cancellationToken)
    {
        var count = AlertListSql.Count(filter, SearchDialect.Sqlite);
        try
        {
            return await pool.ReadAsync(
                connection =>
                {
                    using var statement = connection.Prepare(count.Text);
                    return statement.Bind(count.Parameters).One(row => row.Long(0));
                },
                cancellationToken);
        }
        catch (SqliteException error) when (ReadConnection.LastedTooLong(error))
        {
            return await _walk.CountAsync(AlertListSql.Where(filter, SearchDialect.Sqlite), cancellationToken);
        }
    }

    /// <summary>A hundred incidents of a hundred members are too many for one read.</summary>
    public async ValueTask<IReadOnlyDictionary<Guid, long>> SeenAsync(
        IReadOnlyCollection<Guid> alertIds, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<Guid, long>(alertIds.Count);
        foreach (var ids in alertIds.Chunk(SeenPerRead))
        {
            foreach (var (id, count) in await pool.ReadAsync(connection => Seen(connection, ids), cancellationToken))
            {
                seen[id] = count;
            }
        }

        return seen;
    }

    public void Dispose() => _walk.Dispose();

    private static List<(Guid Id, long Count)> Seen(ReadConnection connection, Guid[] ids)
    {
        var ask = connection.Statement("""
            SELECT alert_tallies.count FROM alerts
            JOIN alert_tallies ON alert_tallies.tiny_id = alerts.tiny_id WHERE alerts.id = ?
            """);
        var seen = new List<(Guid Id, long Count)>(ids.Length);
        foreach (var id in ids)
        {
            if (ask.Add(id.ToString()).One(row => (long?)row.Long(0)) is { } count)
            {
                seen.Add((id, count));
            }
        }

        return seen;
    }

    private static List<long> Keys(ReadConnection connection, AlertList list, SqlFragment where)
    {
        using var keys = connection.Prepare(AlertListSql.Page(list, where.Text, SearchDialect.Sqlite));
        return keys.Bind(where.Parameters).All(row => row.Long(0));
    }

    private static List<StoredView> Views(ReadConnection connection, List<long> keys)
    {
        var view = connection.Statement($"{View} alerts.tiny_id = ?");
        var views = new List<StoredView>(keys.Count);
        foreach (var key in keys)
        {
            // Gone between two slices: then it is on no page.
            if (view.Add(key).One(StoredView.Of) is { } found)
            {
                views.Add(found);
            }
        }

        return views;
    }

    private static StoredView? Find(ReadConnection connection, AlertRef reference) => reference switch
    {
        { Id: { } id } => connection.Statement($"{View} alerts.id = ?").Add(id.ToString()).One(StoredView.Of),
        { Number: { } number } => connection.Statement($"{View} alerts.tiny_id = ?").Add(number).One(StoredView.Of),
        { Alias: { } alias } =>
            connection.Statement($"{View} alerts.alias = ? AND alerts.current = 1").Add(alias).One(StoredView.Of),
        _ => throw new ArgumentException("An alert is found by its id, its number or its alias.", nameof(reference)),
    };
}
