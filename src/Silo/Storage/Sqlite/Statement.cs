using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// A statement prepared once and run many times. The writer's commit is the hot path: parameters by position and no
/// objects per run, where an ADO.NET command would look up each name and box each value.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Rows that the last statement of the connection changed.</summary>
    public int Changes => raw.sqlite3_changes(_database);

    public Statement Add(long value) => Bound(raw.sqlite3_bind_int64(_statement, ++_bound, value));

    public Statement Add(bool value) => Add(value ? 1L : 0L);

    public Statement Add(long? value) =>
        value is { } given ? Add(given) : Bound(raw.sqlite3_bind_null(_statement, ++_bound));

    public Statement Add(string? value) => Bound(value is null
        ? raw.sqlite3_bind_null(_statement, ++_bound)
        : raw.sqlite3_bind_text(_statement, ++_bound, value));

    public Statement Add(ReadOnlySpan<byte> value) => Bound(value.IsEmpty
        ? raw.sqlite3_bind_zeroblob(_statement, ++_bound, 0)
        : raw.sqlite3_bind_blob(_statement, ++_bound, value));

    /// <summary>The parameters @q0, @q1, ... of a fragment; one that its text does not name is left out.</summary>
    public Statement Bind(IReadOnlyList<object> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            Bind($"@q{i}", values[i]);
        }

        return this;
    }

    public Statement Bind(string name, object value)
    {
        var index = raw.sqlite3_bind_parameter_index(_statement, name);
        return index == 0 ? this : Bound(value switch
        {
            string text => raw.sqlite3_bind_text(_statement, index, text),
            bool yes => raw.sqlite3_bind_int(_statement, index, yes ? 1 : 0),
            double number => raw.sqlite3_bind_double(_statement, index, number),
            IConvertible number =>
                raw.sqlite3_bind_int64(_statement, index, number.ToInt64(CultureInfo.InvariantCulture)),
            Guid id => raw.sqlite3_bind_text(_statement, index, id.ToString()),
            DateTimeOffset at => raw.sqlite3_bind_int64(_statement, index, Milliseconds.Of(at)),
            _ => throw new ArgumentException($"A query parameter cannot be a {value.GetType().Name}.", nameof(value)),
        });
    }

    /// <summary>Runs it to its end.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
                // A statement that changes rows returns none.
            }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs a statement that returns at most one row.</summary>
    public T? One<T>(Func<Statement, T> read)
    {
        try
        {
            return Step() ? read(this) : default;
        }
        finally
        {
            Reset();
        }
    }

    public List<T> All<T>(Func<Statement, T> read)
    {
        var rows = new List<T>();
        try
        {
            while (Step())
            {
                rows.Add(read(this));
            }
        }
        finally
        {
            Reset();
        }

        return rows;
    }

    public bool IsText(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_TEXT;

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(_statement, column);

    public int Int(int column) => raw.sqlite3_column_int(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        switch (code)
        {
            case raw.SQLITE_ROW:
                return true;
            case raw.SQLITE_DONE:
                return false;
            default:
                SqliteException.ThrowExceptionForRC(code, _database);
                return false;
        }
    }

    // The code that reset returns is the last step's, thrown already.
    private void Reset()
    {
        _bound = 0;
        _ = raw.sqlite3_reset(_statement);
    }

    private Statement Bound(int code)
    {
        Check(code);
        return this;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, _database);
        }
    }
}
