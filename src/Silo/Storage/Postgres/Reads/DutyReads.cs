using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

internal sealed class DutyReads(NpgsqlDataSource pool)
{
    private static readonly string Sql = DutySql.Select("true", "$1", "$2", "$3");

    public async ValueTask<IReadOnlyList<IncidentTimers>> ListAsync(
        (DateTimeOffset OpenedAt, string Id) after, int limit, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Sql);
        return await command.With(Milliseconds.Of(after.OpenedAt)).With(PostgresText.Key(after.Id)).With(limit).RowsAsync(
            row => new IncidentTimers(
                row.Key(0),
                Milliseconds.Time(row.GetInt64(1)),
                DutySql.StatusOf(row.GetString(2)),
                row.IsDBNull(3) ? null : row.GetString(3),
                row.Time(4),
                !row.IsDBNull(5),
                row.GetBoolean(6)),
            cancellationToken);
    }
}
