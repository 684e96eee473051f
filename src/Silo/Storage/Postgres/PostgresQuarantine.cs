using Correlation.Gateway.Seams;
using Correlation.Silo.Storage.Postgres.Reads;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// A table that only this touches, on a connection of its own: every gateway writes it and sees all of it.
/// </summary>
public sealed class PostgresQuarantine : IQuarantine, IDisposable
{
    private const string DropOfKey = """
        DELETE FROM quarantine WHERE key_name = $1 AND id <= (
            SELECT id FROM quarantine WHERE key_name = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)
        """;

    private const string DropSurplus = """
        DELETE FROM quarantine WHERE id <= (SELECT id FROM quarantine ORDER BY id DESC LIMIT 1 OFFSET $1)
        """;

    private const string DropBytes = """
        DELETE FROM quarantine WHERE id <= (
            SELECT MAX(id) FROM (SELECT id, SUM(length(body)) OVER (ORDER BY id DESC) AS total FROM quarantine) AS kept
            WHERE total > $1)
        """;

    private const string Newest = """
        SELECT id, at, source, key_name, team, reason, size, body FROM quarantine
        WHERE ($1::text IS NULL OR lower(team) = lower($1)) AND at >= $2 AND id < $3 ORDER BY id DESC LIMIT $4
        """;

    private readonly NpgsqlDataSource _pool;

    /// <param name="connectionString">The database that a <see cref="PostgresStore"/> has opened.</param>
    public PostgresQuarantine(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "correlation, quarantine",
            MaxPoolSize = 2,
            Timeout = 5,
            CommandTimeout = 10,
        };
        _pool = NpgsqlDataSource.Create(settings);
    }

    public async ValueTask KeepAsync(QuarantinedBody body, QuarantineBounds bounds, CancellationToken cancellationToken)
    {
        await using var connection = await _pool.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("DELETE FROM quarantine WHERE at < $1").With(Milliseconds.Of(body.At - bounds.Age));
        batch.Add("""
            INSERT INTO quarantine (at, source, key_name, team, reason, size, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
            """)
            .With(Milliseconds.Of(body.At)).With(body.Source).With(PostgresText.Words(body.Key))
            .With(PostgresText.Words(body.Team))
                .With(PostgresText.Words(body.Reason))
                .With(body.Size)
                .Bytes(body.Begin);
        batch.Add(DropOfKey).With(PostgresText.Words(body.Key)).With(bounds.CountPerKey);
        batch.Add(DropSurplus).With(bounds.Count);
        batch.Add(DropBytes).With(bounds.Bytes);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask<IReadOnlyList<QuarantinedBody>> ListAsync(
        string? team, DateTimeOffset since, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = _pool.CreateCommand(Newest);
        return await command.With(team).With(Milliseconds.Of(since)).With(before ?? long.MaxValue).With(limit)
            .RowsAsync(
                row => new QuarantinedBody(
                    row.GetInt64(0),
                    Milliseconds.Time(row.GetInt64(1)),
                    row.GetString(2),
                    row.GetString(3),
                    row.GetString(4),
                    row.GetString(5),
                    row.GetInt64(6),
                    row.Bytes(7)),
                cancellationToken);
    }

    public void Dispose() => _pool.Dispose();
}
