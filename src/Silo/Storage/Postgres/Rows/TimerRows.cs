using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class TimerRows
{
    private const string Set = """
        INSERT INTO timers (kind, key, name, partition, due, quiet, read_set, read_after, read_limit)
        SELECT * FROM unnest(
            $1::int[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::int[])
        ON CONFLICT (kind, key, name) DO UPDATE SET
            due = excluded.due, quiet = excluded.quiet, read_set = excluded.read_set, read_after = excluded.read_after,
            read_limit = excluded.read_limit
        """;

    private const string Remove = """
        DELETE FROM timers USING unnest($1::int[], $2::text[], $3::text[]) AS gone (kind, key, name)
        WHERE timers.kind = gone.kind AND timers.key = gone.key AND timers.name = gone.name
        """;

    private const string Due = """
        SELECT kind, key, name, due, quiet, read_set, read_after, read_limit FROM (
            (SELECT * FROM timers WHERE quiet = 0 AND due <= $1 AND ($4 < 0 OR ($4 = 1) = (read_set IS NOT NULL)) ORDER BY due LIMIT $3)
            UNION ALL
            (SELECT * FROM timers WHERE quiet > 0 AND due <= $1 AND quiet <= $2 AND ($4 < 0 OR ($4 = 1) = (read_set IS NOT NULL)) ORDER BY due LIMIT $3)) AS timer
        ORDER BY quiet > 0, due LIMIT $3
        """;

    private const string Next = """
        SELECT (SELECT MIN(due) FROM timers WHERE quiet = 0), (SELECT MIN(due) FROM timers WHERE quiet > 0)
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        if (write.Timers.Count == 0)
        {
            return;
        }

        var last = new Dictionary<(GrainId, string), TimerWrite>();
        foreach (var timer in write.Timers)
        {
            last[(timer.Grain, timer.Name)] = timer;
        }

        var gone = last.Values.Where(timer => timer.Timer is null).ToList();
        if (gone.Count > 0)
        {
            batch.Add(Remove).Column(gone, row => (int)row.Grain.Kind).Keys(gone, row => row.Grain.Key)
                .Keys(gone, row => row.Name);
        }

        var set = last.Values.Where(timer => timer.Timer is not null).ToList();
        if (set.Count > 0)
        {
            batch.Add(Set)
                .Column(set, row => (int)row.Grain.Kind).Keys(set, row => row.Grain.Key).Keys(set, row => row.Name)
                .Column(set, row => row.Partition).Column(set, row => Milliseconds.RoundedUp(row.Timer!.Due))
                .Column(set, row => Milliseconds.RoundedUp(row.Timer!.Quiet)).Words(set, row => row.Timer!.Read?.Set)
                .Column(set, row => row.Timer!.Read is { } read ? PostgresText.Key(read.After) : null)
                .Column(set, row => row.Timer!.Read?.Limit);
        }
    }

    public static List<StoredTimer> ReadDue(
        Session session, DateTimeOffset now, TimeSpan listened, int limit, bool? walks)
    {
        using var batch = session.Batch();
        batch.Add(Due)
            .With(Milliseconds.Of(now))
            .With((long)listened.TotalMilliseconds)
            .With(limit)
            .With(walks is null ? -1 : walks.Value ? 1 : 0);
        return batch.Rows(row => new StoredTimer(
            row.Grain(0, 1),
            new GrainTimer(
                row.Key(2), Milliseconds.Time(row.GetInt64(3)), TimeSpan.FromMilliseconds(row.GetInt64(4)),
                row.IsDBNull(5) ? null : new ItemRange(row.GetString(5), row.Key(6), row.GetInt32(7)))));
    }

    public static (DateTimeOffset? Duty, DateTimeOffset? Absence) ReadNext(Session session)
    {
        using var batch = session.Batch();
        batch.Add(Next);
        return batch.Rows(row => (row.Time(0), row.Time(1)))[0];
    }
}
