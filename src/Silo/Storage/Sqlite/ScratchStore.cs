using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Storage.Sqlite;

/// <summary>
/// A store for engines whose work is looked at and thrown away: the embedded one's tables, in memory. What the engine
/// itself
/// never reads (log, history, deliveries) is not kept; <see cref="Committed"/> is told of all of it.
/// </summary>
internal sealed class ScratchStore : IStore
{
    private readonly Writer _writer = new(Writer.InMemory);
    private readonly Tables _tables;
    private readonly Statement _dropTurns;

    /// <param name="made">What was made through an API before the first turn.</param>
    public ScratchStore(IEnumerable<PolicyChange> made)
    {
        _tables = new Tables(_writer);
        _dropTurns = _writer.Prepare("DELETE FROM turns WHERE turn <= ?");
        Transaction.Run(_writer, () =>
        {
            foreach (var change in made)
            {
                _tables.PolicyObjects.Write(change);
            }
        });
    }

    /// <summary>After each commit, before memory is swapped.</summary>
    public Action<TurnWrite>? Committed { get; init; }

    public StoreHead Open()
    {
        var turns = _tables.Turns;
        return new StoreHead(
            turns.Turn, turns.ReplayTurn, turns.PolicyVersion, [.. turns.Newest], _tables.PolicyObjects.All());
    }

    public IReadOnlyList<StoredGrain> Load(IReadOnlyCollection<GrainId> grains) =>
        [.. grains.Select(_tables.Load).OfType<StoredGrain>()];

    public IEnumerable<RepeatBatch> ReadRepeats(long afterTurn) => _tables.Turns.Repeats(afterTurn);

    public IReadOnlyList<StoredMessage> Messages(long after, int limit) => _tables.Messages.After(after, limit);

    public IReadOnlyList<StoredTimer> DueTimers(DateTimeOffset now, TimeSpan listened, int limit, bool? walks = null) =>
        _tables.Timers.Due(now, listened, limit, walks);

    public (DateTimeOffset? Duty, DateTimeOffset? Absence) NextDue() => _tables.Timers.Next();

    public IReadOnlyList<Item> Items(GrainId owner, ItemRange range) => _tables.Items.Range(owner, range);

    public IReadOnlyList<StoredGrain> OpenAlerts(string afterAlias, int limit) =>
        _tables.Alerts.Open(afterAlias, limit);

    /// <summary>Nobody asks twice here.</summary>
    public IReadOnlyDictionary<string, StoredAnswer> Answers(IReadOnlyCollection<string> idempotencyKeys) =>
        new Dictionary<string, StoredAnswer>();

    public void Commit(TurnWrite write)
    {
        var kept = new TurnWrite
        {
            Turn = write.Turn,
            At = write.At,
            Repeats = write.Repeats,
            ReplayTurn = write.ReplayTurn,
        };
        kept.Heads.AddRange(write.Heads);
        kept.Grains.AddRange(write.Grains);
        kept.Timers.AddRange(write.Timers);
        kept.Items.AddRange(write.Items);
        kept.MessagesSent.AddRange(write.MessagesSent);
        kept.MessagesTaken.AddRange(write.MessagesTaken);
        kept.Policies.AddRange(write.Policies);
        Transaction.Run(_writer, () => _tables.Write(kept));
        _tables.Turns.Committed(kept);
        Committed?.Invoke(write);
    }

    /// <summary>
    /// Only turns that a recovery would not read: what an engine decided stays for as long as this store lives.
    /// </summary>
    public bool Prune(Retention retention, DateTimeOffset now, long replayTurn)
    {
        Transaction.Run(_writer, () => _dropTurns.Add(Math.Min(replayTurn, _tables.Turns.BaseTurn)).Run());
        return false;
    }

    public void Dispose() => _writer.Dispose();
}
