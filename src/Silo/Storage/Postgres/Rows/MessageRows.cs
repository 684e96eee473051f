using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class MessageRows
{
    private const string Insert = """
        INSERT INTO messages (id, from_kind, from_key, to_kind, to_key, command)
        SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::int[], $5::text[], $6::text[])
        """;

    private const string After = """
        SELECT id, from_kind, from_key, to_kind, to_key, command FROM messages WHERE id > $1 ORDER BY id LIMIT $2
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        if (write.MessagesTaken.Count > 0)
        {
            batch.Add("DELETE FROM messages WHERE id = ANY ($1)").With(write.MessagesTaken.ToArray());
        }

        var sent = write.MessagesSent;
        if (sent.Count > 0)
        {
            batch.Add(Insert)
                .Column(sent, row => row.Id).Column(sent, row => (int)row.From.Kind).Keys(sent, row => row.From.Key)
                .Column(sent, row => (int)row.To.Kind).Keys(sent, row => row.To.Key).Keys(sent, row => row.Command);
        }
    }

    public static List<StoredMessage> ReadAfter(Session session, long id, int limit)
    {
        using var batch = session.Batch();
        batch.Add(After).With(id).With(limit);
        return batch.Rows(row => new StoredMessage(row.GetInt64(0), row.Grain(1, 2), row.Grain(3, 4), row.Key(5)));
    }
}
