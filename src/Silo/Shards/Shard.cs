using System.Data.Common;
using System.Diagnostics;
using Correlation.Gateway.Seams;
using Correlation.Grains;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

/// <summary>
/// Runs the grains of its partitions, one turn at a time. It has no thread, clock or wait of its own: a host gives it a
/// thread, the simulation calls the same method. Invariants:
/// - a command is decided exactly once, ever; recovery folds what was decided and never decides again;
/// - nobody is answered and no memory changes before the commit that makes it true;
/// - a commit that surely failed leaves memory as it was; one of unknown outcome drops everything and recovers;
/// - time in a partition never goes backwards.
/// </summary>
public sealed partial class Shard
{
    private readonly ShardOptions _options;
    private readonly IStore _store;
    private readonly ShardInbox _inbox;
    private readonly ShardMetrics _metrics;
    private readonly GrainCache _cache;
    private readonly Checkpoint _checkpoint;
    private readonly PartitionHead[] _heads = new PartitionHead[Partitions.Count];
    private readonly MessageQueue _messages = new();
    private readonly ParkedMessages _parked = new();
    private readonly IntakeBacklog _intakeBacklog = new();
    private readonly Queue<Submission> _peopleBacklog = new();
    private readonly Queue<Submission.Read> _readBacklog = new();
    private readonly RepeatLog _repeatLog = new();
    private readonly List<Work> _batch = [];
    private readonly List<Submission.Request> _taken = [];
    private readonly List<Submission.Read> _reads = [];
    private readonly List<Submission.Publish> _publishes = [];
    private List<Submission> _peopleIn = [];
    private List<Submission.Read> _readsIn = [];
    private List<Submission.Request> _intakeIn = [];
    private PolicyVersion _policy;
    private bool _needsRecovery = true;
    private long _turn;
    private double _fanOut = 4;
    private int _openings;
    private DateTimeOffset? _nextDuty;
    private DateTimeOffset? _nextAbsence;
    private DateTimeOffset _listeningSince;
    private DateTimeOffset _nextAbsenceLook;
    private bool _moreTimersDue;
    private DateTimeOffset _spellLoggedAt;
    private string? _deaf;
    private DateTimeOffset _awaited = DateTimeOffset.MaxValue;
    private bool _justRecovered;

    public Shard(ShardOptions options, IStore store, ShardInbox inbox, PolicyVersion policy, ShardMetrics metrics)
    {
        _options = options;
        _store = store;
        _inbox = inbox;
        _policy = policy;
        _metrics = metrics;
        _cache = new GrainCache(options);
        _checkpoint = new Checkpoint(options);
        metrics.Watch(inbox);
    }

    /// <summary>Called once per command, in turns only: recovery never decides.</summary>
    public Decider Decider { get; init; } = GrainTypes.Decide;

    /// <summary>The policy in force. Read by any thread.</summary>
    public PolicyVersion Policy => Volatile.Read(ref _policy);

    /// <summary>False until recovery is done.</summary>
    public bool IsReady => !_needsRecovery;

    /// <summary>All is written and nothing waits: the process may stop.</summary>
    public bool IsDrained => !HasWork && _checkpoint.IsClean;

    /// <summary>For tests of the bound.</summary>
    internal int GrainsInMemory => _cache.Count;

    /// <inheritdoc cref="GrainsInMemory"/>
    internal int AlertsAtRest => _cache.Resting;

    /// <inheritdoc cref="GrainsInMemory"/>
    internal long CharactersInMemory => _cache.Characters;

    /// <summary>Called after each commit, on the loop's thread: it must only wake others.</summary>
    public Action<TurnWrite>? Committed { get; set; }

    /// <summary>Set when the process stops: the checkpoint is written as fast as it goes.</summary>
    public bool IsStopping { get; set; }

    /// <inheritdoc cref="GrainCache.HasShrunk"/>
    public bool HasShrunk() => _cache.HasShrunk();

    private bool HasWork =>
        _messages.Count + _intakeBacklog.Count + _peopleBacklog.Count + _readBacklog.Count + _suspects.Count > 0 ||
        _reconsiderAfter is not null;

