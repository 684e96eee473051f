using System.Globalization;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// Partitions of one log table by time. They are made when first written to, and dropped whole, which costs no more for
/// a billion rows than for one.
/// </summary>
internal sealed class Periods(string table, TimeSpan length, string format)
{
    private readonly SortedSet<long> _known = [];

    private long Length => (long)length.TotalMilliseconds;

    public void Read(NpgsqlConnection connection)
    {
        _known.Clear();
        using var ask = new NpgsqlCommand(
            $"""
            SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
            WHERE inhparent = '{table}'::regclass
            """,
            connection);
        using var rows = ask.ExecuteReader();
        while (rows.Read())
        {
            var began = rows.GetString(0)[(table.Length + 1)..];
            _known.Add(Milliseconds.Of(DateTimeOffset.ParseExact(
                began, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)));
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

        // Attached, not made as a part: that would wait for every reader of the table, such as a backup of some hours.
        using var create = new NpgsqlBatch(connection);
        var name = NameOf(from);
        create.Add($"CREATE TABLE {name} (LIKE {table} INCLUDING ALL)");
        create.Add($"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({from}) TO ({from + Length})");
        create.ExecuteNonQuery();
        _known.Add(from);
    }

    /// <summary>Drops the oldest period when it ended before the time and holds no row that is still needed.</summary>
    /// <param name="needed">A condition on the rows; null when only time counts.</param>
    /// <returns>True when one was dropped.</returns>
    public bool DropOldest(NpgsqlConnection connection, DateTimeOffset before, string? needed = null)
    {
        if (_known.Count == 0 || _known.Min + Length > Milliseconds.Of(before) || Holds(connection, _known.Min, needed))
        {
            return false;
        }

        var oldest = _known.Min;
        using var drop = new NpgsqlBatch(connection);
        drop.Add("SELECT set_config('lock_timeout', '100ms', true)");
        drop.Add($"DROP TABLE IF EXISTS {NameOf(oldest)}");
        try
        {
            drop.ExecuteNonQuery();
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // Somebody reads the table, a backup perhaps: commits must not queue up behind us. It goes another time.
            return false;
        }

        return _known.Remove(oldest);
    }

    private bool Holds(NpgsqlConnection connection, long from, string? needed)
    {
        if (needed is null)
        {
            return false;
        }

        using var ask = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM {NameOf(from)} WHERE {needed})", connection);
        return (bool)ask.ExecuteScalar()!;
    }

    private string NameOf(long from) =>
        table + "_" + Milliseconds.Time(from).ToString(format, CultureInfo.InvariantCulture);
}
