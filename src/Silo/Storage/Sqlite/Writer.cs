using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// The one connection that writes; only the loop's thread touches it. It never checkpoints by itself: that would put
/// the write of many pages, and a second sync, into somebody's request.
/// </summary>
internal sealed class Writer : IDisposable
{
    /// <summary>A database of this connection alone, gone with it.</summary>
    public const string InMemory = ":memory:";

    private readonly SqliteConnection _connection;
    private readonly List<Statement> _statements = [];
    private readonly Statement _begin;
    private readonly Statement _beginRead;
    private readonly Statement _commit;
    private readonly Statement _rollback;

    /// <param name="file">Or <see cref="InMemory"/>, of which durability is not asked.</param>
    public Writer(string file)
    {
        _connection = SqliteFile.Open(file, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Database = _connection.Handle!;
            raw.sqlite3_extended_result_codes(Database, 1);
            Execute("PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;");
            if (file != InMemory)
            {
                Durability.Require(_connection);
            }

            Schema.Apply(_connection);
            _begin = Prepare("BEGIN IMMEDIATE");
            _beginRead = Prepare("BEGIN");
            _commit = Prepare("COMMIT");
            _rollback = Prepare("ROLLBACK");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public sqlite3 Database { get; }

    public bool InTransaction => raw.sqlite3_get_autocommit(Database) == 0;

    /// <summary>Lives as long as the writer.</summary>
    public Statement Prepare(string sql)
    {
        var statement = new Statement(Database, sql);
        _statements.Add(statement);
        return statement;
    }

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    /// <summary>SQLite rolls back by itself after some errors; then there is nothing left to do.</summary>
    public void Rollback()
    {
        if (InTransaction)
        {
            _rollback.Run();
        }
    }

    /// <summary>Several reads under one snapshot, and one lock taken instead of one each.</summary>
    public T Read<T>(Func<T> read)
    {
        _beginRead.Run();
        try
        {
            return read();
        }
        finally
        {
            Rollback();
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Our own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
