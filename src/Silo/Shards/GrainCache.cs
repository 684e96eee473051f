using Correlation.Grains.Alerts;
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

    public DateTimeOffset UsedAt { get; set; }

    /// <summary>Used since it was last looked at.</summary>
    public bool IsSpared { get; set; }

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

/// <summary>
/// The grains in memory. Clean ones leave when nothing has used them for a while, and sooner, those first that were not used
/// lately (second chance), when there are more than their bound.
/// </summary>
public sealed class GrainCache(ShardOptions options)
{
    /// <summary>All are looked at once in this time.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(15);

    private const int MostPerTurn = 50_000;

    /// <summary>Some 50 MB.</summary>
    private const int WorthCollecting = 20_000;

    private readonly Dictionary<GrainId, GrainSlot> _slots = [];
    private readonly Queue<GrainSlot> _queue = new();
    private DateTimeOffset _looked;
    private int _most;

    public int Count => _slots.Count;

    /// <summary>When to call <see cref="Evict"/> though nothing else happens; null while there is nothing to evict.</summary>
    public DateTimeOffset? NextLook => _slots.Count == 0 ? null : _looked + Round;

    public GrainSlot? Find(GrainId id) => _slots.GetValueOrDefault(id);

    public GrainSlot Add(GrainId id, DateTimeOffset now)
    {
        var slot = new GrainSlot(id) { UsedAt = now };
        _slots.Add(id, slot);
        _queue.Enqueue(slot);
        _most = Math.Max(_most, _slots.Count);
        return slot;
    }

    public void Use(GrainSlot slot, DateTimeOffset now)
    {
        slot.UsedAt = now;
        slot.IsSpared = true;
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
    public void Evict(DateTimeOffset now)
    {
        for (var left = Share(now); left > 0 && _queue.TryDequeue(out var slot); left--)
        {
            if (Stays(slot, now))
            {
                slot.IsSpared = false;
                _queue.Enqueue(slot);
            }
            else
            {
                _slots.Remove(slot.Id);
            }
        }
    }

    /// <summary>It is less than half of what it was, once for each time it is so: the memory is worth a collection.</summary>
    public bool HasShrunk()
    {
        if (_most - _slots.Count < Math.Max(WorthCollecting, _slots.Count))
        {
            return false;
        }

        _most = _slots.Count;
        return true;
    }

    private int Share(DateTimeOffset now)
    {
        var surplus = _slots.Count - options.GrainsInMemory;
        var share = (int)Math.Min(_queue.Count * Math.Min((now - _looked) / Round, 1), MostPerTurn);
        if (share > 0)
        {
            _looked = now;
        }

        return surplus > 0 ? Math.Max(share, 2000 + (4 * surplus)) : share;
    }

    private bool Stays(GrainSlot slot, DateTimeOffset now) =>
        slot.IsDirty ||
        (now - slot.UsedAt < (slot.State is AlertState ? options.AlertsKeptFor : options.OthersKeptFor) &&
            (slot.IsSpared || _slots.Count <= options.GrainsInMemory));
}
