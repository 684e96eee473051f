using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class MessageRows(Writer writer)
{
    private readonly Statement _insert = writer.Prepare(
        "INSERT INTO messages (id, from_kind, from_key, to_kind, to_key, command) VALUES (?, ?, ?, ?, ?, ?)");

    private readonly Statement _take = writer.Prepare("DELETE FROM messages WHERE id = ?");

    private readonly Statement _after = writer.Prepare("""
        SELECT id, from_kind, from_key, to_kind, to_key, command FROM messages WHERE id > ? ORDER BY id LIMIT ?
        """);

    public void Send(StoredMessage message) =>
        _insert.Add(message.Id).Add((long)message.From.Kind).Add(message.From.Key).Add((long)message.To.Kind)
            .Add(message.To.Key).Add(message.Command).Run();

    public void Take(long id) => _take.Add(id).Run();

    public List<StoredMessage> After(long id, int limit) => _after.Add(id).Add(limit).All(row => new StoredMessage(
        row.Long(0),
        new GrainId((GrainKind)row.Int(1), row.Text(2)),
        new GrainId((GrainKind)row.Int(3), row.Text(4)),
        row.Text(5)));
}
