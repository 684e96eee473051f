using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage.Postgres.Reads;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>In transactions that may only read, one connection.</summary>
internal sealed class PostgresRecordedLog : IRecordedLog
{
    private const int HoursPerRead = 2_000;

    private const string RowsBetween = """
        SELECT id, partition, position, at, kind, key, type, outcome, reason, alert_id IS NOT NULL, policy, command
        FROM log WHERE id BETWEEN $1 AND $2 ORDER BY id
        """;

    private const string RepeatsBetween = """
        SELECT turn, at, repeats FROM turns WHERE turn BETWEEN $1 AND $2 AND length(repeats) > 0
            AND turn > (SELECT summarised_turn FROM base)
        ORDER BY turn
        """;

    private const string HoursAfter = """
        SELECT alias, hour, count, first_at, last_at, longest_gap FROM repeat_hours
        WHERE hour >= $1 AND (hour, alias) > ($1, $2) ORDER BY hour, alias LIMIT $3
        """;

    private readonly NpgsqlDataSource _pool;

    /// <exception cref="StoreRefusedException">It cannot be reached, or is another release's.</exception>
    public PostgresRecordedLog(string connectionString)
    {
        _pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "correlation, replay",
            Options = "-c default_transaction_read_only=on",
            MaxPoolSize = 1,
        });
        try
        {
            SchemaFile.RequireCurrent(
                Rows("SELECT COALESCE(MAX(number), 0) FROM schema_versions", _ => { }, row => row.GetInt32(0))[0],
                "Postgres");
        }
        catch (NpgsqlException error)
        {
            _pool.Dispose();
            throw new StoreRefusedException(
                $"The recorded log in CORRELATION_DATABASE cannot be read: {error.Message}", error);
        }
        catch
        {
            _pool.Dispose();
            throw;
        }
    }

    public RecordedSpan Span() => Rows(RecordedSpan.Sql, _ => { }, row => RecordedSpan.Of(row.GetInt64))[0];

    public IReadOnlyList<RecordedRow> Rows(long firstTurn, long lastTurn) => Rows(
        RowsBetween,
        command => command.With(LogRowId.First(firstTurn)).With(LogRowId.Last(lastTurn)),
        row => new RecordedRow(
            row.GetInt64(0) >> LogRowId.OrdinalBits,
            row.GetInt32(1),
            row.GetInt64(2),
            Milliseconds.Time(row.GetInt64(3)),
            row.Grain(4, 5),
            row.GetString(6),
            (Outcome)row.GetInt32(7),
            row.GetString(8),
            row.GetBoolean(9),
            row.GetInt64(10),
            row.Bytes(11)));

    public IReadOnlyList<RepeatBatch> Repeats(long firstTurn, long lastTurn) => Rows(
        RepeatsBetween,
        command => command.With(firstTurn).With(lastTurn),
        row => new RepeatBatch(row.GetInt64(0), Milliseconds.Time(row.GetInt64(1)), row.Bytes(2)));

    public IEnumerable<RepeatHour> Hours()
    {
        List<RepeatHour> page;
        var (hour, alias) = (long.MinValue, "");
        do
        {
            page = Rows(
                HoursAfter,
                command => command.With(hour).With(alias).With(HoursPerRead),
                row => new RepeatHour(
                    row.Key(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)));
            foreach (var found in page)
            {
                (hour, alias) = (found.Hour, PostgresText.Key(found.Alias));
                yield return found;
            }
        }
        while (page.Count == HoursPerRead);
    }

    public ValueTask<StoredPolicy?> FindPolicyAsync(long version, CancellationToken cancellationToken) =>
        new PolicyReads(_pool).FindAsync(version, cancellationToken);

    public IReadOnlyList<PolicyChange> Topology() => Rows(
        "SELECT kind, id, doc FROM policy_objects WHERE kind IN ('entity', 'edge') ORDER BY kind DESC, id",
        _ => { },
        row => new PolicyObject(row.GetString(0), row.Key(1), row.Bytes(2)).ToChange());

    public IReadOnlyList<IncidentState> Incidents(string after, int limit) => Rows(
        "SELECT doc FROM incidents WHERE id > $1 ORDER BY id LIMIT $2",
        command => command.With(after).With(limit),
        row => (IncidentState)StateWire.Read(GrainKind.Incident, row.Bytes(0), []));

    public IReadOnlyList<AlertState> Alerts(long after, int limit) => Rows(
        "SELECT doc, tally FROM alert_docs JOIN alert_tallies USING (tiny_id) WHERE tiny_id > $1 ORDER BY tiny_id LIMIT $2",
        command => command.With(after).With(limit),
        row => (AlertState)StateWire.Read(GrainKind.Alert, row.Bytes(0), row.Bytes(1)));

    public IReadOnlyList<Delivery> Deliveries(string after, int limit) => Rows(
        "SELECT doc FROM outbox WHERE id > $1 ORDER BY id LIMIT $2",
        command => command.With(after).With(limit),
        row => StoredJson.Read<Delivery>(row.Bytes(0)));

    public void Dispose() => _pool.Dispose();

    private List<T> Rows<T>(string sql, Action<NpgsqlCommand> bind, Func<NpgsqlDataReader, T> read)
    {
        using var command = _pool.CreateCommand(sql);
        bind(command);
        using var rows = command.ExecuteReader();
        var all = new List<T>();
        while (rows.Read())
        {
            all.Add(read(rows));
        }

        return all;
    }
}
