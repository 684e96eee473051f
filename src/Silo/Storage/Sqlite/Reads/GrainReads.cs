using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Microsoft.Data.Sqlite;

namespace Correlation.Silo.Storage.Sqlite.Reads;

/// <summary>Small grains as they are, and figures over all of them.</summary>
internal sealed class GrainReads(ReadPool pool)
{
    public async ValueTask<IReadOnlyList<GrainState>> ListAsync(
        GrainKind kind, string? after, int limit, CancellationToken cancellationToken)
    {
        var stored = await pool.ReadAsync(
            connection => connection
                .Statement("""
                    SELECT doc, tally FROM grains WHERE kind = ?1 AND (?2 IS NULL OR key > ?2) ORDER BY key LIMIT ?3
                    """)
                .Add((long)kind).Add(after).Add(limit).All(row => (Document: row.Blob(0), Tally: row.Blob(1))),
            cancellationToken);
        return stored.ConvertAll(row => StateWire.Read(kind, row.Document, row.Tally));
    }

    /// <summary>A read of its own for each: together they would be too long for one where each is short.</summary>
    public async ValueTask<StoreFigures> FiguresAsync(CancellationToken cancellationToken) => new(
        await InTimeAsync(Incidents, cancellationToken),
        await CountAsync("alerts WHERE status = 'open'", cancellationToken),
        await CountAsync("outbox WHERE state = 1", cancellationToken),
        await CountAsync("messages", cancellationToken),
        await CountAsync("timers", cancellationToken),
        await CountAsync("log WHERE outcome = 4", cancellationToken));

    private static Dictionary<IncidentStatus, long> Incidents(ReadConnection connection)
    {
        var stored = connection.Statement("SELECT status, COUNT(*) FROM incidents GROUP BY status")
            .All(row => (Status: row.Text(0), Count: row.Long(1))).ToDictionary(row => row.Status, row => row.Count);
        return Enum.GetValues<IncidentStatus>()
            .ToDictionary(status => status, status => stored.GetValueOrDefault(IncidentColumns.StatusOf(status)));
    }

    private ValueTask<long?> CountAsync(string what, CancellationToken cancellationToken) => InTimeAsync(
        connection => connection.Statement($"SELECT COUNT(*) FROM {what}").One(row => (long?)row.Long(0)),
        cancellationToken);

    private async ValueTask<T?> InTimeAsync<T>(Func<ReadConnection, T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await pool.ReadAsync(read, cancellationToken);
        }
        catch (SqliteException error) when (ReadConnection.LastedTooLong(error))
        {
            return default;
        }
    }
}
