using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Correlation.Silo.Storage.Sqlite.Reads;

/// <summary>
/// A connection that only reads, for one caller at a time. A read transaction keeps the write-ahead log from being
/// begun anew, so it ends after <see cref="LongestRead"/>, whatever it was asked.
/// </summary>
internal sealed class ReadConnection : IDisposable
{
    public static readonly TimeSpan LongestRead = TimeSpan.FromMilliseconds(200);

    private const int StepsBetweenLooks = 2_000;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly delegate_progress _look;
    private long _began;

    /// <param name="mode">Read-only leaves a file alone that no service has open; the last reader else tidies up after
    /// it.</param>
    /// <param name="maps">For lists: whatever they look at counts as the process's memory from then on.</param>
    public ReadConnection(string file, SqliteOpenMode mode = SqliteOpenMode.ReadWrite, bool maps = true)
    {
        _connection = SqliteFile.Open(file, mode);
        _look = _ => Stopwatch.GetElapsedTime(_began) > LongestRead ? 1 : 0;
        raw.sqlite3_progress_handler(Database, StepsBetweenLooks, _look, null);
        Statement("PRAGMA query_only = ON").Run();
        Statement("PRAGMA temp_store = MEMORY").Run();
        Statement("PRAGMA cache_size = -16384").Run();

        if (maps)
        {
            // Each commit empties a reader's cache, so nearly every page is asked for anew: from memory that the kernel
            // shares, lists over a hundred thousand alerts take half the time or less. All of the file up to SQLite's
            // own bound.
            Statement("PRAGMA mmap_size = 2147418112").One(row => row.Long(0));
        }
    }

    private sqlite3 Database => _connection.Handle!;

    /// <summary>One snapshot for all that <paramref name="read"/> asks.</summary>
    /// <exception cref="SqliteException">Also when it lasted too long: see <see cref="LastedTooLong"/>.</exception>
    public T Read<T>(Func<ReadConnection, T> read)
    {
        _began = Stopwatch.GetTimestamp();
        Statement("BEGIN").Run();
        try
        {
            return read(this);
        }
        finally
        {
            _began = Stopwatch.GetTimestamp();
            Statement("ROLLBACK").Run();
        }
    }

    public static bool LastedTooLong(SqliteException error) => error.SqliteErrorCode == raw.SQLITE_INTERRUPT;

    /// <summary>Prepared at its first use and kept.</summary>
    public Statement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new Statement(Database, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>A statement whose text depends on what was asked: the caller disposes it.</summary>
    public Statement Prepare(string sql) => new(Database, sql);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }
}
