using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>Drops what is past its retention and not in partitions, a slice at a time.</summary>
internal static class Pruning
{
    private const int SliceRows = 1_000;
    private const int SliceOwners = 100;

    // In the order of commits: the first line that is young enough ends the slice, so no index on time is needed.
    private const string Timeline = """
        WITH oldest AS (SELECT id, at FROM timeline ORDER BY id LIMIT $2)
        DELETE FROM timeline USING oldest
        WHERE timeline.id = oldest.id
            AND timeline.id < COALESCE((SELECT MIN(id) FROM oldest WHERE at >= $1), 9223372036854775807)
        """;

    private const string Answers = """
        DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE at < $1 LIMIT $2)
        """;

    private const string Outbox = """
        DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state <> 1 AND not_before < $1 LIMIT $2)
        """;

    private const string OldAlerts = """
        SELECT id FROM alerts WHERE status = ANY ('{closed,deleted}') AND updated_at < $1 LIMIT $2
        """;

    private const string OldIncidents = """
        SELECT id FROM incidents WHERE NOT active AND opened_at < $1 AND updated_at < $1 ORDER BY opened_at LIMIT $2
        """;

    private const string Items = """
        DELETE FROM items WHERE (kind, key, item_set, item_key) IN (
            SELECT kind, key, item_set, item_key FROM items WHERE kind = $1 AND key = ANY ($2) LIMIT $3)
        """;

    private const string DropAlerts = """
        WITH gone AS (DELETE FROM alerts WHERE id = ANY ($1) RETURNING tiny_id),
        documents AS (DELETE FROM alert_docs USING gone WHERE alert_docs.tiny_id = gone.tiny_id),
        closed AS (DELETE FROM closed_tallies USING gone WHERE closed_tallies.tiny_id = gone.tiny_id)
        DELETE FROM alert_tallies USING gone WHERE alert_tallies.tiny_id = gone.tiny_id
        """;

    private const string DropIncidents = "DELETE FROM incidents WHERE id = ANY ($1)";

    // The configuration that was in force then, with its changes, is what the oldest kept positions refer to.
    private const string Policies = """
        DELETE FROM policies WHERE version < (SELECT MAX(version) FROM policies WHERE at <= $1 AND hash IS NOT NULL)
        """;

    private const string PolicyDocuments = """
        DELETE FROM policy_docs WHERE NOT EXISTS (SELECT 1 FROM policies WHERE policies.hash = policy_docs.hash)
        """;

    /// <returns>True when there is more to drop.</returns>
    public static bool Slice(Session session, Retention retention, DateTimeOffset now)
    {
        var closed = Milliseconds.Of(now - retention.Closed);
        var more = Drop(session, Timeline, closed);
        more |= Drop(session, Answers, Milliseconds.Of(now - retention.Answers));
        more |= Drop(session, Outbox, Milliseconds.Of(now - retention.Decisions));
        more |= DropOwners(session, OldAlerts, GrainKind.ClosedAlert, DropAlerts, closed);
        more |= DropOwners(session, OldIncidents, GrainKind.Incident, DropIncidents, closed);
        DropPolicies(session, closed);
        return more;
    }

    private static bool Drop(Session session, string sql, long before)
    {
        using var batch = session.Batch();
        batch.Add(sql).With(before).With(SliceRows);
        return batch.ExecuteNonQuery() == SliceRows;
    }

    private static void DropPolicies(Session session, long before)
    {
        using var policies = session.Batch();
        policies.Add(Policies).With(before);
        if (policies.ExecuteNonQuery() > 0)
        {
            using var documents = session.Batch();
            documents.Add(PolicyDocuments);
            documents.ExecuteNonQuery();
        }
    }

    private static bool DropOwners(Session session, string old, GrainKind kind, string drop, long before)
    {
        using var ask = session.Batch();
        ask.Add(old).With(before).With(SliceOwners);
        var ids = ask.Rows(row => row.GetString(0)).ToArray();
        if (ids.Length == 0)
        {
            return false;
        }

        // An owner goes only when none of its child rows are left.
        using var items = session.Batch();
        items.Add(Items).With((int)kind).With(ids).With(SliceRows);
        if (items.ExecuteNonQuery() < SliceRows)
        {
            using var owners = session.Batch();
            owners.Add(drop).With(ids);
            owners.ExecuteNonQuery();
        }

        return true;
    }
}
