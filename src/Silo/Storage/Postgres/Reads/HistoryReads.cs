using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

/// <summary>History lines and child rows.</summary>
internal sealed class HistoryReads(NpgsqlDataSource pool)
{
    private const string Line = "SELECT id, kind, key, at, type, text, actor FROM timeline";

    public async ValueTask<IReadOnlyList<TimelineRow>> TimelineAsync(
        GrainId owner, long? after, int limit, bool newestFirst, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(newestFirst
            ? $"{Line} WHERE kind = $1 AND key = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
            : $"{Line} WHERE kind = $1 AND key = $2 AND id > $3 ORDER BY id LIMIT $4");
        var from = after ?? (newestFirst ? long.MaxValue : long.MinValue);
        return await command.With((int)owner.Kind).With(PostgresText.Key(owner.Key)).With(from).With(limit)
            .RowsAsync(ReadLine, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<TimelineRow>> EventsAsync(
        long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand($"{Line} WHERE id > $1 ORDER BY id LIMIT $2");
        return await command.With(after).With(limit).RowsAsync(ReadLine, cancellationToken);
    }

    public async ValueTask<long> LastEventAsync(CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand("SELECT COALESCE(MAX(id), 0) FROM timeline");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async ValueTask<IReadOnlyList<Item>> ItemsAsync(
        GrainId owner, string set, string? after, int limit, bool newestFirst, CancellationToken cancellationToken)
    {
        var order = newestFirst ? "DESC" : "ASC";
        var beyond = newestFirst ? "<" : ">";
        await using var command = pool.CreateCommand($"""
            SELECT item_key, body FROM items
            WHERE kind = $1 AND key = $2 AND item_set = $3 AND ($4::text IS NULL OR item_key {beyond} $4)
            ORDER BY item_key {order} LIMIT $5
            """);
        return await command.With((int)owner.Kind).With(PostgresText.Key(owner.Key)).With(PostgresText.Key(set))
            .With(after is null ? null : PostgresText.Key(after)).With(limit)
            .RowsAsync(row => new Item(row.Key(0), row.GetString(1)), cancellationToken);
    }

    public async ValueTask<IReadOnlyDictionary<string, IReadOnlyList<Item>>> FirstItemsAsync(
        GrainKind kind, IReadOnlyCollection<string> owners, string set, int limit, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand("""
            SELECT owner.key, first.item_key, first.body
            FROM unnest($1::text[]) AS owner (key) CROSS JOIN LATERAL (
                SELECT item_key, body FROM items WHERE kind = $2 AND key = owner.key AND item_set = $3 ORDER BY item_key LIMIT $4) AS first
            ORDER BY owner.key, first.item_key
            """);
        var rows = await command.With(owners.Distinct().Select(PostgresText.Key).ToArray()).With((int)kind).With(PostgresText.Key(set)).With(limit)
            .RowsAsync(row => (Owner: row.Key(0), Item: new Item(row.Key(1), row.GetString(2))), cancellationToken);
        return rows.GroupBy(row => row.Owner)
            .ToDictionary(owner => owner.Key, IReadOnlyList<Item> (owner) => [.. owner.Select(row => row.Item)]);
    }

    private static TimelineRow ReadLine(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.Grain(1, 2), Milliseconds.Time(row.GetInt64(3)), row.GetString(4), row.GetString(5),
        row.GetString(6));
}
