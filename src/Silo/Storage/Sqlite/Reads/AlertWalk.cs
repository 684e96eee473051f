using Correlation.Gateway.Seams;
using Microsoft.Data.Sqlite;

namespace Correlation.Silo.Storage.Sqlite.Reads;

/// <summary>
/// Answers what no index answers (a rare word among a million closed alerts): walks the whole table by its key, each
/// slice a read of its own, and keeps the best of what it has met. Between slices the log can be checkpointed; an alert
/// that changes meanwhile is met once, as before or as after. One walks at a time and few wait: asked for faster than
/// they are answered, walks would take every read there is.
/// </summary>
internal sealed class AlertWalk(ReadPool pool, int firstSlice = AlertWalk.FirstSlice) : IDisposable
{
    private const int FirstSlice = 5_000;
    private const int SmallestSlice = 50;

    /// <summary>The one that walks, and who waits for it.</summary>
    internal const int MostAtOnce = 8;

    private readonly SemaphoreSlim _walks = new(1);
    private int _atOnce;

    private static readonly string Rows = AlertListSql.Rows(SearchDialect.Sqlite, "NOT INDEXED");

    public async ValueTask<List<long>> KeysAsync(
        AlertList list, SqlFragment where, string sort, CancellationToken cancellationToken)
    {
        var best = new List<(SortValue Value, long Key)>();
        var keep = list.Offset + list.Limit;
        await SlicesAsync(
            $"SELECT a.tiny_id, a.{sort} FROM {Rows} WHERE a.tiny_id > @from AND a.tiny_id <= @to AND {where.Text}",
            where,
            row => (SortValue.Of(row, 1), Key: row.Long(0)),
            met =>
            {
                best.AddRange(met);
                best.Sort((one, other) => list.Descending ? other.CompareTo(one) : one.CompareTo(other));
                best.RemoveRange(Math.Min(keep, best.Count), Math.Max(0, best.Count - keep));
            },
            cancellationToken);
        return best.Skip(list.Offset).Select(one => one.Key).ToList();
    }

    public async ValueTask<long> CountAsync(SqlFragment where, CancellationToken cancellationToken)
    {
        var count = 0L;
        await SlicesAsync(
            $"SELECT COUNT(*) FROM {Rows} WHERE a.tiny_id > @from AND a.tiny_id <= @to AND {where.Text}",
            where,
            row => row.Long(0),
            met => count += met.Sum(),
            cancellationToken);
        return count;
    }

    public void Dispose() => _walks.Dispose();

    /// <exception cref="UnavailableException">Too many wait already.</exception>
    private async ValueTask SlicesAsync<T>(
        string sql,
        SqlFragment where,
        Func<Statement, T> read,
        Action<List<T>> take,
        CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _atOnce) > MostAtOnce)
            {
                throw new UnavailableException(
                    "Too many lists that no index answers are asked for at one time. Name status:open, sort by createdAt or " +
                    "updatedAt, or ask again later",
                    TimeSpan.FromSeconds(5));
            }

            await _walks.WaitAsync(cancellationToken);
            try
            {
                await WalkAsync(sql, where, read, take, cancellationToken);
            }
            finally
            {
                _walks.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }

    private async ValueTask WalkAsync<T>(
        string sql,
        SqlFragment where,
        Func<Statement, T> read,
        Action<List<T>> take,
        CancellationToken cancellationToken)
    {
        var slice = firstSlice;
        for (long from = 0; from < long.MaxValue;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var (to, met) = await pool.ReadAsync(connection => One(connection, from, slice), cancellationToken);
                take(met);
                from = to;
            }
            catch (SqliteException error) when (ReadConnection.LastedTooLong(error) && slice > SmallestSlice)
            {
                slice /= 2;
            }
        }

        (long To, List<T> Met) One(ReadConnection connection, long from, int size)
        {
            // The tallies have the same keys in a twentieth of the pages.
            var to = connection
                .Statement("SELECT tiny_id FROM alert_tallies WHERE tiny_id > ? ORDER BY tiny_id LIMIT 1 OFFSET ?")
                .Add(from).Add(size).One(row => (long?)row.Long(0)) ?? long.MaxValue;
            using var statement = connection.Prepare(sql);
            return (to, statement.Bind("@from", from).Bind("@to", to).Bind(where.Parameters).All(read));
        }
    }
}
