using Npgsql;

namespace Correlation.Benchmarks.Append;

/// <summary>A log in PostgreSQL: one statement, one implicit transaction and one round trip for each batch.</summary>
internal sealed class PostgresTable : IAppendTable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;

    public PostgresTable(string connection)
    {
        _source = NpgsqlDataSource.Create(connection);
        _connection = _source.OpenConnection();
        using var create = new NpgsqlCommand("CREATE TABLE IF NOT EXISTS log(id bigint GENERATED ALWAYS AS IDENTITY, " +
            "at timestamptz, alias bigint, texts bigint, starts_at bigint)", _connection);
        create.ExecuteNonQuery();
    }

    public void Append(List<AppendRow> rows, DateTimeOffset at)
    {
        using var insert = new NpgsqlCommand("INSERT INTO log(at, alias, texts, starts_at) " +
            "SELECT $1, a, t, s FROM unnest($2, $3, $4) AS rows(a, t, s)", _connection);
        insert.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = at.UtcDateTime });
        insert.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Alias)] });
        insert.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Texts)] });
        insert.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.StartsAt)] });
        try
        {
            insert.Prepare();
            insert.ExecuteNonQuery();
        }
        catch (NpgsqlException error)
        {
            throw new IOException("PostgreSQL did not take the rows", error);
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _source.Dispose();
    }
}
