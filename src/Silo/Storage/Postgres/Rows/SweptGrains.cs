using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal sealed class SweptGrains(Session session) : ISweptGrains
{
    private const string Drops = """
        DELETE FROM grains USING unnest($1::int[], $2::text[]) AS given (kind, key)
        WHERE grains.kind = given.kind AND grains.key = given.key
        """;

    public List<(GrainId Grain, byte[] Document, byte[] Tally)> After(GrainId grain, int limit)
    {
        using var ask = session.Batch();
        ask.Add("SELECT kind, key, doc, tally FROM grains WHERE (kind, key) > ($1, $2) ORDER BY kind, key LIMIT $3")
            .With((int)grain.Kind).With(PostgresText.Key(grain.Key ?? "")).With(limit);
        return ask.Rows(row => (row.Grain(0, 1), row.Bytes(2), row.Bytes(3)));
    }

    public HashSet<string> Incidents(IReadOnlyCollection<string> ids)
    {
        using var ask = session.Batch();
        ask.Add("SELECT id FROM incidents WHERE id = ANY ($1)").With(ids.ToArray());
        ask.Add("SELECT to_key FROM messages WHERE to_kind = $1 AND to_key = ANY ($2)")
            .With((int)GrainKind.Incident).With(ids.ToArray());
        return [.. ask.Rows(row => row.GetString(0))];
    }

    public void Drop(IReadOnlyCollection<GrainId> grains)
    {
        if (grains.Count == 0)
        {
            return;
        }

        var rows = grains.ToList();
        using var drop = session.Batch();
        drop.Add(Drops).Column(rows, grain => (int)grain.Kind).Keys(rows, grain => grain.Key);
        drop.ExecuteNonQuery();
    }
}
