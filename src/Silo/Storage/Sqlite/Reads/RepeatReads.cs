using Correlation.Gateway.Seams;

namespace Correlation.Silo.Storage.Sqlite.Reads;

/// <summary>What stays of old repeats.</summary>
internal sealed class RepeatReads(ReadPool pool)
{
    private const string Hours = """
        SELECT hour, count, first_at, last_at, longest_gap FROM repeat_hours
        WHERE alias = ? AND hour >= ? AND hour < ? ORDER BY hour DESC LIMIT ?
        """;

    public async ValueTask<IReadOnlyList<RepeatsInHour>> HoursAsync(
        string alias, DateTimeOffset from, DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        await pool.ReadAsync(
            connection => connection.Statement(Hours)
                .Add(alias).Add(Milliseconds.Of(from)).Add(Milliseconds.Of(before)).Add(limit)
                .All(row => new RepeatsInHour(
                    Milliseconds.Time(row.Long(0)),
                    row.Long(1),
                    Milliseconds.Time(row.Long(2)),
                    Milliseconds.Time(row.Long(3)),
                    TimeSpan.FromMilliseconds(row.Long(4)))),
            cancellationToken);
}
