using Correlation.Gateway.Seams;
using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Sqlite.Reads;

/// <summary>History lines and child rows.</summary>
internal sealed class HistoryReads(ReadPool pool)
{
    private const string Line = "SELECT id, kind, key, at, type, text, actor FROM timeline";

    public async ValueTask<IReadOnlyList<TimelineRow>> TimelineAsync(
        GrainId owner, long? after, int limit, bool newestFirst, CancellationToken cancellationToken)
    {
        var sql = newestFirst
            ? $"{Line} WHERE kind = ? AND key = ? AND id < ? ORDER BY id DESC LIMIT ?"
            : $"{Line} WHERE kind = ? AND key = ? AND id > ? ORDER BY id LIMIT ?";
        var from = after ?? (newestFirst ? long.MaxValue : long.MinValue);
        return await pool.ReadAsync(
            connection => connection.Statement(sql).Add((long)owner.Kind).Add(owner.Key).Add(from).Add(limit)
                .All(ReadLine),
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<TimelineRow>> EventsAsync(
        long after, int limit, CancellationToken cancellationToken) =>
        await pool.ReadAsync(
            connection => connection.Statement($"{Line} WHERE id > ? ORDER BY id LIMIT ?").Add(after).Add(limit)
                .All(ReadLine),
            cancellationToken);

    public ValueTask<long> LastEventAsync(CancellationToken cancellationToken) => pool.ReadAsync(
        connection => connection.Statement("SELECT COALESCE(MAX(id), 0) FROM timeline").One(row => row.Long(0)),
        cancellationToken);

    public async ValueTask<IReadOnlyList<Item>> ItemsAsync(
        GrainId owner, string set, string? after, int limit, bool newestFirst, CancellationToken cancellationToken)
    {
        var order = newestFirst ? "DESC" : "ASC";
        var beyond = newestFirst ? "<" : ">";
        var sql = $"""
            SELECT item_key, body FROM items
            WHERE kind = ?1 AND key = ?2 AND item_set = ?3 AND (?4 IS NULL OR item_key {beyond} ?4)
            ORDER BY item_key {order} LIMIT ?5
            """;
        return await pool.ReadAsync(
            connection => connection.Statement(sql).Add((long)owner.Kind).Add(owner.Key).Add(set).Add(after).Add(limit)
                .All(row => new Item(row.Text(0), row.Text(1))),
            cancellationToken);
    }

    public async ValueTask<IReadOnlyDictionary<string, IReadOnlyList<Item>>> FirstItemsAsync(
        GrainKind kind, IReadOnlyCollection<string> owners, string set, int limit,
        CancellationToken cancellationToken) =>
        await pool.ReadAsync(
            connection => owners.Distinct()
                .Select(owner => (Owner: owner, Items: connection
                    .Statement("SELECT item_key, body FROM items WHERE kind = ? AND key = ? AND item_set = ? ORDER BY item_key LIMIT ?")
                    .Add((long)kind).Add(owner).Add(set).Add(limit).All(row => new Item(row.Text(0), row.Text(1)))))
                .Where(found => found.Items.Count > 0)
                .ToDictionary(found => found.Owner, IReadOnlyList<Item> (found) => found.Items),
            cancellationToken);

    private static TimelineRow ReadLine(Statement row) => new(
        row.Long(0),
        new GrainId((GrainKind)row.Int(1), row.Text(2)),
        Milliseconds.Time(row.Long(3)),
        row.Text(4),
        row.Text(5),
        row.Text(6));
}
