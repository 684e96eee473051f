using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

/// <summary>Grains by their ids: one statement per table that has some, one round trip for all.</summary>
internal static class StoredGrains
{
    private const string Alert = """
        SELECT alerts.alias, as_of, shape, doc, tally FROM alerts
        JOIN alert_tallies USING (tiny_id) JOIN alert_docs USING (tiny_id)
        """;

    public static List<StoredGrain> Load(Session session, IReadOnlyCollection<GrainId> grains)
    {
        using var batch = session.Batch();
        foreach (var kind in grains.GroupBy(grain => grain.Kind))
        {
            var keys = kind.Select(grain => PostgresText.Key(grain.Key)).ToArray();
            _ = kind.Key switch
            {
                GrainKind.Alert =>
                    batch.Add($"SELECT {(int)GrainKind.Alert}, * FROM ({Alert} WHERE alias = ANY ($1) AND current) a")
                    .With(keys),
                GrainKind.ClosedAlert => batch.Add($"""
                    SELECT {(int)GrainKind.ClosedAlert}, id, as_of, shape, doc, tally FROM alerts
                    JOIN alert_tallies USING (tiny_id) JOIN alert_docs USING (tiny_id)
                    WHERE id = ANY ($1) AND NOT current
                    """).With(keys),
                GrainKind.Incident => batch.Add($"""
                    SELECT {(int)GrainKind.Incident}, id, as_of, shape, doc, ''::bytea FROM incidents
                    WHERE id = ANY ($1)
                    """).With(keys),
                _ => batch.Add("""
                    SELECT kind, key, as_of, shape, doc, tally FROM grains WHERE kind = $1 AND key = ANY ($2)
                    """).With((int)kind.Key).With(keys),
            };
        }

        return batch.BatchCommands.Count == 0 ? [] : batch.Rows(Read);
    }

    /// <summary>Open current alerts after an alias, by alias.</summary>
    public static List<StoredGrain> Open(Session session, string afterAlias, int limit)
    {
        using var batch = session.Batch();
        batch.Add($"""
            SELECT {(int)GrainKind.Alert}, * FROM ({Alert}
                WHERE alias > $1 AND current AND status = 'open' ORDER BY alias LIMIT $2) a
            """).With(PostgresText.Key(afterAlias)).With(limit);
        return batch.Rows(Read);
    }

    private static StoredGrain Read(NpgsqlDataReader row) =>
        new(row.Grain(0, 1), row.GetInt64(2), row.GetInt32(3), row.Bytes(4), row.Bytes(5));
}
