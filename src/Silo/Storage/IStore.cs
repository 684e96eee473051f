using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Storage;

/// <summary>
/// The one storage seam. One thread owns a store (the shard's loop); every call is synchronous. Reads for people go
/// through IReads on connections of their own.
/// Durability: when <see cref="Commit"/> returns, all of the write is on disk, or none of it is.
/// Reads throw <see cref="System.Data.Common.DbException"/> when the store cannot be read.
/// </summary>
public interface IStore : IDisposable
{
    /// <summary>
    /// After <see cref="CommitUnknownException"/> only a new process may go on (a file whose fsync failed).
    /// </summary>
    bool MustRestartAfterUnknown => false;

    /// <summary>
    /// The disk is full and what is left of it is kept for people's commands: intake is refused while this is true.
    /// </summary>
    bool InReserve => false;

    /// <summary>Which disk that is, for people.</summary>
    string Disk => "The disk";

    /// <summary>
    /// Applies missing schema files, checks that the database is as durable as promised, reads the heads.
    /// </summary>
    /// <exception cref="StoreRefusedException">Weaker durability, a newer schema, or a second process.</exception>
    StoreHead Open();

    /// <summary>
    /// Called at the beginning of every turn, also of one that needs nothing from the store: takes up a store that was
    /// lost meanwhile. Throws as reads do, and <see cref="CommitUnknownException"/> when somebody wrote meanwhile.
    /// </summary>
    void Confirm()
    {
    }

    /// <summary>
    /// Those of the grains that exist, in one query. A grain is its document plus its tally as of AsOf.
    /// </summary>
    IReadOnlyList<StoredGrain> Load(IReadOnlyCollection<GrainId> grains);

    /// <summary>Logged repeats of turns after <paramref name="afterTurn"/>, in order.</summary>
    IEnumerable<RepeatBatch> ReadRepeats(long afterTurn);

    /// <summary>Undelivered messages between grains with an id after the given one, in id order.</summary>
    IReadOnlyList<StoredMessage> Messages(long after, int limit);

    /// <summary>
    /// Timers due at <paramref name="now"/>: duties, then absence timers whose Quiet is at most
    /// <paramref name="listened"/>, each earliest first. No page waits behind a hundred thousand that expire.
    /// </summary>
    /// <param name="walks">Those that are given rows: only these, none of these, or with null all.</param>
    IReadOnlyList<StoredTimer> DueTimers(DateTimeOffset now, TimeSpan listened, int limit, bool? walks = null);

    /// <summary>When the earliest duty, and the earliest absence timer, is due; null when there is none.</summary>
    (DateTimeOffset? Duty, DateTimeOffset? Absence) NextDue();

    IReadOnlyList<Item> Items(GrainId owner, ItemRange range);

    /// <summary>
    /// Open current alerts after the given alias, by alias: the pass that reconsiders suppression walks them.
    /// </summary>
    IReadOnlyList<StoredGrain> OpenAlerts(string afterAlias, int limit);

    /// <summary>Answers already given under these idempotency keys.</summary>
    IReadOnlyDictionary<string, StoredAnswer> Answers(IReadOnlyCollection<string> idempotencyKeys);

    /// <summary>All or nothing, durable when it returns.</summary>
    /// <exception cref="CommitFailedException">
    /// Surely nothing was written: memory stays as it was, answer 503.
    /// </exception>
    /// <exception cref="CommitUnknownException">It may have been written: drop the partitions and recover.</exception>
    void Commit(TurnWrite write);

    /// <summary>Housekeeping in slices of bounded time: old log, old answers, closed rows past retention.</summary>
    /// <returns>True when there is more to do.</returns>
    bool Prune(Retention retention, DateTimeOffset now, long replayTurn);
}

/// <param name="Turn">The last turn written.</param>
/// <param name="ReplayTurn">Every state is as of at least this turn; repeats after it must be folded.</param>
/// <param name="Partitions">One entry per partition, by number.</param>
/// <param name="Made">
/// What was made through an API, as the changes that make it again: the part of the policy that lives in the store.
/// </param>
public sealed record StoreHead(
    long Turn,
    long ReplayTurn,
    long PolicyVersion,
    IReadOnlyList<PartitionHead> Partitions,
    IReadOnlyList<PolicyChange> Made)
{
    /// <summary>Null unless the store was restored from a backup, and nobody has released it since.</summary>
    public StoredHold? Hold { get; init; }
}

/// <param name="Since">Null before the first turn after the restore.</param>
public readonly record struct StoredHold(DateTimeOffset? Since);

public enum HoldWrite
{
    /// <summary>At the time of the turn.</summary>
    Begins = 1,

    /// <summary>The store is one like any other from then on.</summary>
    Ends,
}

