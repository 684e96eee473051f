using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class LogRows
{
    private const string Insert = """
        INSERT INTO log (
            turn_at, id, partition, position, at, kind, key, type, outcome, reason, alert_id, policy, command)
        SELECT $1, * FROM unnest(
            $2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::int[], $7::text[], $8::text[], $9::int[],
            $10::text[], $11::text[], $12::bigint[], $13::bytea[])
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        var rows = write.Log;
        if (rows.Count == 0)
        {
            return;
        }

        var ids = new long[rows.Count];
        for (var ordinal = 0; ordinal < ids.Length; ordinal++)
        {
            ids[ordinal] = LogRowId.Of(write.Turn, ordinal);
        }

        batch.Add(Insert).With(Milliseconds.Of(write.At)).With(ids)
            .Column(rows, row => row.Partition).Column(rows, row => row.Position)
            .Column(rows, row => Milliseconds.Of(row.At))
            .Column(rows, row => (int)row.Grain.Kind).Keys(rows, row => row.Grain.Key).Words(rows, row => row.Type)
            .Column(rows, row => (int)row.Outcome).Words(rows, row => row.Reason)
            .Column(rows, row => row.AlertId?.ToString()).Column(rows, row => row.PolicyVersion)
            .Column(rows, row => row.Command.ToArray());
    }
}
