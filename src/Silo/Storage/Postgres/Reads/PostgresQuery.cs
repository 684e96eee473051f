using Correlation.Gateway.Seams;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

/// <summary>Commands of the read side, each on a connection from the pool.</summary>
internal static class PostgresQuery
{
    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>The parameters @q0, @q1, ... of a fragment.</summary>
    public static NpgsqlCommand Bind(this NpgsqlCommand command, SqlFragment fragment)
    {
        for (var i = 0; i < fragment.Parameters.Count; i++)
        {
            command.Parameters.Add(new NpgsqlParameter($"q{i}", ValueOf(fragment.Parameters[i])));
        }

        return command;
    }

    private static object ValueOf(object value) => value switch
    {
        string text => PostgresText.Words(text),
        Guid id => id.ToString(),
        DateTimeOffset at => Milliseconds.Of(at),
        _ => value,
    };
}
