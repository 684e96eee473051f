using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class AnswerRows
{
    // The first answer stands: a retry must be told what the first attempt was told.
    private const string Insert = """
        INSERT INTO answers (at, key, partition, position, turn, outcome, reason, body)
        SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::int[], $7::text[], $8::text[])
        ON CONFLICT (key) DO NOTHING
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        var rows = write.Answers;
        if (rows.Count > 0)
        {
            batch.Add(Insert).With(Milliseconds.Of(write.At))
                .Keys(rows, row => row.Key).Column(rows, row => row.Answer.Position.Partition)
                .Column(rows, row => row.Answer.Position.Position).Column(rows, row => row.Answer.Position.Turn)
                .Column(rows, row => (int)row.Answer.Outcome).Words(rows, row => row.Answer.Reason)
                .Words(rows, row => row.Answer.Body);
        }
    }

    public static Dictionary<string, StoredAnswer> Read(Session session, IReadOnlyCollection<string> keys)
    {
        using var batch = session.Batch();
        batch.Add("SELECT key, partition, position, turn, outcome, reason, body FROM answers WHERE key = ANY ($1)")
            .With(keys.Select(PostgresText.Key).ToArray());
        return batch.Rows(row => (Key: row.Key(0), Answer: new StoredAnswer(
            new LogPosition(row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)),
            (Outcome)row.GetInt32(4),
            row.GetString(5),
            row.GetString(6))))
            .ToDictionary(row => row.Key, row => row.Answer, StringComparer.Ordinal);
    }
}