    /// <summary>One turn at the given time.</summary>
    /// <returns>When the next turn is due if nothing arrives before; now when there is more to do at once.</returns>
    /// <exception cref="CommitUnknownException">The outcome is unknown; callers were told so, and the next turn
    /// recovers. A store that cannot go on after this wants the process to end.</exception>
    /// <exception cref="DbException">The store cannot be read; the same holds.</exception>
    public DateTimeOffset Turn(DateTimeOffset now)
    {
        now = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        if (_needsRecovery)
        {
            Recover(now);
        }

        DropAbandoned();
        NoteDeafness(now);
        TakeSubmissions();
        ClearBatch();
        var began = Stopwatch.GetTimestamp();
        var committed = TimeSpan.Zero;
        var write = new TurnWrite { Turn = _turn + 1, At = now };
        var decide = new TurnDecisions(this, write);
        var collected = false;
        try
        {
            _store.Confirm();
            CollectBatch(now);
            LoadMissing(now);
            collected = true;
            foreach (var publish in _publishes)
            {
                decide.Publish(publish.Policy, now);
            }

            decide.NoteListening(now);
            foreach (var work in _batch)
            {
                decide.Decide(work, now, _alone?.Guilty);
            }

            Follow(decide, now);
            decide.Finish();
            NoteHold(write);
            if (_alone is null or { Works.Count: 0 })
            {
                _checkpoint.Contribute(write, now, IsStopping || _cache.IsFull);
            }

            if (!write.IsEmpty)
            {
                var commits = Stopwatch.GetTimestamp();
                _store.Commit(write);
                committed = Stopwatch.GetElapsedTime(commits);
                _metrics.Commit(committed, decide.Count);
            }
        }
        catch (Exception e) when (collected && IsForItsContent(e) && CanTakeApart)
        {
            TakeApart(decide, e);
            return _awaited = now;
        }
        catch (CommitFailedException e)
        {
            _deaf = "A commit failed";
            if (e.ForItsContent && _batch.Count == 0 && _checkpoint.Refused() is { } left)
            {
                _metrics.LeftOut(left, e);
            }

            decide.Undo();
            PutBack(decide);
            FailCallers(
                new UnavailableException("The store could not write: " + e.Message, TimeSpan.FromSeconds(1), e));
            _metrics.CommitFailed();
            return _awaited = now + TimeSpan.FromMilliseconds(100);
        }
        catch (Exception e) when (e is CommitUnknownException or DbException)
        {
            // Whether it was written, or whether this process still owns the store, is not known here.
            _needsRecovery = true;
            FailWaiting(
                new UnavailableException("The store does not answer: " + e.Message, TimeSpan.FromSeconds(1), e));
            throw;
        }

        Accept(write, decide);
        Prune(now);
        _metrics.Turn(now, Stopwatch.GetElapsedTime(began), committed, _batch.Count);
        return _awaited = NextTurn(now);
    }

    /// <summary>
    /// Everybody who still waits is answered: the process stops, or begins anew. Also those that a turn had taken,
    /// whatever it ended by; who has an answer keeps it.
    /// </summary>
    public void FailWaiting(UnavailableException why)
    {
        FailCallers(why);
        _batch.ForEach(work => work.Message?.Caller?.Fail(why));
        _publishes.ForEach(publish => publish.Fail(why));
        foreach (var message in _messages)
        {
            message.Caller?.Fail(why);
        }

        FailSuspects(why);
        TakeSubmissions();
        FailIntake(why);
        foreach (var submission in _peopleBacklog)
        {
            submission.Fail(why);
        }

        foreach (var read in _readBacklog)
        {
            read.Fail(why);
        }

        _inbox.Release(0, _peopleBacklog.Count, _readBacklog.Count);
        _peopleBacklog.Clear();
        _readBacklog.Clear();
    }

