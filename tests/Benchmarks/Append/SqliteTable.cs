using System.Globalization;
using SQLitePCL;

namespace Correlation.Benchmarks.Append;

/// <summary>
/// A log in SQLite through the bare library, synced at each commit: nothing durable on SQLite costs less.
/// A thread of its own checkpoints; only the little that is left after it is copied by the writer, so that the
/// write-ahead log starts again from its beginning instead of growing.
/// </summary>
internal sealed class SqliteTable : IAppendTable
{
    private static readonly TimeSpan CheckpointPace = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _checkpointer;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _commit;
    private volatile bool _onlyRestIsLeft;

    public SqliteTable(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        _database = Open(path);
        Execute(_database, "PRAGMA journal_mode=WAL");
        Execute(_database, "PRAGMA synchronous=FULL");
        Execute(_database, "PRAGMA wal_autocheckpoint=0");
        Execute(_database, "CREATE TABLE IF NOT EXISTS log(" +
            "id INTEGER PRIMARY KEY, at INTEGER, alias INTEGER, texts INTEGER, startsAt INTEGER) STRICT");
        _begin = Prepare("BEGIN IMMEDIATE");
        _insert = Prepare("INSERT INTO log(at, alias, texts, startsAt) VALUES (?, ?, ?, ?)");
        _commit = Prepare("COMMIT");
        _checkpointer = new Thread(() => CheckpointRegularly(path)) { Name = "checkpoint", IsBackground = true };
        _checkpointer.Start();
    }

    public void Append(List<AppendRow> rows, DateTimeOffset at)
    {
        Step(_begin);
        try
        {
            foreach (var row in rows)
            {
                raw.sqlite3_bind_int64(_insert, 1, at.UtcTicks);
                raw.sqlite3_bind_int64(_insert, 2, row.Alias);
                raw.sqlite3_bind_int64(_insert, 3, row.Texts);
                raw.sqlite3_bind_int64(_insert, 4, row.StartsAt);
                Step(_insert);
            }

            Step(_commit);
        }
        catch (IOException)
        {
            Execute(_database, "ROLLBACK");
            throw;
        }

        if (_onlyRestIsLeft)
        {
            _onlyRestIsLeft = false;
            Checkpoint(_database);
        }
    }

    public void Dispose()
    {
        _stopping.Set();
        _checkpointer.Join();
        _stopping.Dispose();
        _begin.Dispose();
        _insert.Dispose();
        _commit.Dispose();
        _database.Dispose();
    }

    private static sqlite3 Open(string path)
    {
        var result = raw.sqlite3_open_v2(
            path, out var database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, null);
        Check(database, result);
        raw.sqlite3_busy_timeout(database, 5_000);
        return database;
    }

    private void CheckpointRegularly(string path)
    {
        using var database = Open(path);
        while (!_stopping.Wait(CheckpointPace))
        {
            Checkpoint(database);
            _onlyRestIsLeft = true;
        }
    }

    // Without waiting for the writer: what it adds meanwhile stays in the write-ahead log.
    private static void Checkpoint(sqlite3 database)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(database, null, raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        if (result != raw.SQLITE_BUSY)
        {
            Check(database, result);
        }
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(_database, raw.sqlite3_prepare_v2(_database, sql, out var statement));
        return statement;
    }

    private void Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (result is not raw.SQLITE_DONE and not raw.SQLITE_ROW)
        {
            Check(_database, result);
        }
    }

    private static void Execute(sqlite3 database, string sql) => Check(database, raw.sqlite3_exec(database, sql));

    private static void Check(sqlite3 database, int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture,
                $"SQLite answered {result}: {raw.sqlite3_errmsg(database).utf8_to_string()}"));
        }
    }
}
