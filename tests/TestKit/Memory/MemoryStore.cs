using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

/// <summary>
/// One process's hold on a <see cref="MemoryDisk"/>, for tests that need thousands of commits and faults at their
/// seams. What a test lets happen at a step decides what is left: a <see cref="CommitFailedException"/> takes the write
/// back; any other exception leaves it as it is, and what is not synced is gone with the next Open or the crash.
/// </summary>
public sealed class MemoryStore(MemoryDisk disk) : IStore
{
    private bool _isOpen;
    private bool _hadIt;

    /// <summary>Called after each step of a commit; what it throws is thrown by the commit.</summary>
    public Action<CommitStep, TurnWrite>? Interrupt { get; set; }

    /// <summary>What the disk makes of a row on its way into memory.</summary>
    public Func<StoredGrain, StoredGrain> Loaded { get; set; } = grain => grain;

    public bool MustRestartAfterUnknown { get; init; }

    public bool InReserve { get; set; }

    /// <summary>Thrown instead of pruning.</summary>
    public Exception? PruneFault { get; set; }

    /// <summary>False when its connection was ended, or it never had one.</summary>
    public bool Holds => disk.Holder == this;

    private MemoryTables Tables
    {
        get
        {
            Confirm();
            return _isOpen
                ? disk.Tables
                : throw new InvalidOperationException("The store is used before Open or after Dispose.");
        }
    }

    public void Confirm()
    {
        if (disk.IsExclusive && !Holds)
        {
            throw new StoreInUseException("Another process has the store.");
        }
    }

    public StoreHead Open()
    {
        // Whose hold was ended finds a successor there, or one that is about to start.
        disk.Holder = !disk.IsExclusive || (disk.Holder is null && !_hadIt) ? this : disk.Holder;
        Confirm();
        _hadIt = true;

        // An unfinished transaction ends with the session that began it.
        disk.Crash();
        _isOpen = true;
        return Tables.Head;
    }

    public IReadOnlyList<StoredGrain> Load(IReadOnlyCollection<GrainId> grains) =>
        [.. grains.Select(Tables.Grains.Load).OfType<StoredGrain>().Select(Loaded)];

    public IEnumerable<RepeatBatch> ReadRepeats(long afterTurn) =>
        Tables.Repeats.Where(batch => batch.Turn > afterTurn);

    public IReadOnlyList<StoredMessage> Messages(long after, int limit) =>
        [.. Tables.Messages.Where(message => message.Id > after).Take(limit)];

    public IReadOnlyList<StoredTimer> DueTimers(DateTimeOffset now, TimeSpan listened, int limit, bool? walks = null) =>
        [.. Tables.Timers.Due(now, listened).Where(timer => walks is null || walks == timer.Timer.Read is not null).Take(limit)];

    public (DateTimeOffset? Duty, DateTimeOffset? Absence) NextDue() =>
        (Tables.Timers.Next(absence: false), Tables.Timers.Next(absence: true));

    public IReadOnlyList<Item> Items(GrainId owner, ItemRange range) =>
    [
        .. Tables.Items.Of(owner, range.Set)
            .Where(item => string.CompareOrdinal(item.Key, range.After) > 0)
            .Take(range.Limit),
    ];

    public IReadOnlyList<StoredGrain> OpenAlerts(string afterAlias, int limit) =>
        [.. Tables.Grains.OpenAlerts(afterAlias, limit).Select(Loaded)];

    public IReadOnlyDictionary<string, StoredAnswer> Answers(IReadOnlyCollection<string> idempotencyKeys) =>
        idempotencyKeys.Distinct(StringComparer.Ordinal)
            .Select(key => (Key: key, Answer: Tables.Answer(key)))
            .Where(found => found.Answer is not null)
            .ToDictionary(found => found.Key, found => found.Answer!, StringComparer.Ordinal);

    public void Commit(TurnWrite write)
    {
        var tables = Tables;
        if (write.Turn <= tables.Turn)
        {
            throw new InvalidOperationException($"Turn {write.Turn} is written after turn {tables.Turn}.");
        }

        try
        {
            Interrupt?.Invoke(CommitStep.Begun, write);
            disk.Write(write);
            Interrupt?.Invoke(CommitStep.Written, write);
            disk.Sync();
            Interrupt?.Invoke(CommitStep.Synced, write);
        }
        catch (CommitFailedException)
        {
            disk.Crash();
            throw;
        }
    }

    /// <summary>
    /// Only what a start reads: packed repeats, and answers. Nothing that a checker looks for is dropped.
    /// </summary>
    public bool Prune(Retention retention, DateTimeOffset now, long replayTurn)
    {
        if (PruneFault is { } fault)
        {
            throw fault;
        }

        Tables.Repeats.RemoveAll(batch => batch.Turn <= replayTurn && batch.At < now - retention.Repeats);
        Tables.DropAnswersBefore(now - retention.Answers);
        return false;
    }

    public void Dispose()
    {
        _isOpen = false;
        disk.Holder = Holds ? null : disk.Holder;
    }
}
