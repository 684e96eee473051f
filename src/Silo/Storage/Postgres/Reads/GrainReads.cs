using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

/// <summary>Small grains as they are, and figures over all of them.</summary>
internal sealed class GrainReads(NpgsqlDataSource pool)
{
    /// <summary>For one figure. Shorter than the patience of whoever asks for all of them.</summary>
    private const int CountWithinSeconds = 2;

    public async ValueTask<IReadOnlyList<GrainState>> ListAsync(
        GrainKind kind, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(
            "SELECT doc, tally FROM grains WHERE kind = $1 AND ($2::text IS NULL OR key > $2) ORDER BY key LIMIT $3");
        return await command.With((int)kind).With(after is null ? null : PostgresText.Key(after)).With(limit)
            .RowsAsync(row => StateWire.Read(kind, row.Bytes(0), row.Bytes(1)), cancellationToken);
    }

    /// <summary>A read of its own for each, all at once, so that a slow one takes no time from the others.</summary>
    public async ValueTask<StoreFigures> FiguresAsync(CancellationToken cancellationToken)
    {
        var incidents = IncidentsAsync(cancellationToken);
        var counts = await Task.WhenAll(
            CountAsync("alerts WHERE status = 'open'", cancellationToken),
            CountAsync("outbox WHERE state = 1", cancellationToken),
            CountAsync("messages", cancellationToken),
            CountAsync("timers", cancellationToken),
            CountAsync("log WHERE outcome = 4", cancellationToken));
        return new StoreFigures(await incidents, counts[0], counts[1], counts[2], counts[3], counts[4]);
    }

    private async Task<Dictionary<IncidentStatus, long>?> IncidentsAsync(CancellationToken cancellationToken)
    {
        var rows = await InTimeAsync(
            "SELECT status, COUNT(*) FROM incidents GROUP BY status",
            row => (Status: row.GetString(0), Count: row.GetInt64(1)),
            cancellationToken);
        var stored = rows?.ToDictionary(row => row.Status, row => row.Count);
        return stored is null
            ? null
            : Enum.GetValues<IncidentStatus>()
                .ToDictionary(status => status, status => stored.GetValueOrDefault(IncidentColumns.StatusOf(status)));
    }

    private async Task<long?> CountAsync(string what, CancellationToken cancellationToken) =>
        (await InTimeAsync($"SELECT COUNT(*) FROM {what}", row => row.GetInt64(0), cancellationToken))?[0];

    /// <returns>Null when the server did not come to an end in time.</returns>
    private async Task<List<T>?> InTimeAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = pool.CreateCommand(sql);
            command.CommandTimeout = CountWithinSeconds;
            return await command.RowsAsync(read, cancellationToken);
        }
        catch (NpgsqlException late) when (late.InnerException is TimeoutException)
        {
            return null;
        }
    }
}
