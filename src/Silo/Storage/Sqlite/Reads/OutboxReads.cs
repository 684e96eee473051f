using System.Text.Json;
using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Sqlite.Reads;

internal sealed class OutboxReads(ReadPool pool) : IOutbox
{
    private const string Due = """
        SELECT doc FROM outbox
        WHERE state = 1 AND not_before <= ?1 AND channel NOT IN (SELECT value FROM json_each(?2))
            AND substr(channel, 1, instr(channel || char(9), char(9)) - 1) NOT IN (SELECT value FROM json_each(?2))
            AND id NOT IN (SELECT value FROM json_each(?3))
        ORDER BY priority, not_before, id LIMIT ?4
        """;

    private const string DueIn = """
        SELECT doc FROM outbox
        WHERE state = 1 AND not_before <= ? AND channel IN (SELECT value FROM json_each(?))
        ORDER BY priority, not_before, id LIMIT ?
        """;

    private const string Overdue = """
        SELECT doc FROM outbox WHERE state = 1 AND moves_on_at <= ? ORDER BY moves_on_at LIMIT ?
        """;

    // Two lookups, each at the end of its own index.
    private const string Next = """
        SELECT at FROM (SELECT MIN(not_before) AS at FROM outbox WHERE state = 1 AND not_before > ?1
            UNION ALL SELECT MIN(moves_on_at) FROM outbox WHERE state = 1 AND moves_on_at > ?1)
        WHERE at IS NOT NULL ORDER BY at LIMIT 1
        """;

    public ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullLanes, IReadOnlyCollection<Guid> begun,
        CancellationToken cancellationToken)
    {
        var (full, left) = (JsonSerializer.Serialize(fullLanes), JsonSerializer.Serialize(begun));
        return ListAsync(
            connection => connection.Statement(Due).Add(Milliseconds.Of(now)).Add(full).Add(left).Add(limit),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<Delivery>> DueInAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> lanes, CancellationToken cancellationToken)
    {
        var wanted = JsonSerializer.Serialize(lanes);
        return ListAsync(
            connection => connection.Statement(DueIn).Add(Milliseconds.Of(now)).Add(wanted).Add(limit),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<Delivery>> OverdueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ListAsync(
            connection => connection.Statement(Overdue).Add(Milliseconds.Of(now)).Add(limit), cancellationToken);

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

    private async ValueTask<IReadOnlyList<Delivery>> ListAsync(
        Func<ReadConnection, Statement> ask, CancellationToken cancellationToken)
    {
        var documents = await pool.ReadAsync(connection => ask(connection).All(row => row.Blob(0)), cancellationToken);
        return documents.ConvertAll(document => StoredJson.Read<Delivery>(document));
    }
}