    /// <summary>
    /// The commit holds: memory becomes what was written, callers are answered, the outside is woken.
    /// </summary>
    private void Accept(TurnWrite write, TurnDecisions decide)
    {
        if (!write.IsEmpty)
        {
            _turn = write.Turn;
        }

        _justRecovered = false;
        AdvanceReconsideration();
        decide.Accept();
        NoteFanOut(decide.SentByReceived);
        _checkpoint.Committed(write);
        foreach (var read in _reads)
        {
            Answer(read);
        }

        foreach (var publish in _publishes)
        {
            publish.Answer(_policy.Version);
        }

        AcceptHold(write);

        if (write.Timers.Count > 0 || _batch.Exists(w => w.Timer is not null))
        {
            LookForNextDue(write.At);
        }

        _cache.Evict(write.At);
        _metrics.State(
            _checkpoint.Lag, _checkpoint.DirtyCount, _cache.Count, _cache.Resting, _messages.Count + _parked.Count);
        if (!write.IsEmpty)
        {
            Committed?.Invoke(write);
        }
    }

    private void Answer(Submission.Read read)
    {
        var slot = _cache.Find(read.Grain);
        if (slot?.Unreadable is { } why)
        {
            read.Fail(
                new UnavailableException($"{read.Grain} cannot be read: {why.Message}", TimeSpan.FromMinutes(1), why));
        }
        else
        {
            read.Answer(slot?.State);
        }
    }

    /// <summary>
    /// One for all turns: a commit has copied its bytes when it returns. A new one each turn was a third of all that
    /// the process allocated.
    /// </summary>
    private RepeatLog EmptyRepeatLog()
    {
        _repeatLog.Clear();
        return _repeatLog;
    }

    private void LookForNextDue(DateTimeOffset now)
    {
        try
        {
            (_nextDuty, _nextAbsence) = _store.NextDue();
        }
        catch (DbException)
        {
            // The commit holds. The next turn asks for what is due, and meets the fault where it can be handled.
            (_nextDuty, _nextAbsence) = (now, now);
        }
    }

    /// <summary>
    /// After a commit that surely failed: messages and publications are tried again, timers are still stored.
    /// </summary>
    private void PutBack(TurnDecisions decide)
    {
        _checkpoint.Failed();
        if (_alone is { } alone &&
            alone.Works.Any(work => work is { Message: not null } or { Caller: null, Timer: null }))
        {
            // It came before all that is still suspected.
            _suspects.AddFirst(alone);
        }
        else
        {
            var messages = _batch.Select(work => work.Message)
                .OfType<PendingMessage>()
                .Where(m => !_parked.Contains(m));
            var back = messages.Concat(_messages).ToList();
            _messages.Clear();
            back.ForEach(_messages.Enqueue);
        }

        foreach (var publish in _publishes)
        {
            _peopleBacklog.Enqueue(publish);
        }

        _inbox.Release(0, -_publishes.Count, 0);

        decide.Forget();
    }

    private void FailCallers(UnavailableException why)
    {
        foreach (var request in _taken)
        {
            request.Fail(why);
        }

        foreach (var read in _reads)
        {
            read.Fail(why);
        }

        foreach (var release in _releases)
        {
            release.Fail(why);
        }
    }

    private DateTimeOffset NextTurn(DateTimeOffset now)
    {
        if (HasWork || _moreTimersDue)
        {
            return now;
        }

        var next = now + _options.IdleTurnEvery;
        if (Hold.Until is { } end)
        {
            next = Earlier(next, end);
        }
        else
        {
            next = Earlier(next, _nextDuty);
            next = Earlier(next, _nextAbsence <= now ? _nextAbsenceLook : _nextAbsence);
        }

        next = Earlier(next, _nextPrune);
        next = Earlier(next, _nextMaintenance);
        next = Earlier(next, _cache.NextLook);
        next = Earlier(next, _parked.NextDue);
        next = Earlier(next, _inbox.IntakeRefusal is null ? null : now + TimeSpan.FromSeconds(1));
        if (!_checkpoint.IsClean)
        {
            next = Earlier(next, now + (_checkpoint.InRound ? TimeSpan.FromMilliseconds(20) : TimeSpan.FromSeconds(1)));
        }

        return next > now ? next : now;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;
}
