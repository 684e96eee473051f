using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class SilenceRows
{
    private const string Set = """
        INSERT INTO silences (id, doc) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        foreach (var changed in write.Policies.OfType<PolicyWrite.Changed>())
        {
            _ = changed.Change switch
            {
                PolicyChange.SilenceSet(var silence) =>
                    batch.Add(Set).With(PostgresText.Key(silence.Id)).Bytes(StoredJson.Write(silence)),
                PolicyChange.SilenceGone(var id) =>
                    batch.Add("DELETE FROM silences WHERE id = $1").With(PostgresText.Key(id)),
                _ => throw new UnreachableException($"Unknown policy change {changed.Change}."),
            };
        }
    }

    public static List<Silencing> Read(Session session)
    {
        using var batch = session.Batch();
        batch.Add("SELECT doc FROM silences ORDER BY id");
        return batch.Rows(row => StoredJson.Read<Silencing>(row.Bytes(0)));
    }
}
