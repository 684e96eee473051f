using Correlation.Gateway.Seams;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

/// <summary>What stays of old repeats.</summary>
internal sealed class RepeatReads(NpgsqlDataSource pool)
{
    private const string Hours = """
        SELECT hour, count, first_at, last_at, longest_gap FROM repeat_hours
        WHERE alias = $1 AND hour >= $2 AND hour < $3 ORDER BY hour DESC LIMIT $4
        """;

    public async ValueTask<IReadOnlyList<RepeatsInHour>> HoursAsync(
        string alias, DateTimeOffset from, DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(Hours);
        return await command.With(PostgresText.Key(alias)).With(Milliseconds.Of(from)).With(Milliseconds.Of(before))
            .With(limit)
            .RowsAsync(
                row => new RepeatsInHour(
                    Milliseconds.Time(row.GetInt64(0)),
                    row.GetInt64(1),
                    Milliseconds.Time(row.GetInt64(2)),
                    Milliseconds.Time(row.GetInt64(3)),
                    TimeSpan.FromMilliseconds(row.GetInt64(4))),
                cancellationToken);
    }
}
