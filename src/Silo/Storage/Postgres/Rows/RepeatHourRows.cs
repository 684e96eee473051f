namespace Correlation.Silo.Storage.Postgres.Rows;

/// <param name="live">The session that writes now.</param>
/// <param name="periods">The days of the table.</param>
internal sealed class RepeatHourRows(Func<Session> live, Periods periods) : IRepeatHours
{
    private const string Upsert = """
        INSERT INTO repeat_hours AS stored (alias, hour, count, first_at, last_at, longest_gap, through_turn)
        SELECT alias, hour, count, first_at, last_at, longest_gap, $7
        FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
            AS given (alias, hour, count, first_at, last_at, longest_gap)
        ON CONFLICT (alias, hour) DO UPDATE SET
            count = stored.count + excluded.count, last_at = excluded.last_at,
            longest_gap = GREATEST(stored.longest_gap, excluded.longest_gap, excluded.first_at - stored.last_at),
            through_turn = excluded.through_turn
        WHERE stored.through_turn < excluded.through_turn
        """;

    public long ReadThrough()
    {
        using var batch = live().Batch();
        batch.Add("SELECT summarised_turn FROM base");
        return batch.Rows(row => row.GetInt64(0)).Single();
    }

    public IReadOnlyList<(long Turn, long At, long Size)> Turns(long after, int limit)
    {
        using var batch = live().Batch();
        batch.Add("SELECT turn, at, length(repeats) FROM turns WHERE turn > $1 ORDER BY turn LIMIT $2")
            .With(after).With(limit);
        return batch.Rows(row => (row.GetInt64(0), row.GetInt64(1), (long)row.GetInt32(2)));
    }

    public IReadOnlyList<RepeatBatch> Repeats(long after, long last)
    {
        using var batch = live().Batch();
        batch.Add("""
            SELECT turn, at, repeats FROM turns WHERE turn > $1 AND turn <= $2 AND length(repeats) > 0 ORDER BY turn
            """).With(after).With(last);
        return batch.Rows(row => new RepeatBatch(row.GetInt64(0), Milliseconds.Time(row.GetInt64(1)), row.Bytes(2)));
    }

    public void Add(IReadOnlyList<RepeatHour> rows, long through, bool isLast)
    {
        var session = live();
        using var batch = session.Batch();
        if (rows.Count > 0)
        {
            // A stretch lies within one hour, so all of its rows are of one day.
            periods.Provide(session.Connection, Milliseconds.Time(rows[0].Hour));
            batch.Add(Upsert).Keys(rows, row => row.Alias).Column(rows, row => row.Hour)
                .Column(rows, row => row.Count).Column(rows, row => row.First).Column(rows, row => row.Last)
                .Column(rows, row => row.Gap).With(through);
        }

        if (isLast)
        {
            batch.Add("UPDATE base SET summarised_turn = $1").With(through);
        }

        batch.ExecuteNonQuery();
    }
}
