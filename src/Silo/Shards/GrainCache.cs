using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Silo.Shards;

/// <summary>
/// A grain in memory. A turn works on the Next fields; only its commit makes them the committed ones.
/// </summary>
public sealed class GrainSlot(GrainId id)
{
    public GrainId Id { get; } = id;

    public int Partition { get; } = Partitions.Of(id);

    public GrainState? State { get; set; }

    /// <summary>
    /// Why the stored row cannot be read by this release; then there is no state, and every command is poison.
    /// </summary>
    public Exception? Unreadable { get; set; }

    /// <summary>The stored row covers the log up to here.</summary>
    public long AsOf { get; set; }

    /// <summary>
    /// The last position that touched the grain; above AsOf the row is behind, and the grain stays in memory.
    /// </summary>
    public long LastPosition { get; set; }

    /// <summary>What it was last weighed as, in quarters of an ordinary grain.</summary>
    public int Quarters { get; set; }

    public bool IsDirty => LastPosition > AsOf;

    public GrainState? Next { get; private set; }

    public long NextPosition { get; private set; }

    /// <summary>The state row is written in this turn's commit.</summary>
    public bool IsMaterial { get; private set; }

    public bool IsTouched { get; private set; }

    public DateTimeOffset UsedAt { get; set; }

    /// <summary>When more of it was last used than a repeat needs.</summary>
    public DateTimeOffset NeededAt { get; set; }

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

    /// <summary>The whole state in place of what rests, with what repeats have advanced since.</summary>
    public void Wake(GrainState whole)
    {
        Next = IsTouched ? whole.WithTally(Next!.Tally!) : null;
        State = whole.WithTally(State!.Tally!);
    }

    public void Undo()
    {
        Next = null;
        IsTouched = false;
        IsMaterial = false;
    }
}

/// <summary>
/// The grains in memory. Clean ones leave when nothing has used them for a while, and sooner, those first that were not
/// used lately (second chance), when there are more than their bound. Of open alerts that are only sent again, what
/// repeats need stays.
/// </summary>
public sealed class GrainCache(ShardOptions options)
{
    private const int MostPerTurn = 50_000;

    /// <summary>Some 50 MB.</summary>
    private const int WorthCollecting = 20_000;

    /// <summary>Quarters; one at rest is one.</summary>
    private const int Whole = 4;

    /// <summary>Characters that an ordinary one has.</summary>
    private const int Ordinary = 2000;

    /// <summary>More of them weigh a quarter each time: some 800 bytes.</summary>
    private const int CharactersOfQuarter = 400;

    private readonly Dictionary<GrainId, GrainSlot> _slots = [];
    private readonly Queue<GrainSlot> _queue = new();
    private DateTimeOffset _looked;
    private int _resting;
    private long _quarters;
    private long _most;

    public int Count => _slots.Count;

    public int Resting => _resting;

    /// <summary>For tests: all are gone through.</summary>
    internal long Characters => _slots.Values.Sum(slot => (long)(slot.State?.Characters ?? 0));

    /// <summary>There is more than its bound.</summary>
    public bool IsFull => Weight > options.GrainsInMemory;

    /// <summary>In ordinary grains that do not rest.</summary>
    private long Weight => _quarters / Whole;

    /// <summary>
    /// When to call <see cref="Evict"/> though nothing else happens; null while there is nothing to evict.
    /// </summary>
    public DateTimeOffset? NextLook => _slots.Count == 0 ? null : _looked + options.MemoryRound;

    public GrainSlot? Find(GrainId id) => _slots.GetValueOrDefault(id);

    public GrainSlot Add(GrainId id, DateTimeOffset now)
    {
        var slot = new GrainSlot(id) { UsedAt = now, NeededAt = now };
        _slots.Add(id, slot);
        _queue.Enqueue(slot);
        Weigh(slot);
        return slot;
    }

    /// <summary>Told when it has another state.</summary>
    public void Weigh(GrainSlot slot)
    {
        var beyond = Math.Max(0, (slot.State?.Characters ?? 0) - Ordinary) / CharactersOfQuarter;
        var quarters = (slot.State is RestingAlert ? 1 : Whole) + beyond;
        _quarters += quarters - slot.Quarters;
        slot.Quarters = quarters;
        _most = Math.Max(_most, Weight);
    }

    /// <summary>One that rests has its whole state again.</summary>
    public void Wake(GrainSlot slot, GrainState whole, DateTimeOffset now)
    {
        slot.Wake(whole);
        slot.NeededAt = now;
        _resting--;
        Weigh(slot);
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
        _resting = 0;
        _quarters = 0;
    }

    /// <summary>
    /// Work is bounded per call, so that a full cache never stops a turn, and grows with the surplus, so that a storm
    /// of new grains does not outrun it.
    /// </summary>
    public void Evict(DateTimeOffset now)
    {
        for (var left = Share(now); left > 0 && _queue.TryDequeue(out var slot); left--)
        {
            if (Stays(slot, now))
            {
                slot.IsSpared = false;
                Rest(slot, now);
                _queue.Enqueue(slot);
            }
            else
            {
                _slots.Remove(slot.Id);
                _resting -= slot.State is RestingAlert ? 1 : 0;
                _quarters -= slot.Quarters;
            }
        }
    }

    /// <summary>
    /// It is less than half of what it was, once for each time it is so: the memory is worth a collection.
    /// </summary>
    public bool HasShrunk()
    {
        if (_most - Weight < Math.Max(WorthCollecting, Weight))
        {
            return false;
        }

        _most = Weight;
        return true;
    }

    private int Share(DateTimeOffset now)
    {
        var surplus = Weight - options.GrainsInMemory;
        var share = (int)Math.Min(_queue.Count * Math.Min((now - _looked) / options.MemoryRound, 1), MostPerTurn);
        if (share > 0)
        {
            _looked = now;
        }

        return surplus > 0 ? (int)Math.Min(Math.Max(share, 2000 + (4 * surplus)), _queue.Count) : share;
    }

    private bool Stays(GrainSlot slot, DateTimeOffset now) =>
        slot.IsDirty ||
        (now - slot.UsedAt < (slot.State is AlertState or RestingAlert ? options.AlertsKeptFor : options.OthersKeptFor) &&
            (slot.IsSpared || !IsFull));

    private void Rest(GrainSlot slot, DateTimeOffset now)
    {
        if (slot.State is AlertState { Status: AlertStatus.Open } alert &&
            now - slot.NeededAt >= options.AlertsRestAfter)
        {
            slot.State = RestingAlert.Of(alert, slot.Id.Key);
            _resting++;
            Weigh(slot);
        }
    }
}
