using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

/// <summary>Small grains as they are, and figures over all of them.</summary>
internal sealed class GrainReads(NpgsqlDataSource pool)
{
    private const string Figures = """
        SELECT (SELECT COUNT(*) FROM alerts WHERE status = 'open'), (SELECT COUNT(*) FROM outbox WHERE state = 1),
            (SELECT COUNT(*) FROM messages), (SELECT COUNT(*) FROM timers), (SELECT COUNT(*) FROM log WHERE outcome = 4)
        """;

    public async ValueTask<IReadOnlyList<GrainState>> ListAsync(
        GrainKind kind, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand(
            "SELECT doc, tally FROM grains WHERE kind = $1 AND ($2::text IS NULL OR key > $2) ORDER BY key LIMIT $3");
        return await command.With((int)kind).With(after is null ? null : PostgresText.Key(after)).With(limit)
            .RowsAsync(row => StateWire.Read(kind, row.Bytes(0), row.Bytes(1)), cancellationToken);
    }

    public async ValueTask<StoreFigures> FiguresAsync(CancellationToken cancellationToken)
    {
        await using var counts = pool.CreateCommand("SELECT status, COUNT(*) FROM incidents GROUP BY status");
        var rows = await counts.RowsAsync(row => (Status: row.GetString(0), Count: row.GetInt64(1)), cancellationToken);
        var stored = rows.ToDictionary(row => row.Status, row => row.Count);
        var incidents = Enum.GetValues<IncidentStatus>()
            .ToDictionary(status => status, status => stored.GetValueOrDefault(IncidentColumns.StatusOf(status)));
        await using var figures = pool.CreateCommand(Figures);
        var read = await figures.RowsAsync(
            row => new StoreFigures(
                incidents, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
            cancellationToken);
        return read[0];
    }
}
