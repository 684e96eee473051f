using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class ItemRows(Writer writer)
{
    // Not OR REPLACE, which would move the row to the table's end.
    private readonly Statement _set = writer.Prepare("""
        INSERT INTO items (kind, key, item_set, item_key, body) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, key, item_set, item_key) DO UPDATE SET body = excluded.body
        """);

    private readonly Statement _remove = writer.Prepare(
        "DELETE FROM items WHERE kind = ? AND key = ? AND item_set = ? AND item_key = ?");

    private readonly Statement _range = writer.Prepare("""
        SELECT item_key, body FROM items WHERE kind = ? AND key = ? AND item_set = ? AND item_key > ?
        ORDER BY item_key LIMIT ?
        """);

    public void Write(GrainId owner, ItemChange change)
    {
        if (change.Body is null)
        {
            _remove.Add((long)owner.Kind).Add(owner.Key).Add(change.Set).Add(change.Key).Run();
        }
        else
        {
            _set.Add((long)owner.Kind).Add(owner.Key).Add(change.Set).Add(change.Key).Add(change.Body).Run();
        }
    }

    public List<Item> Range(GrainId owner, ItemRange range) =>
        _range.Add((long)owner.Kind).Add(owner.Key).Add(range.Set).Add(range.After).Add(range.Limit)
            .All(row => new Item(row.Text(0), row.Text(1)));
}
