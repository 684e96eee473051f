using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

internal sealed class OutboxReads(NpgsqlDataSource pool) : IOutbox
{
    private const string Due = """
        SELECT doc FROM outbox WHERE state = 1 AND not_before <= $1 AND channel <> ALL ($2)
        ORDER BY priority, not_before, id LIMIT $3
        """;

    private const string Overdue = """
        SELECT doc FROM outbox WHERE state = 1 AND moves_on_at <= $1 ORDER BY moves_on_at LIMIT $2
        """;

    // Two lookups, each at the end of its own index.
    private const string Next = """
        SELECT at FROM (SELECT MIN(not_before) AS at FROM outbox WHERE state = 1 AND not_before > $1
            UNION ALL SELECT MIN(moves_on_at) FROM outbox WHERE state = 1 AND moves_on_at > $1) AS next
        WHERE at IS NOT NULL ORDER BY at LIMIT 1
        """;

    public async ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullChannels, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Due);
        command.With(Milliseconds.Of(now)).With(fullChannels.Select(PostgresText.Words).ToArray()).With(limit);
        return await ListAsync(command, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<Delivery>> OverdueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Overdue);
        return await ListAsync(command.With(Milliseconds.Of(now)).With(limit), cancellationToken);
    }

    public async ValueTask<Delivery?> FindPendingAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand("SELECT doc FROM outbox WHERE id = $1 AND state = 1");
        return (await command.With(id.ToString())
            .RowsAsync(row => StoredJson.Read<Delivery>(row.Bytes(0)), cancellationToken))
            .FirstOrDefault();
    }

    public async ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Next);
        return (await command.With(Milliseconds.Of(now)).RowsAsync(row => row.Time(0), cancellationToken))
            .FirstOrDefault();
    }

    private static async ValueTask<IReadOnlyList<Delivery>> ListAsync(
        NpgsqlCommand command, CancellationToken cancellationToken) =>
        await command.RowsAsync(row => StoredJson.Read<Delivery>(row.Bytes(0)), cancellationToken);
}
