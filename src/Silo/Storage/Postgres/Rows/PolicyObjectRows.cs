using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class PolicyObjectRows
{
    private const string Set = """
        INSERT INTO policy_objects (kind, id, doc) VALUES ($1, $2, $3) ON CONFLICT (kind, id) DO UPDATE SET doc = excluded.doc
        """;

    private const string Remove = "DELETE FROM policy_objects WHERE kind = $1 AND id = $2";

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        foreach (var made in write.Policies.OfType<PolicyWrite.Changed>().SelectMany(changed => PolicyObject.Of(changed.Change)))
        {
            if (made.Document is { } document)
            {
                batch.Add(Set).With(made.Kind).With(PostgresText.Key(made.Id)).Bytes(document);
            }
            else
            {
                batch.Add(Remove).With(made.Kind).With(PostgresText.Key(made.Id));
            }
        }
    }

    public static List<PolicyChange> Read(Session session)
    {
        using var batch = session.Batch();
        batch.Add("SELECT kind, id, doc FROM policy_objects ORDER BY kind, id");
        return batch.Rows(row => new PolicyObject(row.GetString(0), row.Key(1), row.Bytes(2)).ToChange());
    }
}
