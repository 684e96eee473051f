using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Correlation.Silo.Storage.Sqlite;

/// <param name="Pause">Between two rounds.</param>
/// <param name="Restart">Bytes in the log from which the writer is held to begin the log anew.</param>
/// <param name="Truncate">Bytes from which the file is cut as well.</param>
internal sealed record CheckpointBounds(TimeSpan Pause, long Restart, long Truncate)
{
    public static readonly CheckpointBounds Default = new(TimeSpan.FromSeconds(1), 64 << 20, 256 << 20);
}

/// <summary>
/// Moves the write-ahead log into the database on a thread and a connection of its own. A passive checkpoint disturbs
/// nobody, but under steady load it never catches up, so the log would grow for ever: past a bound the writer is held
/// for the rest, which is little right after a passive one, and writing begins at the log's start again. The file keeps
/// its size then, because a sync is cheaper where the file does not grow; only a file far too large is cut.
/// </summary>
internal sealed partial class Checkpointer : IDisposable
{
    private const long FrameSize = 4096 + 24;

    private readonly SqliteConnection _connection;
    private readonly CheckpointBounds _bounds;
    private readonly Lock _writing;
    private readonly DiskReserve _reserve;
    private readonly ILogger _log;
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _thread;
    private bool _failing;

    /// <param name="writing">Held by the writer during a commit.</param>
    public Checkpointer(string file, CheckpointBounds bounds, Lock writing, DiskReserve reserve, ILogger log)
    {
        (_bounds, _writing, _reserve, _log) = (bounds, writing, reserve, log);
        _connection = SqliteFile.Open(file, SqliteOpenMode.ReadWrite);

        // A connection that has read nothing yet does not know that there is a log.
        using (var first = new Statement(_connection.Handle!, "SELECT id FROM base"))
        {
            first.Run();
        }

        // A reader in the way ends within 200 ms: come back later instead of holding the writer meanwhile.
        raw.sqlite3_busy_timeout(_connection.Handle!, 0);
        _thread = new Thread(Loop) { IsBackground = true, Name = "sqlite checkpoint" };
        _thread.UnsafeStart();
    }

    public void Dispose()
    {
        _stopping.Set();
        _thread.Join();
        _connection.Dispose();
        _stopping.Dispose();
    }

    private void Loop()
    {
        while (!_stopping.Wait(_bounds.Pause))
        {
            try
            {
                Round();
                if (_reserve.InUse && _reserve.Restore())
                {
                    LogRoomAgain();
                }

                _failing = false;
            }
            catch (SqliteException error)
            {
                Failed(error);
            }
            catch (IOException error)
            {
                Failed(error);
            }
        }
    }

    private void Round()
    {
        if (Run(raw.SQLITE_CHECKPOINT_PASSIVE) < _bounds.Restart)
        {
            return;
        }

        var size = Run(raw.SQLITE_CHECKPOINT_PASSIVE);
        lock (_writing)
        {
            Run(size < _bounds.Truncate ? raw.SQLITE_CHECKPOINT_RESTART : raw.SQLITE_CHECKPOINT_TRUNCATE);
        }
    }

    /// <returns>Bytes in the log.</returns>
    private long Run(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_connection.Handle!, "main", mode, out var frames, out _);
        if (code is not (raw.SQLITE_OK or raw.SQLITE_BUSY))
        {
            SqliteException.ThrowExceptionForRC(code, _connection.Handle!);
        }

        return frames * FrameSize;
    }

    // Nothing is lost: what is committed stays in the log, and the next round tries again. Said once per spell.
    private void Failed(Exception error)
    {
        if (!_failing)
        {
            LogFailed(error);
        }

        _failing = true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The write-ahead log could not be moved into the database; it grows until it can")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "The disk has room again: alerts are taken in")]
    private partial void LogRoomAgain();
}
