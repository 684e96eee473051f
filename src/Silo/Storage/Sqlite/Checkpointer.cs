using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// Moves the write-ahead log into the database on a thread and a connection of its own. A passive checkpoint disturbs
/// nobody, but under steady load it never catches up, so the log would grow for ever: past a bound the writer is held for
/// the rest, which is little right after a passive one, and writing begins at the log's start again. The file keeps its size then,
/// because a sync is cheaper where the file does not grow; only a file far too large is cut.
/// </summary>
internal sealed partial class Checkpointer : IDisposable
{
    private const long FrameSize = 4096 + 24;
    private const long RestartFrames = (64 << 20) / FrameSize;
    private const long TruncateFrames = (256 << 20) / FrameSize;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SqliteConnection _connection;
    private readonly Lock _writing;
    private readonly DiskReserve _reserve;
    private readonly ILogger _log;
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _thread;

    /// <param name="writing">Held by the writer during a commit.</param>
    public Checkpointer(string file, Lock writing, DiskReserve reserve, ILogger log)
    {
        (_writing, _reserve, _log) = (writing, reserve, log);
        _connection = SqliteFile.Open(file, SqliteOpenMode.ReadWrite);

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
        while (!_stopping.Wait(Pause))
        {
            try
            {
                Round();
                if (_reserve.InUse && _reserve.Restore())
                {
                    LogRoomAgain();
                }
            }
            catch (SqliteException error)
            {
                // Nothing is lost: what is committed stays in the log, and the next round tries again.
                LogFailed(error);
            }
            catch (IOException error)
            {
                LogFailed(error);
            }
        }
    }

    private void Round()
    {
        var frames = Run(raw.SQLITE_CHECKPOINT_PASSIVE);
        if (frames < RestartFrames)
        {
            return;
        }

        Run(raw.SQLITE_CHECKPOINT_PASSIVE);
        lock (_writing)
        {
            Run(frames < TruncateFrames ? raw.SQLITE_CHECKPOINT_RESTART : raw.SQLITE_CHECKPOINT_TRUNCATE);
        }
    }

    /// <returns>Frames in the log.</returns>
    private int Run(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_connection.Handle!, "main", mode, out var frames, out _);
        if (code is not (raw.SQLITE_OK or raw.SQLITE_BUSY))
        {
            SqliteException.ThrowExceptionForRC(code, _connection.Handle!);
        }

        return frames;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log could not be moved into the database; it grows until it can")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "The disk has room again: alerts are taken in")]
    private partial void LogRoomAgain();
}
