using System.Globalization;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// Partitions of one log table by time. They are made when first written to, and dropped whole, which costs no more for
/// a billion rows than for one.
/// </summary>
internal sealed class Periods(string table, TimeSpan length, string format)
{
    private readonly HashSet<long> _known = [];

    private long Length => (long)length.TotalMilliseconds;

    public void Read(NpgsqlConnection connection)
    {
        _known.Clear();
        using var ask = new NpgsqlCommand(
            $"SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = '{table}'::regclass",
            connection);
        using var rows = ask.ExecuteReader();
        while (rows.Read())
        {
            var began = DateTimeOffset.ParseExact(
                rows.GetString(0)[(table.Length + 1)..], format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            _known.Add(Milliseconds.Of(began));
        }
    }

    /// <summary>Before a turn is written at that time; most often there is nothing to do.</summary>
    public void Provide(NpgsqlConnection connection, DateTimeOffset at)
    {
        var from = Milliseconds.Of(at) / Length * Length;
        if (_known.Contains(from))
        {
            return;
        }

        using var create = new NpgsqlCommand(
            $"CREATE TABLE IF NOT EXISTS {NameOf(from)} PARTITION OF {table} FOR VALUES FROM ({from}) TO ({from + Length})", connection);
        create.ExecuteNonQuery();
        _known.Add(from);
    }

    /// <summary>Drops at most one period that ended before the time, the oldest; with <paramref name="lastTurn"/>, only when it holds no later turn.</summary>
    /// <returns>True when one was dropped.</returns>
    public bool DropOldest(NpgsqlConnection connection, DateTimeOffset before, long? lastTurn)
    {
        var oldest = _known.Order().Cast<long?>().FirstOrDefault();
        if (oldest is not { } from || from + Length > Milliseconds.Of(before) || HoldsLater(connection, from, lastTurn))
        {
            return false;
        }

        using var drop = new NpgsqlCommand($"DROP TABLE {NameOf(from)}", connection);
        drop.ExecuteNonQuery();
        _known.Remove(from);
        return true;
    }

    private bool HoldsLater(NpgsqlConnection connection, long from, long? lastTurn)
    {
        if (lastTurn is not { } last)
        {
            return false;
        }

        using var ask = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM {NameOf(from)} WHERE turn > $1)", connection);
        ask.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        return (bool)ask.ExecuteScalar()!;
    }

    private string NameOf(long from) =>
        table + "_" + Milliseconds.Time(from).ToString(format, CultureInfo.InvariantCulture);
}
