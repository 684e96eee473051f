using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>What several tables read alike.</summary>
internal static class RowReading
{
    public static List<T> Rows<T>(this NpgsqlBatch batch, Func<NpgsqlDataReader, T> read)
    {
        using var rows = batch.ExecuteReader();
        var all = new List<T>();
        do
        {
            while (rows.Read())
            {
                all.Add(read(rows));
            }
        }
        while (rows.NextResult());

        return all;
    }

    public static async ValueTask<List<T>> RowsAsync<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var all = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
        {
            all.Add(read(rows));
        }

        return all;
    }

    public static string Key(this NpgsqlDataReader row, int column) => PostgresText.KeyFrom(row.GetString(column));

    public static GrainId Grain(this NpgsqlDataReader row, int kind, int key) =>
        new((GrainKind)row.GetInt32(kind), row.Key(key));

    public static byte[] Bytes(this NpgsqlDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static DateTimeOffset? Time(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : Milliseconds.Time(row.GetInt64(column));
}
