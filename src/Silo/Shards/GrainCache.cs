using Correlation.Grains.Model;

namespace Correlation.Silo.Shards;

/// <summary>A grain in memory. A turn works on the Next fields; only its commit makes them the committed ones.</summary>
public sealed class GrainSlot(GrainId id)
{
    public GrainId Id { get; } = id;

    public int Partition { get; } = Partitions.Of(id);

    public GrainState? State { get; set; }

    /// <summary>Why the stored row cannot be read by this release; then there is no state, and every command is poison.</summary>
    public Exception? Unreadable { get; set; }

    /// <summary>The stored row covers the log up to here.</summary>
    public long AsOf { get; set; }

    /// <summary>The last position that touched the grain; above AsOf the row is behind, and the grain stays in memory.</summary>
    public long LastPosition { get; set; }

    public bool IsDirty => LastPosition > AsOf;

    public GrainState? Next { get; private set; }

    public long NextPosition { get; private set; }

    /// <summary>The state row is written in this turn's commit.</summary>
    public bool IsMaterial { get; private set; }

    public bool IsTouched { get; private set; }

    public long UsedInTurn { get; set; }

    public long QueuedInTurn { get; set; }

    /// <summary>The state a decision of this turn starts from.</summary>
    public GrainState? Current => IsTouched ? Next : State;

    public void Touch(GrainState? next, long position, bool material)
    {
        Next = next;
        NextPosition = position;
        IsMaterial |= material;
        IsTouched = true;
    }

    public void Commit()
    {
        State = Next;
        LastPosition = NextPosition;
        if (IsMaterial)
        {
            AsOf = NextPosition;
        }

        Undo();
    }

    public void Undo()
    {
        Next = null;
        IsTouched = false;
        IsMaterial = false;
    }
}

/// <summary>The grains in memory, bounded: clean ones that were not used lately leave first (second chance).</summary>
public sealed class GrainCache(int capacity)
{
    private readonly Dictionary<GrainId, GrainSlot> _slots = [];
    private readonly Queue<GrainSlot> _queue = new();

    public int Count => _slots.Count;

    public GrainSlot? Find(GrainId id) => _slots.GetValueOrDefault(id);

    public GrainSlot Add(GrainId id, long turn)
    {
        var slot = new GrainSlot(id) { UsedInTurn = turn, QueuedInTurn = turn };
        _slots.Add(id, slot);
        _queue.Enqueue(slot);
        return slot;
    }

    public void Clear()
    {
        _slots.Clear();
        _queue.Clear();
    }

    /// <summary>
    /// Work is bounded per call, so that a full cache never stops a turn, and grows with the surplus, so that a storm of
    /// new grains does not outrun it.
    /// </summary>
    public void Evict(long turn)
    {
        var most = 2000 + (4 * (_slots.Count - capacity));
        for (var looked = 0; _slots.Count > capacity && looked < most && _queue.TryDequeue(out var slot); looked++)
        {
            if (slot.State is not null && (slot.IsDirty || slot.UsedInTurn > slot.QueuedInTurn))
            {
                slot.QueuedInTurn = turn;
                _queue.Enqueue(slot);
            }
            else
            {
                _slots.Remove(slot.Id);
            }
        }
    }
}
