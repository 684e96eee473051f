using System.Text.Json;
using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Sqlite.Reads;

internal sealed class OutboxReads(ReadPool pool) : IOutbox
{
    private const string Due = """
        SELECT doc FROM outbox
        WHERE state = 1 AND not_before <= ? AND channel NOT IN (SELECT value FROM json_each(?))
        ORDER BY priority, not_before, id LIMIT ?
        """;

    private const string Next = """
        SELECT not_before FROM outbox WHERE state = 1 AND not_before > ? ORDER BY not_before LIMIT 1
        """;

    public async ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullChannels, CancellationToken cancellationToken)
    {
        var full = JsonSerializer.Serialize(fullChannels);
        var due = await pool.ReadAsync(
            connection => connection.Statement(Due).Add(Milliseconds.Of(now)).Add(full).Add(limit)
                .All(row => row.Blob(0)),
            cancellationToken);
        return due.ConvertAll(document => StoredJson.Read<Delivery>(document));
    }

    public async ValueTask<Delivery?> FindPendingAsync(Guid id, CancellationToken cancellationToken)
    {
        var document = await pool.ReadAsync(
            connection => connection.Statement("SELECT doc FROM outbox WHERE id = ? AND state = 1").Add(id.ToString())
                .One(row => row.Blob(0)),
            cancellationToken);
        return document is null ? null : StoredJson.Read<Delivery>(document);
    }

    public ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        pool.ReadAsync(
            connection => connection.Statement(Next).Add(Milliseconds.Of(now))
                .One(row => (DateTimeOffset?)Milliseconds.Time(row.Long(0))),
            cancellationToken);
}
