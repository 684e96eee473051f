namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class PolicyRows(Writer writer)
{
    private readonly Statement _version = writer.Prepare(
        "INSERT INTO policies (version, turn, at, hash, doc) VALUES (?, ?, ?, ?, ?)");

    private readonly Statement _document = writer.Prepare(
        "INSERT OR IGNORE INTO policy_docs (hash, doc) VALUES (?, ?)");

    public void Write(TurnWrite turn, PolicyWrite write)
    {
        _version.Add(write.Version).Add(turn.Turn).Add(Milliseconds.Of(turn.At));
        if (write is PolicyWrite.Whole(var policy))
        {
            var (hash, document) = PolicyDocument.Of(policy);
            _version.Add(hash).Add(PolicyDocument.Made(policy)).Run();
            _document.Add(hash).Add(document).Run();
        }
        else if (write is PolicyWrite.Changed(_, var change))
        {
            _version.Add((string?)null).Add(PolicyDocument.Change(change)).Run();
        }
    }
}
