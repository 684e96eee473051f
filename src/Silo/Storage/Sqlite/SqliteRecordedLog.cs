using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage.Sqlite.Reads;
using Microsoft.Data.Sqlite;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>On one connection that the file system itself keeps from writing.</summary>
internal sealed class SqliteRecordedLog : IRecordedLog
{
    private const int HoursPerRead = 2_000;

    private const string RowsBetween = """
        SELECT id, partition, position, at, kind, key, type, outcome, reason, alert_id, policy, command
        FROM log WHERE id BETWEEN ? AND ? ORDER BY id
        """;

    private const string RepeatsBetween = """
        SELECT turn, at, repeats FROM turns WHERE turn BETWEEN ? AND ? AND LENGTH(repeats) > 0
            AND turn > (SELECT summarised_turn FROM base)
        ORDER BY turn
        """;

    private const string HoursAfter = """
        SELECT id, alias, hour, count, first_at, last_at, longest_gap FROM repeat_hours WHERE id > ? ORDER BY id LIMIT ?
        """;

    private const string AlertsAfter = """
        SELECT doc, tally FROM alert_docs JOIN alert_tallies USING (tiny_id) WHERE tiny_id > ? ORDER BY tiny_id LIMIT ?
        """;

    private readonly ReadConnection _connection;

    /// <exception cref="StoreRefusedException">There is no database, or another release's.</exception>
    public SqliteRecordedLog(string folder)
    {
        var file = SqliteFile.In(folder);
        if (!File.Exists(file))
        {
            throw new StoreRefusedException(
                $"There is no recorded log: '{Path.GetFullPath(file)}' (CORRELATION_DATA) does not exist.");
        }

        _connection = new ReadConnection(file, SqliteOpenMode.ReadOnly);
        try
        {
            SchemaFile.RequireCurrent(
                One("SELECT COALESCE(MAX(number), 0) FROM schema_versions", row => row.Int(0)), "Sqlite");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public RecordedSpan Span() => One(RecordedSpan.Sql, row => RecordedSpan.Of(row.Long));

    public IReadOnlyList<RecordedRow> Rows(long firstTurn, long lastTurn) => _connection.Read(c =>
        c.Statement(RowsBetween).Add(LogRowId.First(firstTurn)).Add(LogRowId.Last(lastTurn)).All(row => new RecordedRow(
            row.Long(0) >> LogRowId.OrdinalBits,
            row.Int(1),
            row.Long(2),
            Milliseconds.Time(row.Long(3)),
            new GrainId((GrainKind)row.Int(4), row.Text(5)),
            row.Text(6),
            (Outcome)row.Int(7),
            row.Text(8),
            !row.IsNull(9),
            row.Long(10),
            row.Blob(11))));

    public IReadOnlyList<RepeatBatch> Repeats(long firstTurn, long lastTurn) => _connection.Read(c =>
        c.Statement(RepeatsBetween).Add(firstTurn).Add(lastTurn)
            .All(row => new RepeatBatch(row.Long(0), Milliseconds.Time(row.Long(1)), row.Blob(2))));

    public IEnumerable<RepeatHour> Hours()
    {
        List<(long Id, RepeatHour Hour)> page;
        var after = long.MinValue;
        do
        {
            page = _connection.Read(c => c.Statement(HoursAfter).Add(after).Add(HoursPerRead).All(row => (
                row.Long(0), new RepeatHour(row.Text(1), row.Long(2), row.Long(3), row.Long(4), row.Long(5), row.Long(6)))));
            foreach (var (id, hour) in page)
            {
                after = id;
                yield return hour;
            }
        }
        while (page.Count == HoursPerRead);
    }

    public ValueTask<StoredPolicy?> FindPolicyAsync(long version, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_connection.Read(c => PolicyReads.Find(c, version)));

    public IReadOnlyList<PolicyChange> Topology() => _connection
        .Read(c => c
            .Statement(
                "SELECT kind, id, doc FROM policy_objects WHERE kind IN ('entity', 'edge') ORDER BY kind DESC, id")
            .All(row => new PolicyObject(row.Text(0), row.Text(1), row.Blob(2))))
        .ConvertAll(made => made.ToChange());

    public IReadOnlyList<IncidentState> Incidents(string after, int limit) => _connection
        .Read(c => c.Statement("SELECT doc FROM incidents WHERE id > ? ORDER BY id LIMIT ?").Add(after).Add(limit)
            .All(row => row.Blob(0)))
        .ConvertAll(document => (IncidentState)StateWire.Read(GrainKind.Incident, document, []));

    public IReadOnlyList<AlertState> Alerts(long after, int limit) => _connection
        .Read(
            c => c.Statement(AlertsAfter).Add(after).Add(limit).All(row => (Document: row.Blob(0), Tally: row.Blob(1))))
        .ConvertAll(row => (AlertState)StateWire.Read(GrainKind.Alert, row.Document, row.Tally));

    public IReadOnlyList<Delivery> Deliveries(string after, int limit) => _connection
        .Read(c => c.Statement("SELECT doc FROM outbox WHERE id > ? ORDER BY id LIMIT ?").Add(after).Add(limit)
            .All(row => row.Blob(0)))
        .ConvertAll(document => StoredJson.Read<Delivery>(document));

    public void Dispose() => _connection.Dispose();

    private T One<T>(string sql, Func<Statement, T> read) => _connection.Read(c => c.Statement(sql).One(read))!;
}
