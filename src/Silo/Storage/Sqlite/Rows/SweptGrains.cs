using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class SweptGrains(Writer writer) : ISweptGrains
{
    private readonly Statement _after = writer.Prepare("""
        SELECT kind, key, doc, tally FROM grains WHERE (kind, key) > (?, ?) ORDER BY kind, key LIMIT ?
        """);

    private readonly Statement _incident = writer.Prepare("""
        SELECT 1 FROM incidents WHERE id = ?1 UNION ALL SELECT 1 FROM messages WHERE to_kind = ?2 AND to_key = ?1
        """);

    private readonly Statement _drop = writer.Prepare("DELETE FROM grains WHERE kind = ? AND key = ?");

    public List<(GrainId Grain, byte[] Document, byte[] Tally)> After(GrainId grain, int limit) =>
        _after.Add((long)grain.Kind).Add(grain.Key ?? "").Add(limit)
            .All(row => (new GrainId((GrainKind)row.Int(0), row.Text(1)), row.Blob(2), row.Blob(3)));

    public HashSet<string> Incidents(IReadOnlyCollection<string> ids) =>
        [.. ids.Where(id => _incident.Add(id).Add((long)GrainKind.Incident).One(row => (long?)row.Long(0)) is not null)];

    public void Drop(IReadOnlyCollection<GrainId> grains)
    {
        foreach (var grain in grains)
        {
            _drop.Add((long)grain.Kind).Add(grain.Key).Run();
        }
    }
}
