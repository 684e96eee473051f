namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class RepeatHourRows(Writer writer) : IRepeatHours
{
    private readonly Statement _through = writer.Prepare("SELECT summarised_turn FROM base");
    private readonly Statement _setThrough = writer.Prepare("UPDATE base SET summarised_turn = ?");
    private readonly Statement _turns = writer.Prepare(
        "SELECT turn, at, LENGTH(repeats) FROM turns WHERE turn > ? ORDER BY turn LIMIT ?");

    private readonly Statement _repeats = writer.Prepare(
        "SELECT turn, at, repeats FROM turns WHERE turn > ? AND turn <= ? AND LENGTH(repeats) > 0 ORDER BY turn");

    private readonly Statement _add = writer.Prepare("""
        INSERT INTO repeat_hours (alias, hour, count, first_at, last_at, longest_gap, through_turn)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (alias, hour) DO UPDATE SET
            count = count + excluded.count, last_at = excluded.last_at,
            longest_gap = MAX(longest_gap, excluded.longest_gap, excluded.first_at - last_at),
            through_turn = excluded.through_turn
        WHERE through_turn < excluded.through_turn
        """);

    public long ReadThrough() => _through.One(row => row.Long(0));

    public IReadOnlyList<(long Turn, long At, long Size)> Turns(long after, int limit) =>
        _turns.Add(after).Add(limit).All(row => (row.Long(0), row.Long(1), row.Long(2)));

    public IReadOnlyList<RepeatBatch> Repeats(long after, long last) => _repeats.Add(after).Add(last)
        .All(row => new RepeatBatch(row.Long(0), Milliseconds.Time(row.Long(1)), row.Blob(2)));

    public void Add(IReadOnlyList<RepeatHour> rows, long through, bool isLast)
    {
        foreach (var row in rows)
        {
            _add.Add(row.Alias)
                .Add(row.Hour)
                .Add(row.Count)
                .Add(row.First)
                .Add(row.Last)
                .Add(row.Gap)
                .Add(through)
                .Run();
        }

        if (isLast)
        {
            _setThrough.Add(through).Run();
        }
    }
}
