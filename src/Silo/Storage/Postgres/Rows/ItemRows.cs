using Correlation.Grains.Model;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres.Rows;

internal static class ItemRows
{
    private const string Set = """
        INSERT INTO items (kind, key, item_set, item_key, body)
        SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[])
        ON CONFLICT (kind, key, item_set, item_key) DO UPDATE SET body = excluded.body
        """;

    private const string Remove = """
        DELETE FROM items
        USING unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS gone (kind, key, item_set, item_key)
        WHERE items.kind = gone.kind AND items.key = gone.key AND items.item_set = gone.item_set
            AND items.item_key = gone.item_key
        """;

    private const string Range = """
        SELECT item_key, body FROM items WHERE kind = $1 AND key = $2 AND item_set = $3 AND item_key > $4
        ORDER BY item_key LIMIT $5
        """;

    public static void Add(NpgsqlBatch batch, TurnWrite write)
    {
        if (write.Items.Count == 0)
        {
            return;
        }

        var last = new Dictionary<(GrainId, string, string), (GrainId Owner, ItemChange Change)>();
        foreach (var item in write.Items)
        {
            last[(item.Owner, item.Change.Set, item.Change.Key)] = item;
        }

        var gone = last.Values.Where(item => item.Change.Body is null).ToList();
        if (gone.Count > 0)
        {
            AddKeys(batch.Add(Remove), gone);
        }

        var set = last.Values.Where(item => item.Change.Body is not null).ToList();
        if (set.Count > 0)
        {
            AddKeys(batch.Add(Set), set).Words(set, row => row.Change.Body);
        }
    }

    public static List<Item> ReadRange(Session session, GrainId owner, ItemRange range)
    {
        using var batch = session.Batch();
        batch.Add(Range).With((int)owner.Kind).With(PostgresText.Key(owner.Key)).With(range.Set)
            .With(PostgresText.Key(range.After)).With(range.Limit);
        return batch.Rows(row => new Item(row.Key(0), row.GetString(1)));
    }

    private static NpgsqlBatchCommand AddKeys(
        NpgsqlBatchCommand command, List<(GrainId Owner, ItemChange Change)> rows) =>
        command.Column(rows, row => (int)row.Owner.Kind).Keys(rows, row => row.Owner.Key)
            .Keys(rows, row => row.Change.Set).Keys(rows, row => row.Change.Key);
}
