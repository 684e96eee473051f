using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

/// <summary>
/// Writes grains that only repeats have moved, paced. A round notes the turn and the grains dirty then; when all of
/// them are written, every row covers the log up to that turn and recovery need not read it again. More dirty grains
/// than their bound make turns carry more of them than they can make dirty: a storm slows itself down instead of
/// filling the memory.
/// </summary>
public sealed class Checkpoint(ShardOptions options)
{
    private readonly HashSet<GrainSlot> _dirty = [];
    private readonly Queue<GrainSlot> _round = new();
    private bool _inRound;
    private bool _oneByOne;
    private long _roundTurn;
    private int _roundSize;
    private DateTimeOffset _roundBegan = DateTimeOffset.MinValue;
    private double _owed;
    private DateTimeOffset _lastWrite;

    public int DirtyCount => _dirty.Count + _round.Count;

    public bool InRound => _inRound;

    /// <summary>Every row covers the log up to here; repeats after it would have to be folded.</summary>
    public long ReplayTurn { get; private set; }

    /// <summary>The last turn with repeats, also such as changed nothing.</summary>
    public long LastRepeatTurn { get; set; }

    /// <summary>Turns that recovery would have to fold.</summary>
    public long Lag => Math.Max(0, LastRepeatTurn - ReplayTurn);

    /// <summary>Everything is written and the replay position is the last turn with repeats.</summary>
    public bool IsClean => _dirty.Count == 0 && !_inRound && Lag == 0;

    /// <summary>Called after a commit for a grain whose row is behind.</summary>
    public void Mark(GrainSlot slot) => _dirty.Add(slot);

    /// <summary>What a recovery starts from.</summary>
    public void Begin(long replayTurn)
    {
        ReplayTurn = replayTurn;
        LastRepeatTurn = replayTurn;
        _dirty.Clear();
        _round.Clear();
        _taken.Clear();
        _written.Clear();
        _inRound = false;
        _oneByOne = false;
    }

    /// <summary>
    /// Adds this turn's share of tallies to the write, and the new replay position when the round is complete.
    /// </summary>
    /// <param name="hurry">Write all that is left: the process stops, or its memory is full of what cannot leave
    /// before.</param>
    public void Contribute(TurnWrite write, DateTimeOffset now, bool hurry)
    {
        hurry |= DirtyCount > options.DirtyGrains;
        if (!_inRound && !TryBeginRound(now, hurry))
        {
            return;
        }

        var share = _oneByOne ? 1 : hurry ? options.HurriedShare : Share(now);
        while (share > 0 && _round.TryDequeue(out var slot))
        {
            _taken.Add(slot);

            // A material decision has written it since, or does so in this very commit.
            if ((slot.IsDirty || slot.IsTouched) && !slot.IsMaterial && slot.Current is { } state)
            {
                var position = slot.IsTouched ? slot.NextPosition : slot.LastPosition;
                write.Grains.Add(new GrainWrite(slot.Partition, position, state, TallyOnly: true, Replaces: false));
                _written.Add((slot, position));
                share--;
            }
        }

        if (_round.Count == 0)
        {
            write.ReplayTurn = _roundTurn;
        }
    }

    private readonly List<GrainSlot> _taken = [];
    private readonly List<(GrainSlot Slot, long Position)> _written = [];

    /// <summary>After the commit: what was written is clean unless a later position moved it.</summary>
    public void Committed(TurnWrite write)
    {
        foreach (var (slot, position) in _written)
        {
            slot.AsOf = position;
        }

        _taken.Clear();
        _written.Clear();
        if (write.ReplayTurn is { } replay)
        {
            ReplayTurn = replay;
            _inRound = false;
            _oneByOne = false;
        }
    }

    /// <summary>
    /// The turn wrote nothing but its share and was refused for its content: the next ones carry one grain each, and
    /// the one that is refused alone is left out, or no row would ever be covered again. Its repeats stay in the log as
    /// long as that is kept, and it is tried again when it moves.
    /// </summary>
    /// <returns>The grain that is left out; null while it is still looked for.</returns>
    public GrainId? Refused()
    {
        if (!_oneByOne || _written.Count != 1)
        {
            _oneByOne = true;
            return null;
        }

        _oneByOne = false;
        _taken.Remove(_written[0].Slot);
        return _written[0].Slot.Id;
    }

    /// <summary>
    /// All of the turn's share is owed again, also what the failed turn would have written by itself.
    /// </summary>
    public void Failed()
    {
        // First, so that one that is to blame for it is soon found.
        _taken.AddRange(_round);
        _round.Clear();
        _taken.ForEach(_round.Enqueue);
        _taken.Clear();
        _written.Clear();
    }

    /// <summary>
    /// A round without dirty grains still moves the replay position past repeats that changed nothing.
    /// </summary>
    private bool TryBeginRound(DateTimeOffset now, bool hurry)
    {
        if (IsClean || (!hurry && now - _roundBegan < options.CheckpointEvery))
        {
            return false;
        }

        foreach (var slot in _dirty)
        {
            _round.Enqueue(slot);
        }

        _dirty.Clear();
        _inRound = true;
        _roundTurn = LastRepeatTurn;
        _roundSize = _round.Count;
        _roundBegan = now;
        _lastWrite = now;
        _owed = 0;
        return true;
    }

    private int Share(DateTimeOffset now)
    {
        _owed += _roundSize * ((now - _lastWrite) / options.CheckpointSpread);
        _lastWrite = now;
        var share = (int)Math.Min(_owed, 2000);
        _owed -= share;
        return share;
    }
}
