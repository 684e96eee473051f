using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class TimerRows(Writer writer)
{
    private readonly Statement _set = writer.Prepare("""
        INSERT OR REPLACE INTO timers (kind, key, name, due, quiet, read_set, read_after, read_limit)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private readonly Statement _remove = writer.Prepare("DELETE FROM timers WHERE kind = ? AND key = ? AND name = ?");

    private readonly Statement _due = writer.Prepare("""
        SELECT kind, key, name, due, quiet, read_set, read_after, read_limit FROM (
            SELECT * FROM (SELECT * FROM timers WHERE quiet = 0 AND due <= ?1 AND (?4 IS NULL OR ?4 = (read_set IS NOT NULL)) ORDER BY due LIMIT ?3)
            UNION ALL
            SELECT * FROM (SELECT * FROM timers WHERE quiet > 0 AND due <= ?1 AND quiet <= ?2 AND (?4 IS NULL OR ?4 = (read_set IS NOT NULL)) ORDER BY due LIMIT ?3))
        ORDER BY quiet > 0, due LIMIT ?3
        """);

    private readonly Statement _nextDuty = writer.Prepare("SELECT MIN(due) FROM timers WHERE quiet = 0");
    private readonly Statement _nextAbsence = writer.Prepare("SELECT MIN(due) FROM timers WHERE quiet > 0");

    public void Write(TimerWrite write)
    {
        var (grain, name, timer) = (write.Grain, write.Name, write.Timer);
        if (timer is null)
        {
            _remove.Add((long)grain.Kind).Add(grain.Key).Add(name).Run();
            return;
        }

        _set.Add((long)grain.Kind).Add(grain.Key).Add(name).Add(Milliseconds.RoundedUp(timer.Due))
            .Add(Milliseconds.RoundedUp(timer.Quiet)).Add(timer.Read?.Set).Add(timer.Read?.After).Add(timer.Read?.Limit)
            .Run();
    }

    public List<StoredTimer> Due(DateTimeOffset now, TimeSpan listened, int limit, bool? walks) =>
        _due.Add(Milliseconds.Of(now))
            .Add((long)listened.TotalMilliseconds)
            .Add(limit)
            .Add(walks is null ? (long?)null : walks.Value ? 1 : 0)
            .All(Read);

    public (DateTimeOffset? Duty, DateTimeOffset? Absence) Next() => (Next(_nextDuty), Next(_nextAbsence));

    private static DateTimeOffset? Next(Statement statement) =>
        statement.One(row => row.IsNull(0) ? (DateTimeOffset?)null : Milliseconds.Time(row.Long(0)));

    private static StoredTimer Read(Statement row)
    {
        var read = row.IsNull(5) ? null : new ItemRange(row.Text(5), row.Text(6), row.Int(7));
        var timer = new GrainTimer(
            row.Text(2), Milliseconds.Time(row.Long(3)), TimeSpan.FromMilliseconds(row.Long(4)), read);
        return new StoredTimer(new GrainId((GrainKind)row.Int(0), row.Text(1)), timer);
    }
}
