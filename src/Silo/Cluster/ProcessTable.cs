using Correlation.Gateway.Seams;
using Correlation.Silo.Storage.Postgres;
using Npgsql;

namespace Correlation.Silo.Cluster;

/// <param name="Id">Null for a release that does not give itself one.</param>
internal sealed record Owner(int ServerProcess, DateTime Since, string Name, string? Id);

/// <summary>What one look at the database shows.</summary>
/// <param name="Processes">Null while the owner has not made their table yet.</param>
/// <param name="Schema">The number of the newest schema file that was applied; 0 of an empty database.</param>
internal sealed record Look(Owner? Owner, IReadOnlyDictionary<string, ProcessRow>? Processes, int Schema)
{
    /// <summary>Null when the owner has not said where it is.</summary>
    public ProcessRow? OwnersRow => Owner?.Id is { } id ? Processes?.GetValueOrDefault(id) : null;
}

/// <param name="Secret">By which it lets the others in; null of a release that does not.</param>
/// <param name="KeysMark">As <see cref="ThisProcess.KeysMark"/>; null, too, of a release that does not tell.</param>
internal sealed record ProcessRow(ClusterProcess Process, long Beat, string? Secret = null, string? KeysMark = null);

/// <summary>
/// The processes on one database, over a connection of its own that is made anew when it was lost. Of one thread. Only
/// its looks and beats are bounded by its own time, of which several fit into what a silence may last.
/// </summary>
/// <remarks>
/// Errors: every call throws <see cref="NpgsqlException"/> when the server does not answer, or is one that was left
/// behind.
/// </remarks>
internal sealed class ProcessTable(string database, ThisProcess process, KnownTimeline timeline) : IDisposable
{
    private NpgsqlConnection? _connection;

    public Look Look()
    {
        var owner = Session.FindOwner(Connection);
        try
        {
            return new Look(owner, Rows(Connection), Schema.Version(Connection));
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return new Look(owner, null, 0);
        }
    }

    /// <summary>Says that this process goes on.</summary>
    public void Beat(string state) => Run("""
        INSERT INTO processes (id, name, address, state, beat, started, seen) VALUES ($1, $2, $3, $4, 1, now(), now())
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, beat = processes.beat + 1, seen = now()
        """, process.Id, process.Name, process.Address, state);

    /// <summary>This process has become the owner, so no other is.</summary>
    /// <param name="held">The session that has the lock; without it nothing is said.</param>
    public bool BeginEpoch(SessionMark held) => Run($"""
        WITH held AS ({Session.HoldsLock}),
        gone AS (DELETE FROM processes WHERE state = 'owner' AND id <> $3 AND EXISTS (SELECT FROM held))
        UPDATE processes SET state = 'owner', epoch = nextval('epochs'), secret = $4, keys_mark = $5
        WHERE id = $3 AND EXISTS (SELECT FROM held)
        """, held.ProcessId, held.Start, process.Id, process.Secret, process.KeysMark ?? "") > 0;

    /// <returns>False when another has become the owner.</returns>
    public bool BeatAsOwner() =>
        Run("UPDATE processes SET beat = beat + 1, seen = now() WHERE id = $1 AND state = 'owner'", process.Id) > 0;

    /// <summary>Those that have long gone without a word.</summary>
    public void Sweep() => Run("DELETE FROM processes WHERE seen < now() - interval '1 minute'");

    /// <summary>
    /// Replicas that no commit waits for, when it waits for none. What a role may not see of them is taken for the
    /// worst; a backup and a subscriber are no replicas.
    /// </summary>
    public long AsynchronousReplicas()
    {
        using var ask = new NpgsqlCommand(
            """
            SELECT count(*) FROM pg_stat_replication WHERE COALESCE(state, 'streaming') IN ('streaming', 'catchup')
                AND pid NOT IN (SELECT active_pid FROM pg_replication_slots WHERE slot_type = 'logical' AND active_pid IS NOT NULL)
                AND (current_setting('synchronous_standby_names') = ''
                    OR (SELECT reset_val = 'local' FROM pg_settings WHERE name = 'synchronous_commit'))
            """,
            Connection);
        return (long)ask.ExecuteScalar()!;
    }

    public void Leave() => Run("DELETE FROM processes WHERE id = $1", process.Id);

    /// <summary>
    /// Ends the owner's connection, and with it its ownership: whatever it was committing is over before its lock is
    /// free. That very connection, so that whoever has taken over meanwhile is not meant.
    /// </summary>
    /// <exception cref="PostgresException">Not allowed: all processes must use one role of the server.</exception>
    public void End(Owner owner) => Run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2",
        owner.ServerProcess, owner.Since);

    public void Dispose() => _connection?.Dispose();

    internal static async ValueTask<IReadOnlyList<ClusterProcess>> ReadAsync(
        NpgsqlDataSource pool, CancellationToken cancellationToken)
    {
        await using var ask = pool.CreateCommand(RowsSql);
        await using var rows = await ask.ExecuteReaderAsync(cancellationToken);
        var processes = new List<ClusterProcess>();
        while (await rows.ReadAsync(cancellationToken))
        {
            processes.Add(Read(rows).Process);
        }

        return processes;
    }

    // An owner of an older release has not given the table the last columns.
    private const string RowsSql = """
        SELECT id, name, address, state, epoch, started, seen, beat,
            to_jsonb(processes) ->> 'secret', to_jsonb(processes) ->> 'keys_mark'
        FROM processes ORDER BY started, id
        """;

    private NpgsqlConnection Connection =>
        _connection is { State: System.Data.ConnectionState.Open } open ? open : Connect();

    private NpgsqlConnection Connect()
    {
        _connection?.Dispose();
        _connection = null;
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database)
        {
            Pooling = false,
            Timeout = 1,
            CommandTimeout = 1,
            CancellationTimeout = -1,
            ApplicationName = $"correlation {process.Id}, beat",
        }.ToString());
        try
        {
            connection.Open();
            timeline.Check(connection);

            // A beat that is lost with the server is no loss.
            using var set = new NpgsqlCommand("SET synchronous_commit = off", connection);
            set.ExecuteNonQuery();
            return _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static Dictionary<string, ProcessRow> Rows(NpgsqlConnection connection)
    {
        using var ask = new NpgsqlCommand(RowsSql, connection);
        using var rows = ask.ExecuteReader();
        var processes = new Dictionary<string, ProcessRow>();
        while (rows.Read())
        {
            var row = Read(rows);
            processes[row.Process.Id] = row;
        }

        return processes;
    }

    private static ProcessRow Read(NpgsqlDataReader row) => new(
        new ClusterProcess(
            row.GetString(0),
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            row.IsDBNull(4) ? null : row.GetInt64(4),
            row.GetFieldValue<DateTimeOffset>(5),
            row.GetFieldValue<DateTimeOffset>(6)),
        row.GetInt64(7),
        row.IsDBNull(8) ? null : row.GetString(8),
        row.IsDBNull(9) ? null : row.GetString(9));

    /// <returns>Rows that were changed; 0 while there is no table.</returns>
    private int Run(string sql, params object[] values)
    {
        using var command = new NpgsqlCommand(sql, Connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        try
        {
            return command.ExecuteNonQuery();
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return 0;
        }
    }
}
