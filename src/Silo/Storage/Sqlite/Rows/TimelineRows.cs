namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class TimelineRows(Writer writer)
{
    private readonly Statement _insert = writer.Prepare(
        "INSERT INTO timeline (id, kind, key, at, type, text, actor) VALUES (?, ?, ?, ?, ?, ?, ?)");

    public void Write(TimelineWrite write) =>
        _insert.Add(write.Id).Add((long)write.Entry.Owner.Kind).Add(write.Entry.Owner.Key)
            .Add(Milliseconds.Of(write.At))
            .Add(write.Entry.Type).Add(write.Entry.Text).Add(write.Entry.Actor).Run();
}
