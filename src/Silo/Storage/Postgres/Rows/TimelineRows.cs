using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class TimelineRows
{
    private const string Insert = """
        INSERT INTO timeline (id, kind, key, at, type, text, actor)
        SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[])
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        var rows = write.Timeline;
        if (rows.Count > 0)
        {
            batch.Add(Insert)
                .Column(rows, row => row.Id).Column(rows, row => (int)row.Entry.Owner.Kind)
                .Keys(rows, row => row.Entry.Owner.Key).Column(rows, row => Milliseconds.Of(row.At))
                .Words(rows, row => row.Entry.Type).Words(rows, row => row.Entry.Text)
                .Words(rows, row => row.Entry.Actor);
        }
    }
}
