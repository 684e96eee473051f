namespace Correlation.Silo.Storage.Sqlite.Reads;

internal sealed class DutyReads(ReadPool pool)
{
    private static readonly string Sql = DutySql.Select("1", "?", "?", "?");

    public async ValueTask<IReadOnlyList<IncidentTimers>> ListAsync(
        (DateTimeOffset OpenedAt, string Id) after, int limit, CancellationToken cancellationToken) =>
        await pool.ReadAsync(
            connection => connection.Statement(Sql)
                .Add(Milliseconds.Of(after.OpenedAt))
                .Add(after.Id)
                .Add(limit)
                .All(row => new IncidentTimers(
                    row.Text(0),
                    Milliseconds.Time(row.Long(1)),
                    DutySql.StatusOf(row.Text(2)),
                    row.IsNull(3) ? null : row.Text(3),
                    row.IsNull(4) ? null : Milliseconds.Time(row.Long(4)),
                    !row.IsNull(5),
                    row.Long(6) != 0)),
            cancellationToken);
}
