using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>The embedded store: one file in the data folder, one writer, and nobody else on the folder.</summary>
public sealed partial class SqliteStore : IStore
{
    private readonly string _folder;
    private readonly ILogger _log;
    private readonly CheckpointBounds _bounds;
    private readonly Lock _writing = new();
    private readonly DiskReserve _reserve;
    private FolderLock? _lock;
    private Checkpointer? _checkpointer;
    private Writer? _writer;
    private Tables? _tables;
    private Pruning? _pruning;

    /// <param name="held">The lock on the folder, when the process has it already; else the store takes it.</param>
    public SqliteStore(string folder, ILogger<SqliteStore> log, FolderLock? held = null)
        : this(folder, log, CheckpointBounds.Default) => _lock = held;

    internal SqliteStore(string folder, ILogger<SqliteStore> log, CheckpointBounds bounds)
    {
        (_folder, _log, _bounds) = (folder, log, bounds);
        _reserve = new DiskReserve(folder);
    }

    public bool InReserve => _reserve.InUse;

    // The kernel may drop the pages whose sync failed and say so only once: what we would read then is not what is on
    // disk.
    public bool MustRestartAfterUnknown => true;

    private Tables Ready => _tables ?? throw new InvalidOperationException("The store is used before Open.");

    public StoreHead Open()
    {
        Close();
        _lock ??= new FolderLock(_folder);
        var file = SqliteFile.In(_folder);
        PrivateFile.Create(file);
        try
        {
            return Open(file);
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT)
        {
            throw new StoreRefusedException(
                $"The database {file} is damaged, or is none: {damaged.Message} Move it away together with its -wal and -shm files, and restore a backup.",
                damaged);
        }
    }

    public IReadOnlyList<StoredGrain> Load(IReadOnlyCollection<GrainId> grains) =>
        Read(tables => grains.Select(tables.Load).OfType<StoredGrain>().ToList());

    public IEnumerable<RepeatBatch> ReadRepeats(long afterTurn) => Ready.Turns.Repeats(afterTurn);

    public IReadOnlyList<StoredMessage> Messages(long after, int limit) => Ready.Messages.After(after, limit);

    public IReadOnlyList<StoredTimer> DueTimers(DateTimeOffset now, TimeSpan listened, int limit, bool? walks = null) =>
        Ready.Timers.Due(now, listened, limit, walks);

    public (DateTimeOffset? Duty, DateTimeOffset? Absence) NextDue() => Read(tables => tables.Timers.Next());

    public IReadOnlyList<Item> Items(GrainId owner, ItemRange range) => Ready.Items.Range(owner, range);

    public IReadOnlyList<StoredGrain> OpenAlerts(string afterAlias, int limit) => Ready.Alerts.Open(afterAlias, limit);

    public IReadOnlyDictionary<string, StoredAnswer> Answers(IReadOnlyCollection<string> idempotencyKeys) =>
        Read(tables => idempotencyKeys.Distinct(StringComparer.Ordinal)
            .Select(key => (Key: key, Answer: tables.Answer(key)))
            .Where(found => found.Answer is not null)
            .ToDictionary(found => found.Key, found => found.Answer!, StringComparer.Ordinal));

    public void Commit(TurnWrite write)
    {
        var tables = Ready;
        InTransaction(() => tables.Write(write));
        tables.Turns.Committed(write);
    }

    public bool Prune(Retention retention, DateTimeOffset now, long replayTurn)
    {
        var pruning = _pruning ?? throw new InvalidOperationException("The store is used before Open.");
        var more = false;
        InTransaction(() => more = pruning.Slice(retention, now, replayTurn));
        pruning.Committed();
        return more;
    }

    public void Dispose()
    {
        Close();
        _lock?.Dispose();
        _lock = null;
    }

    private StoreHead Open(string file)
    {
        _writer = new Writer(file);
        _tables = new Tables(_writer);
        _pruning = new Pruning(_writer, _tables.Turns);
        if (!_reserve.Restore())
        {
            LogNoRoom();
        }

        _checkpointer = new Checkpointer(file, _bounds, _writing, _reserve, _log);
        var turns = _tables.Turns;
        return new StoreHead(
            turns.Turn, turns.ReplayTurn, turns.PolicyVersion, [.. turns.Newest], _tables.PolicyObjects.All())
        {
            Hold = turns.Hold,
        };
    }

    private T Read<T>(Func<Tables, T> read)
    {
        var tables = Ready;
        return _writer!.Read(() => read(tables));
    }

    private void InTransaction(Action write)
    {
        lock (_writing)
        {
            try
            {
                Transaction.Run(_writer!, write);
            }
            catch (CommitFailedException full) when (Transaction.IsDiskFull(full) && _reserve.Release())
            {
                LogDiskFull();
                Transaction.Run(_writer!, write);
            }
        }
    }

    private void Close()
    {
        _checkpointer?.Dispose();
        _writer?.Dispose();
        (_checkpointer, _writer, _tables, _pruning) = (null, null, null, null);
    }

    [LoggerMessage(Level = LogLevel.Error, Message =
        "The disk of CORRELATION_DATA is full: people use the reserve, no alerts are taken in until there is room")]
    private partial void LogDiskFull();

    [LoggerMessage(Level = LogLevel.Error, Message =
        "The disk of CORRELATION_DATA has no room for the reserve: no alerts are taken in until there is")]
    private partial void LogNoRoom();
}
