using System.Globalization;
using System.Text.RegularExpressions;
using Correlation.Silo.Cluster;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// The one connection that writes. It holds an advisory lock as long as it lives, and every commit goes through it:
/// whoever has the lock is alone, and a process whose connection ended cannot write behind its successor's back. To
/// have the lock again also means that the connection before it, and whatever it was committing, has ended.
/// </summary>
internal sealed partial class Session : IDisposable
{
    // "correlation" in the two numbers of an advisory lock; such locks belong to one database.
    private const int LockClass = 0x636f7272;
    private const int LockNumber = 1;

    /// <summary>Whether the session of which these are process and beginning has the lock.</summary>
    public static readonly string HoldsLock = string.Create(CultureInfo.InvariantCulture, $"""
        SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND l.classid = {LockClass} AND l.objid = {LockNumber} AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND a.pid = $1 AND a.backend_start = $2
        """);

    private readonly NpgsqlConnection _connection;

    private Session(NpgsqlConnection connection)
    {
        _connection = connection;
        using var ask = new NpgsqlCommand(
            "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()", connection);
        using var row = ask.ExecuteReader();
        row.Read();
        Mark = new SessionMark(row.GetInt32(0), row.GetDateTime(1));
    }

    /// <summary>False when the connection was lost: then this session has ended.</summary>
    public bool IsAlive => _connection.FullState == System.Data.ConnectionState.Open;

    public SessionMark Mark { get; }

    /// <param name="process">Id of this process among those on the database.</param>
    /// <param name="former">The session before this one; null when there was none.</param>
    /// <exception cref="StoreInUseException">Another process holds the database.</exception>
    /// <exception cref="NpgsqlException">The server does not answer, or is one that was left behind.</exception>
    public static Session Open(string connectionString, string process, SessionMark? former, KnownTimeline? timeline)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Timeout = 3,
            CommandTimeout = 30,

            // A session that ended while nobody used it is noticed, and the lock taken again, before a page waits long.
            KeepAlive = 1,
            ApplicationName = $"correlation {process}, process {Environment.ProcessId} on {Environment.MachineName}",
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
        };
        var connection = new NpgsqlConnection(settings.ToString());
        try
        {
            connection.Open();
            timeline?.Check(connection);
            TakeLock(connection, former);
            return new Session(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whose connection has the lock; null when nobody's.</summary>
    public static Owner? FindOwner(NpgsqlConnection connection)
    {
        using var ask = new NpgsqlCommand(
            $"""
            SELECT a.pid, a.backend_start, a.application_name, COALESCE(host(a.client_addr), 'local')
            FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.classid = {LockClass} AND l.objid = {LockNumber} AND l.granted
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            connection);
        using var rows = ask.ExecuteReader();
        if (!rows.Read())
        {
            return null;
        }

        // What another role does is not shown.
        return rows.IsDBNull(1)
            ? throw new StoreRefusedException(
                $"The database '{connection.Database}' on {connection.Host} is run by a process that connects as another role: let all " +
                "processes use the same one in CORRELATION_DATABASE.")
            : new Owner(
                rows.GetInt32(0),
                rows.GetDateTime(1),
                $"'{rows.GetString(2)}' from {rows.GetString(3)}",
                IdIn(rows.GetString(2)));
    }

    public NpgsqlConnection Connection => _connection;

    /// <summary>
    /// A server that hangs in a commit is found out in time for the promise to stop within ten seconds.
    /// </summary>
    public NpgsqlBatch Batch() => new(_connection) { Timeout = 6 };

    public void Dispose() => _connection.Dispose();

    private static string? IdIn(string applicationName) =>
        ApplicationName().Match(applicationName) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("^correlation ([0-9a-f]{8}), process ")]
    private static partial Regex ApplicationName();

    private static void TakeLock(NpgsqlConnection connection, SessionMark? former)
    {
        if (former is { } before)
        {
            // Our own connection before this one may live on at the server, in the middle of a commit.
            using var end = new NpgsqlCommand(
                $"SELECT pg_terminate_backend($1) WHERE EXISTS ({HoldsLock})", connection);
            end.Parameters.Add(new NpgsqlParameter { Value = before.ProcessId });
            end.Parameters.Add(new NpgsqlParameter { Value = before.Start });
            end.ExecuteNonQuery();
        }

        // A process that was killed a moment ago is still being cleared away.
        Execute(connection, "SET lock_timeout = '2s'");
        try
        {
            Execute(connection, $"SELECT pg_advisory_lock({LockClass}, {LockNumber})");
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StoreInUseException(
                $"The database '{connection.Database}' on {connection.Host} is in use by {Holder(connection)}. Stop " +
                "it, or set CORRELATION_DATABASE to another database.",
                busy);
        }

        Execute(connection, "SET lock_timeout = 0");
    }

    private static string Holder(NpgsqlConnection connection) => FindOwner(connection) is { } owner
        ? string.Create(CultureInfo.InvariantCulture, $"{owner.Name} (server process {owner.ServerProcess})")
        : "another process, which has just gone";

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}

/// <summary>One session of the server. Process numbers come again, the time with them does not.</summary>
internal readonly record struct SessionMark(int ProcessId, DateTime Start);