/// <param name="Position">Last position of the partition's log; the next command gets the next one.</param>
/// <param name="At">Time of the last decision; the next is never before it.</param>
/// <param name="Numbers">Counter behind short numbers.</param>
public readonly record struct PartitionHead(int Partition, long Position, DateTimeOffset At, long Numbers);

public sealed record StoredGrain(
    GrainId Id, long AsOf, int Shape, ReadOnlyMemory<byte> Document, ReadOnlyMemory<byte> Tally);

/// <summary>All repeats of one turn, packed by <see cref="Correlation.Grains.Wire.RepeatLog"/>.</summary>
public sealed record RepeatBatch(long Turn, DateTimeOffset At, ReadOnlyMemory<byte> Packed);

public sealed record StoredMessage(long Id, GrainId From, GrainId To, string Command);

public sealed record StoredTimer(GrainId Grain, GrainTimer Timer);

/// <param name="Body">Digest of the request's body; empty when it had none, or an older release stored it.</param>
public sealed record StoredAnswer(LogPosition Position, Outcome Outcome, string Reason, string Body = "");

/// <summary>Everything one turn changes, committed together.</summary>
public sealed class TurnWrite
{
    public required long Turn { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Heads of the partitions that moved.</summary>
    public List<PartitionHead> Heads { get; } = [];

    /// <summary>Packed repeats; empty when the turn had none.</summary>
    public ReadOnlyMemory<byte> Repeats { get; set; }

    public List<LogRow> Log { get; } = [];

    public List<GrainWrite> Grains { get; } = [];

    public List<TimerWrite> Timers { get; } = [];

    public List<(GrainId Owner, ItemChange Change)> Items { get; } = [];

    public List<TimelineWrite> Timeline { get; } = [];

    public List<DeliveryChange> Outbox { get; } = [];

    public List<StoredMessage> MessagesSent { get; } = [];

    public List<long> MessagesTaken { get; } = [];

    public List<(string Key, StoredAnswer Answer)> Answers { get; } = [];

    /// <summary>Set when a checkpoint round is complete with this turn.</summary>
    public long? ReplayTurn { get; set; }

    /// <summary>
    /// The versions that came in force in this turn, in order. None is left out: each may have decided.
    /// </summary>
    public List<PolicyWrite> Policies { get; } = [];

    public HoldWrite? Hold { get; set; }

    public bool IsEmpty =>
        Heads.Count == 0 && Repeats.IsEmpty && Log.Count == 0 && Grains.Count == 0 && Timers.Count == 0 &&
        Items.Count == 0 && Timeline.Count == 0 && Outbox.Count == 0 && MessagesSent.Count == 0 &&
        MessagesTaken.Count == 0 && Answers.Count == 0 && ReplayTurn is null && Policies.Count == 0 &&
        Hold is null;
}

/// <summary>A decision that is not a repeat: the command, what became of it and why. Kept 30 days.</summary>
/// <param name="Type">
/// The command's stable name; "poison" for one that threw, "listening" and "policy" for the engine's own.
/// </param>
public sealed record LogRow(
    int Partition, long Position, DateTimeOffset At, GrainId Grain, string Type, Outcome Outcome, string Reason,
    ReadOnlyMemory<byte> Command, Guid? AlertId)
{
    /// <summary>The policy it was decided under.</summary>
    public long PolicyVersion { get; init; }
}

/// <summary>
/// A grain's row. State rows are written only over a smaller AsOf. With TallyOnly the document stays and the tally,
/// its list columns and AsOf are written (a checkpoint).
/// </summary>
/// <param name="Replaces">
/// For an alert: true when this is a new episode, so that the row before it becomes a past one.
/// </param>
public sealed record GrainWrite(int Partition, long AsOf, GrainState State, bool TallyOnly, bool Replaces);

/// <summary>
/// A policy version: a configuration, with what was made through an API, or one change of the version before.
/// </summary>
public abstract record PolicyWrite(long Version)
{
    public sealed record Whole(PolicyVersion Policy) : PolicyWrite(Policy.Version);

    public sealed record Changed(long Version, PolicyChange Change) : PolicyWrite(Version);
}

/// <summary>Sets the timer, or removes it when null.</summary>
public sealed record TimerWrite(int Partition, GrainId Grain, string Name, GrainTimer? Timer);

/// <param name="Id">Turn and ordinal in one number: rising in commit order.</param>
public sealed record TimelineWrite(long Id, DateTimeOffset At, TimelineEntry Entry);

public sealed class CommitFailedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// What was to be written is at fault, not the disk or the server: tried again it would fail again.
    /// </summary>
    public bool ForItsContent { get; init; }
}

public sealed class CommitUnknownException(string message, Exception? inner = null) : Exception(message, inner);

public class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process runs it.</summary>
public sealed class StoreInUseException(string message, Exception? inner = null) : StoreRefusedException(
    message, inner);
