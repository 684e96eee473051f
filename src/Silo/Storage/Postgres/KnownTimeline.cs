using System.Text;
using Npgsql;

namespace Correlation.Silo.Storage.Postgres;

/// <summary>
/// How far this process has seen its server go. A failover begins a new timeline; the server that was left behind,
/// should it come back as if nothing had been, lacks what was accepted since and is not used. Kept in the data folder.
/// Any thread may ask.
/// </summary>
internal sealed class KnownTimeline(string folder)
{
    public const string FileName = "server.timeline";

    private readonly Lock _gate = new();
    private readonly string _file = Path.Combine(folder, FileName);

    /// <exception cref="OldTimelineException">The server is on an older timeline than it was.</exception>
    public void Check(NpgsqlConnection connection)
    {
        var now = Timeline.Of(connection);
        lock (_gate)
        {
            var known = File.Exists(_file) ? Timeline.Parse(File.ReadAllText(_file)) : null;
            if (known?.System == now.System && known.Number > now.Number)
            {
                throw new OldTimelineException(
                    $"PostgreSQL on {connection.Host}:{connection.Port} is on timeline {now.Number} and was on {known.Number}: " +
                    "another server has taken over from it, and what was accepted since is not there. Set CORRELATION_DATABASE to " +
                    $"that one; to go on with this one and without what it lacks, stop all processes and delete {_file} of each.");
            }

            if (known != now)
            {
                PrivateFile.Write(_file, stream => stream.Write(Encoding.ASCII.GetBytes(now.ToString())));
            }
        }
    }

    /// <param name="System">What a server and its replicas have in common.</param>
    private sealed record Timeline(string System, uint Number)
    {
        public static Timeline Of(NpgsqlConnection connection)
        {
            // As the log is written now: the control file is behind until the first checkpoint after a failover.
            using var ask = new NpgsqlCommand(
                """
                SELECT system_identifier::text, substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
                FROM pg_control_system()
                """,
                connection);
            using var row = ask.ExecuteReader();
            row.Read();
            return new Timeline(row.GetString(0), Convert.ToUInt32(row.GetString(1), 16));
        }

        public static Timeline? Parse(string text) =>
            text.Split(' ') is [var system, var number] && uint.TryParse(number, out var known)
                ? new Timeline(system, known)
                : null;

        public override string ToString() => $"{System} {Number}";
    }
}

/// <summary>To be waited out, as a server that does not answer is.</summary>
internal sealed class OldTimelineException(string message) : NpgsqlException(message);
