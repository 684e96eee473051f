using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

internal sealed class OutboxReads(NpgsqlDataSource pool, Func<SessionMark?> held) : IOutbox
{
    private const string Due = """
        SELECT doc FROM outbox
        WHERE state = 1 AND not_before <= $1 AND channel <> ALL ($2) AND split_part(channel, E'\t', 1) <> ALL ($2)
            AND id NOT IN (SELECT unnest($3))
        ORDER BY priority, not_before, id LIMIT $4
        """;

    private const string DueIn = """
        SELECT doc FROM outbox WHERE state = 1 AND not_before <= $1 AND channel = ANY ($2)
        ORDER BY priority, not_before, id LIMIT $3
        """;

    private const string Overdue = """
        SELECT doc FROM outbox WHERE state = 1 AND moves_on_at <= $1 ORDER BY moves_on_at LIMIT $2
        """;

    private static readonly string Pending =
        $"SELECT EXISTS ({Session.HoldsLock}), (SELECT doc FROM outbox WHERE id = $3 AND state = 1)";

    // Two lookups, each at the end of its own index.
    private const string Next = """
        SELECT at FROM (SELECT MIN(not_before) AS at FROM outbox WHERE state = 1 AND not_before > $1
            UNION ALL SELECT MIN(moves_on_at) FROM outbox WHERE state = 1 AND moves_on_at > $1) AS next
        WHERE at IS NOT NULL ORDER BY at LIMIT 1
        """;

    public async ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullLanes, IReadOnlyCollection<Guid> begun,
        CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Due);
        command.With(Milliseconds.Of(now)).With(Words(fullLanes))
            .With(begun.Select(id => id.ToString()).ToArray()).With(limit);
        return await ListAsync(command, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<Delivery>> DueInAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> lanes, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(DueIn);
        return await ListAsync(
            command.With(Milliseconds.Of(now)).With(Words(lanes)).With(limit), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<Delivery>> OverdueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Overdue);
        return await ListAsync(command.With(Milliseconds.Of(now)).With(limit), cancellationToken);
    }

    public async ValueTask<Delivery?> FindPendingAsync(Guid id, CancellationToken cancellationToken)
    {
        var session = held() ?? throw NotHeld();
        await using var command = pool.CreateCommand(Pending);
        var (isHeld, document) = (await command.With(session.ProcessId).With(session.Start).With(id.ToString())
            .RowsAsync(row => (row.GetBoolean(0), row.IsDBNull(1) ? null : row.Bytes(1)), cancellationToken))[0];
        return !isHeld ? throw NotHeld() : document is null ? null : StoredJson.Read<Delivery>(document);
    }

    public async ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Next);
        return (await command.With(Milliseconds.Of(now)).RowsAsync(row => row.Time(0), cancellationToken))
            .FirstOrDefault();
    }

    private static StoreNotHeldException NotHeld() => new(
        "The connection to PostgreSQL that holds the database for this process was lost: nothing is sent until it is made anew");

    private static string[] Words(IReadOnlyCollection<string> lanes) => [.. lanes.Select(PostgresText.Words)];

    private static async ValueTask<IReadOnlyList<Delivery>> ListAsync(
        NpgsqlCommand command, CancellationToken cancellationToken) =>
        await command.RowsAsync(row => StoredJson.Read<Delivery>(row.Bytes(0)), cancellationToken);
}
