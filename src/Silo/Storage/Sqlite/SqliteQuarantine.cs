using Correlation.Gateway.Seams;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// A file of its own beside the store's: SQLite has one writer, and that is the loop's. Opened when first needed; one
/// call at a time.
/// </summary>
public sealed class SqliteQuarantine(string folder) : IQuarantine, IDisposable
{
    public const string Name = "quarantine.db";

    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS quarantine (
            id       INTEGER PRIMARY KEY AUTOINCREMENT,
            at       INTEGER NOT NULL,
            source   TEXT NOT NULL,
            key_name TEXT NOT NULL,
            team     TEXT NOT NULL,
            reason   TEXT NOT NULL,
            size     INTEGER NOT NULL,
            body     BLOB NOT NULL
        );
        """;

    private const string DropOfKey = """
        DELETE FROM quarantine WHERE key_name = ?1 AND id <= (
            SELECT id FROM quarantine WHERE key_name = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
        """;

    private const string DropSurplus = """
        DELETE FROM quarantine WHERE id <= (SELECT id FROM quarantine ORDER BY id DESC LIMIT 1 OFFSET ?)
        """;

    private const string DropBytes = """
        DELETE FROM quarantine WHERE id <= (
            SELECT MAX(id) FROM (SELECT id, SUM(LENGTH(body)) OVER (ORDER BY id DESC) AS total FROM quarantine)
            WHERE total > ?)
        """;

    private const string Newest = """
        SELECT id, at, source, key_name, team, reason, size, body FROM quarantine
        WHERE (?1 IS NULL OR team = ?1 COLLATE NOCASE) AND at >= ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4
        """;

    private readonly Lock _one = new();
    private SqliteConnection? _connection;

    public ValueTask KeepAsync(QuarantinedBody body, QuarantineBounds bounds, CancellationToken cancellationToken)
    {
        lock (_one)
        {
            var connection = Opened();
            using var transaction = connection.BeginTransaction();
            Run(connection, "DELETE FROM quarantine WHERE at < ?", s => s.Add(Milliseconds.Of(body.At - bounds.Age)));
            Run(
                connection,
                "INSERT INTO quarantine (at, source, key_name, team, reason, size, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
                s => s.Add(Milliseconds.Of(body.At)).Add(body.Source).Add(body.Key).Add(body.Team).Add(body.Reason)
                    .Add(body.Size).Add(body.Begin.Span));
            Run(connection, DropOfKey, s => s.Add(body.Key).Add(bounds.CountPerKey));
            Run(connection, DropSurplus, s => s.Add(bounds.Count));
            Run(connection, DropBytes, s => s.Add(bounds.Bytes));
            transaction.Commit();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<QuarantinedBody>> ListAsync(
        string? team, DateTimeOffset since, long? before, int limit, CancellationToken cancellationToken)
    {
        lock (_one)
        {
            using var ask = new Statement(Opened().Handle!, Newest);
            return new(ask.Add(team).Add(Milliseconds.Of(since)).Add(before ?? long.MaxValue).Add(limit)
                .All(row => new QuarantinedBody(
                    row.Long(0),
                    Milliseconds.Time(row.Long(1)),
                    row.Text(2),
                    row.Text(3),
                    row.Text(4),
                    row.Text(5),
                    row.Long(6),
                    row.Blob(7))));
        }
    }

    public void Dispose() => _connection?.Dispose();

    private SqliteConnection Opened()
    {
        if (_connection is { } open)
        {
            return open;
        }

        PrivateFile.Create(Path.Combine(folder, Name));
        var connection = SqliteFile.Open(Path.Combine(folder, Name), SqliteOpenMode.ReadWriteCreate);
        try
        {
            raw.sqlite3_extended_result_codes(connection.Handle!, 1);
            using var schema = connection.CreateCommand();
            schema.CommandText = Schema;
            schema.ExecuteNonQuery();
            return _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Run(SqliteConnection connection, string sql, Func<Statement, Statement> bind)
    {
        using var statement = new Statement(connection.Handle!, sql);
        bind(statement).Run();
    }
}
