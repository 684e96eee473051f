namespace Correlation.Silo.Storage.Sqlite.Rows;

/// <summary>
/// Turns, heads and the replay position. A turn is one appended row, whatever it moved; the base row is rewritten when
/// a checkpoint round ends, and a start lays the heads of the turns after it over it.
/// </summary>
internal sealed class TurnRows
{
    private const int Page = 256;

    /// <summary>
    /// A start reads at most so many turns, and they can be dropped, even when no checkpoint round ends for days.
    /// </summary>
    private const int TurnsPerBase = 1_024;

    private readonly Statement _insert;
    private readonly Statement _base;
    private readonly Statement _setBase;
    private readonly Statement _setPolicy;
    private readonly Statement _heads;
    private readonly Statement _repeats;
    private readonly Statement _beginHold;
    private readonly Statement _endHold;
    private readonly PartitionHead[] _newest;

    public TurnRows(Writer writer)
    {
        _insert = writer.Prepare("INSERT INTO turns (turn, at, heads, repeats) VALUES (?, ?, ?, ?)");
        _base = writer.Prepare("SELECT turn, replay_turn, policy_version, heads FROM base");
        _setBase = writer.Prepare("UPDATE base SET turn = ?, replay_turn = ?, heads = ?");
        _setPolicy = writer.Prepare("UPDATE base SET policy_version = ?");
        _heads = writer.Prepare("SELECT turn, heads FROM turns WHERE turn > ? ORDER BY turn");
        _repeats = writer.Prepare(
            "SELECT turn, at, repeats FROM turns WHERE turn > ? AND LENGTH(repeats) > 0 ORDER BY turn LIMIT ?");

        _beginHold = writer.Prepare("UPDATE hold SET since = ?");
        _endHold = writer.Prepare("DELETE FROM hold");
        Hold = writer.Prepare("SELECT since FROM hold")
            .All(row => (StoredHold?)new StoredHold(row.IsNull(0) ? null : Milliseconds.Time(row.Long(0))))
                .FirstOrDefault();

        _newest = new PartitionHead[Grains.Model.Partitions.Count];
        for (var partition = 0; partition < _newest.Length; partition++)
        {
            _newest[partition] = new PartitionHead(partition, 0, default, 0);
        }

        var (turn, replay, policy, heads) = _base.One(row => (row.Long(0), row.Long(1), row.Long(2), row.Blob(3)));
        BaseTurn = turn;
        ReplayTurn = replay;
        PolicyVersion = policy;
        PackedHeads.LayOver(_newest, heads);
        Turn = turn;
        foreach (var row in _heads.Add(turn).All(row => (Turn: row.Long(0), Heads: row.Blob(1))))
        {
            PackedHeads.LayOver(_newest, row.Heads);
            Turn = row.Turn;
        }
    }

    /// <summary>Heads as of the last committed turn, by partition.</summary>
    public IReadOnlyList<PartitionHead> Newest => _newest;

    /// <summary>The last turn whose heads the base row holds: the turns up to it may be pruned.</summary>
    public long BaseTurn { get; private set; }

    public long Turn { get; private set; }

    public long ReplayTurn { get; private set; }

    public long PolicyVersion { get; private set; }

    /// <summary>As it was at the start.</summary>
    public StoredHold? Hold { get; }

    public void Write(TurnWrite write)
    {
        _insert.Add(write.Turn).Add(Milliseconds.Of(write.At)).Add(PackedHeads.Pack(write.Heads))
            .Add(write.Repeats.Span).Run();
        if (WritesBase(write))
        {
            var heads = (PartitionHead[])_newest.Clone();
            Advance(heads, write.Heads);
            _setBase.Add(write.Turn).Add(write.ReplayTurn ?? ReplayTurn).Add(PackedHeads.Pack(heads)).Run();
        }

        if (write.Hold == HoldWrite.Begins)
        {
            _beginHold.Add(Milliseconds.Of(write.At)).Run();
        }
        else if (write.Hold == HoldWrite.Ends)
        {
            _endHold.Run();
        }

        if (write.Policies is [.., var policy])
        {
            _setPolicy.Add(policy.Version).Run();
        }
    }

    /// <summary>Only after the commit.</summary>
    public void Committed(TurnWrite write)
    {
        Advance(_newest, write.Heads);
        Turn = write.Turn;
        PolicyVersion = write.Policies is [.., var policy] ? policy.Version : PolicyVersion;
        BaseTurn = WritesBase(write) ? write.Turn : BaseTurn;
        ReplayTurn = write.ReplayTurn ?? ReplayTurn;
    }

    /// <summary>Page by page, so that no read lasts as long as a recovery.</summary>
    public IEnumerable<RepeatBatch> Repeats(long after)
    {
        List<RepeatBatch> page;
        do
        {
            page = _repeats.Add(after).Add(Page)
                .All(row => new RepeatBatch(row.Long(0), Milliseconds.Time(row.Long(1)), row.Blob(2)));
            foreach (var batch in page)
            {
                yield return batch;
                after = batch.Turn;
            }
        }
        while (page.Count == Page);
    }

    private bool WritesBase(TurnWrite write) => write.ReplayTurn is not null || write.Turn - BaseTurn >= TurnsPerBase;

    private static void Advance(PartitionHead[] heads, List<PartitionHead> moved)
    {
        foreach (var head in moved)
        {
            heads[head.Partition] = head;
        }
    }
}
