using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

internal sealed class OutboxReads(NpgsqlDataSource pool) : IOutbox
{
    private const string Due = """
        SELECT doc FROM outbox WHERE state = 1 AND not_before <= $1 AND channel <> ALL ($2)
        ORDER BY priority, not_before, id LIMIT $3
        """;

    private const string Next = """
        SELECT not_before FROM outbox WHERE state = 1 AND not_before > $1 ORDER BY not_before LIMIT 1
        """;

    public async ValueTask<IReadOnlyList<Delivery>> DueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<string> fullChannels, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Due);
        return await command.With(Milliseconds.Of(now)).With(fullChannels.Select(PostgresText.Words).ToArray())
            .With(limit)
            .RowsAsync(row => StoredJson.Read<Delivery>(row.Bytes(0)), cancellationToken);
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
}
