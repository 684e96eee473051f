using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

/// <summary>
/// What outlives a process: every turn that was written, in order, and how far it is synced. A crash drops the rest, as
/// a disk does whose cache was not flushed.
/// </summary>
public sealed class MemoryDisk
{
    private readonly List<TurnWrite> _journal = [];

    /// <summary>Every turn since the disk was new, the unsynced ones last.</summary>
    public IReadOnlyList<TurnWrite> Journal => _journal;

    /// <summary>How many turns of the journal a crash leaves.</summary>
    public int Synced { get; private set; }

    /// <summary>A disk that says it has synced and has not.</summary>
    public bool Lies { get; init; }

    /// <summary>One store at a time has it, as one connection has a database; else whoever opens it last.</summary>
    public bool IsExclusive { get; init; }

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

    internal void Sync() => Synced = Lies ? Synced : _journal.Count;
}
