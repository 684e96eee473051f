namespace Correlation.Silo.Storage.Sqlite.Rows;

internal sealed class LogRows(Writer writer)
{
    private readonly Statement _insert = writer.Prepare("""
        INSERT INTO log (id, partition, position, at, kind, key, type, outcome, reason, alert_id, policy, command)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    public void Write(TurnWrite write)
    {
        for (var ordinal = 0; ordinal < write.Log.Count; ordinal++)
        {
            var row = write.Log[ordinal];
            _insert.Add(LogRowId.Of(write.Turn, ordinal)).Add(row.Partition).Add(row.Position)
                .Add(Milliseconds.Of(row.At))
                .Add((long)row.Grain.Kind).Add(row.Grain.Key).Add(row.Type).Add((long)row.Outcome).Add(row.Reason)
                .Add(row.AlertId?.ToString()).Add(row.PolicyVersion).Add(row.Command.Span).Run();
        }
    }
}
