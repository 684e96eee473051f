using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Reads;

internal sealed class IncidentReads(NpgsqlDataSource pool)
{
    public async ValueTask<IncidentState?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = pool.CreateCommand("SELECT doc FROM incidents WHERE id = $1");
        return (await command.With(PostgresText.Key(id)).RowsAsync(Read, cancellationToken)).FirstOrDefault();
    }

    public async ValueTask<IReadOnlyList<IncidentState>> ListAsync(
        IncidentList list, CancellationToken cancellationToken)
    {
        var where = IncidentListSql.Where(list);
        await using var command = pool.CreateCommand(
            $"SELECT doc FROM incidents WHERE {where.Text} ORDER BY opened_at DESC, id DESC LIMIT {list.Limit}");
        return await command.Bind(where).RowsAsync(Read, cancellationToken);
    }

    private static IncidentState Read(NpgsqlDataReader row) =>
        (IncidentState)StateWire.Read(GrainKind.Incident, row.Bytes(0), []);
}
