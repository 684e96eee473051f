using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage.Sqlite.Reads;

internal sealed class IncidentReads(ReadPool pool)
{
    public async ValueTask<IncidentState?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var document = await pool.ReadAsync(
            connection => connection.Statement("SELECT doc FROM incidents WHERE id = ?").Add(id)
                .One(row => row.Blob(0)),
            cancellationToken);
        return document is null ? null : Read(document);
    }

    public async ValueTask<IReadOnlyList<IncidentState>> ListAsync(
        IncidentList list, CancellationToken cancellationToken)
    {
        var where = IncidentListSql.Where(list);
        var documents = await pool.ReadAsync(
            connection =>
            {
                using var page = connection.Prepare($"""
                    SELECT doc FROM incidents WHERE {where.Text} ORDER BY opened_at DESC, id DESC LIMIT {list.Limit}
                    """);
                return page.Bind(where.Parameters).All(row => row.Blob(0));
            },
            cancellationToken);
        return documents.ConvertAll(Read);
    }

    private static IncidentState Read(byte[] document) =>
        (IncidentState)StateWire.Read(GrainKind.Incident, document, []);
}
