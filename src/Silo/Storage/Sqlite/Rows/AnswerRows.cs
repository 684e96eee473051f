using Correlation.Grains.Model;

namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class AnswerRows(Writer writer)
{
    // The first answer stands: a retry must be told what the first attempt was told.
    private readonly Statement _insert = writer.Prepare("""
        INSERT INTO answers (key, at, partition, position, turn, outcome, reason, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO NOTHING
        """);

    private readonly Statement _find = writer.Prepare(
        "SELECT partition, position, turn, outcome, reason, body FROM answers WHERE key = ?");

    public void Write(DateTimeOffset at, string key, StoredAnswer answer) =>
        _insert.Add(key).Add(Milliseconds.Of(at)).Add(answer.Position.Partition).Add(answer.Position.Position)
            .Add(answer.Position.Turn).Add((long)answer.Outcome).Add(answer.Reason).Add(answer.Body).Run();

    public StoredAnswer? Find(string key) => _find.Add(key).One(row => new StoredAnswer(
        new LogPosition(row.Int(0), row.Long(1), row.Long(2)), (Outcome)row.Int(3), row.Text(4), row.Text(5)));
}
