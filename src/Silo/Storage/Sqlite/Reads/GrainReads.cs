using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

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

    public ValueTask<StoreFigures> FiguresAsync(CancellationToken cancellationToken) => pool.ReadAsync(
        connection => new StoreFigures(
            Incidents(connection),
            Count(connection, "alerts WHERE status = 'open'"),
            Count(connection, "outbox WHERE state = 1"),
            Count(connection, "messages"),
            Count(connection, "timers"),
            Count(connection, "log WHERE outcome = 4")),
        cancellationToken);

    private static Dictionary<IncidentStatus, long> Incidents(ReadConnection connection)
    {
        var stored = connection.Statement("SELECT status, COUNT(*) FROM incidents GROUP BY status")
            .All(row => (Status: row.Text(0), Count: row.Long(1))).ToDictionary(row => row.Status, row => row.Count);
        return Enum.GetValues<IncidentStatus>()
            .ToDictionary(status => status, status => stored.GetValueOrDefault(IncidentColumns.StatusOf(status)));
    }

    private static long Count(ReadConnection connection, string what) =>
        connection.Statement($"SELECT COUNT(*) FROM {what}").One(row => row.Long(0));
}
