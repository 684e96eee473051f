using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

/// <summary>
/// What outlives a process: every turn that was written, in order, and how far it is synced. A crash drops the rest, as
/// a disk does whose cache was not flushed.
/// </summary>
public sealed class MemoryDisk
{
    private readonly List<TurnWrite> _journal = [];

    /// <summary>Every turn since the disk was new, the unsynced ones last; these alone where it keeps none.</summary>
    public IReadOnlyList<TurnWrite> Journal => _journal;

    /// <summary>How many turns of the journal a crash leaves.</summary>
    public int Synced { get; private set; }

    /// <summary>A disk that says it has synced and has not.</summary>
    public bool Lies { get; init; }

    /// <summary>One store at a time has it, as one connection has a database; else whoever opens it last.</summary>
    public bool IsExclusive { get; init; }

    /// <summary>
    /// False for long runs in which nothing crashes: what is synced is in the tables alone, or each state of each grain
    /// that ever was would stay in memory.
    /// </summary>
    public bool KeepsTurns { get; init; } = true;

    public MemoryTables Tables { get; private set; } = new();

    internal MemoryStore? Holder { get; set; }

    /// <summary>The connection of whoever has it is ended, and what it was committing with it.</summary>
    public void EndHolder()
    {
        Crash();
        Holder = null;
    }

    public void Crash()
    {
        if (Synced == _journal.Count)
        {
            return;
        }

        if (!KeepsTurns)
        {
            throw new InvalidOperationException("A disk that keeps no turns cannot go back to the last one that was synced.");
        }

        _journal.RemoveRange(Synced, _journal.Count - Synced);
        Tables = new MemoryTables();
        _journal.ForEach(Tables.Apply);
    }

    internal void Write(TurnWrite write)
    {
        // The packed repeats are a window into a buffer far larger than they are.
        write.Repeats = write.Repeats.ToArray();
        _journal.Add(write);
        Tables.Apply(write);
    }

    internal void Sync()
    {
        if (Lies)
        {
            return;
        }

        if (!KeepsTurns)
        {
            _journal.Clear();
        }

        Synced = _journal.Count;
    }
}
