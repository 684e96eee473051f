using Npgsql;
using NpgsqlTypes;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// Statements of one batch: one round trip, and, without BEGIN, one transaction. Rows go in as one array per column, so
/// that a statement's text does not depend on how many there are and is prepared once.
/// </summary>
internal static class Batches
{
    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command;
    }

    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    public static NpgsqlBatchCommand Column<TRow, T>(
        this NpgsqlBatchCommand command, IReadOnlyList<TRow> rows, Func<TRow, T> value)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        return command.With(column);
    }

    /// <summary>Words that people read.</summary>
    public static NpgsqlBatchCommand Words<TRow>(
        this NpgsqlBatchCommand command, IReadOnlyList<TRow> rows, Func<TRow, string?> value) =>
        command.Column(rows, row => PostgresText.WordsOrNull(value(row)));

    public static NpgsqlBatchCommand Keys<TRow>(
        this NpgsqlBatchCommand command, IReadOnlyList<TRow> rows, Func<TRow, string> value) =>
        command.Column(rows, row => PostgresText.Key(value(row)));

    public static NpgsqlBatchCommand Bytes(this NpgsqlBatchCommand command, ReadOnlyMemory<byte> value)
    {
        command.Parameters.Add(
            new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea });
        return command;
    }
}
