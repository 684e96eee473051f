using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Correlation.Gateway.Seams;
using Correlation.Grains;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

public sealed partial class Shard
{
    /// <summary>
    /// A new alert makes dozens of messages, one after the other. With more than a turn of them waiting no large
    /// request is taken and no rows are gone through, so that a storm waits at the door instead of growing inside:
    /// whatever else comes is behind two turns of it at most, at each step of its way to a page.
    /// </summary>
    private int MessagesOfStorm => _options.InternalPerTurn;

    /// <summary>
    /// With more of small requests waiting none is taken, and no alert waits for its incident longer than its hold.
    /// </summary>
    private int MessagesBeforeIntake => 4 * _options.InternalPerTurn;

    /// <summary>Though it be never quiet, rows are gone through in one turn of so many.</summary>
    private const int TurnsPerWalk = 8;

    /// <summary>
    /// What is no repeat in memory may be one of an alert that left it: it is reckoned to make so many at least.
    /// </summary>
    private const double LeastFanOut = 0.25;

    /// <summary>A turn comes this much later than it said only when nobody was listening meanwhile.</summary>
    private static readonly TimeSpan StandstillAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Who has waited for more than a turn and has gone is not decided for: it gave up, and sends it again. That is
    /// overload, in which we have not listened. Whoever leaves sooner is decided for, or a client that never waits
    /// would hold every silence up.
    /// </summary>
    private void DropAbandoned()
    {
        if (_intakeBacklog.Drop(request => request.IsDropped()) is > 0 and var commands)
        {
            _inbox.Release(commands, 0, 0);
            _metrics.Abandoned(commands);
            _deaf = "Senders left before their requests were decided";
        }
    }

    private void TakeSubmissions()
    {
        _inbox.Swap(ref _peopleIn, ref _readsIn, ref _intakeIn);
        foreach (var submission in _peopleIn)
        {
            _peopleBacklog.Enqueue(submission);
        }

        foreach (var read in _readsIn)
        {
            _readBacklog.Enqueue(read);
        }

        foreach (var request in _intakeIn)
        {
            _intakeBacklog.Add(request);
        }

        _peopleIn.Clear();
        _readsIn.Clear();
        _intakeIn.Clear();
        var wasFull = _inbox.IntakeRefusal is not null;
        _inbox.IntakeRefusal = _store.InReserve ? $"{_store.Disk} is full: only people's requests are taken" : null;
        if (_inbox.IntakeRefusal is { } full)
        {
            if (!wasFull)
            {
                _metrics.IntakeRefused(full);
            }

            // What waits was let in before, and would eat what acknowledgements need.
            _deaf = full;
            FailIntake(new UnavailableException(full, TimeSpan.FromSeconds(1)));
        }
    }

    private void FailIntake(UnavailableException why)
    {
        foreach (var request in _intakeBacklog.All)
        {
            _inbox.Release(request.Commands.Count, 0, 0);
            request.Fail(why);
        }

        _intakeBacklog.Clear();
    }

    /// <summary>
    /// Before timers are looked at: whoever was turned away since the last turn, at the door or by a commit that
    /// failed, may be the one whose silence they measure. So may whoever sent while this process stood still (stopped,
    /// starved, or hanging in a commit): what they sent is decided after the timers.
    /// </summary>
    private void NoteDeafness(DateTimeOffset now)
    {
        if (_inbox.TakeRefused())
        {
            _metrics.Refused();
            _deaf = "Intake was refused";
        }

        if (now - _awaited > StandstillAfter)
        {
            _deaf = $"The process stood still for {(now - _awaited).TotalSeconds:0} s";
        }

        if (_deaf is not null)
        {
            _listeningSince = now;
        }
    }

    private void ClearBatch()
    {
        _batch.Clear();
        _taken.Clear();
        _reads.Clear();
        _publishes.Clear();
        _releases.Clear();
        _reconsiderNext = _reconsiderAfter;
    }

    /// <summary>A bounded batch: timers and people first, then messages between grains, then intake.</summary>
    private void CollectBatch(DateTimeOffset now)
    {
        if (TakeSuspect())
        {
            return;
        }

        CollectTimers(now);
        var people = 0;
        for (; people < _options.InternalPerTurn && _peopleBacklog.TryDequeue(out var submission); people++)
        {
            Collect(submission);
        }

        var reads = 0;
        for (; reads < _options.InternalPerTurn && _readBacklog.TryDequeue(out var read); reads++)
        {
            _reads.Add(read);
        }

        foreach (var message in _parked.Due(now, _options.InternalPerTurn))
        {
            Collect(message);
        }

        foreach (var message in _messages.Take(_options.InternalPerTurn))
        {
            Collect(message);
        }

        NoteMaintenance(now);
        CollectReconsiderations(now);
        var commands = CollectIntake();
        _metrics.Intake(commands);
        _inbox.Release(commands, people, reads);
    }

    private int CollectIntake()
    {
        _openings = 0;
        var room = Math.Min(
            MessagesBeforeIntake - _messages.PromptCount, (16 * MessagesBeforeIntake) - _messages.Count);
        return (room > 0 ? CollectIntake(_intakeBacklog.Small, room) : 0) +
            (_messages.Count < MessagesOfStorm ? CollectIntake(_intakeBacklog.Large, MessagesOfStorm - _messages.Count) : 0);
    }

    /// <summary>
    /// One request, and more as long as all are reckoned to make fewer messages than there is room for.
    /// </summary>
    private int CollectIntake(Queue<Submission.Request> waiting, int room)
    {
        var commands = 0;
        while (waiting.TryPeek(out var next) && (commands == 0 ||
            (commands + next.Commands.Count <= _options.IntakePerTurn && _openings * _fanOut < room)))
        {
            var request = waiting.Dequeue();
            commands += request.Commands.Count;
            _openings += request.Commands.Count(command =>
                _cache.Find(command.To)?.State is not (AlertState { Status: AlertStatus.Open } or RestingAlert));
            Collect(request);
        }

        return commands;
    }

    /// <summary>
    /// How many messages is made of what is no repeat in memory: at once what it has come to, slowly what it was.
    /// </summary>
    private void NoteFanOut(int messages)
    {
        if (_openings > 0)
        {
            _fanOut = Math.Max(Math.Max((double)messages / _openings, _fanOut * 0.8), LeastFanOut);
        }
    }

    private void Collect(PendingMessage message) => _batch.Add(WorkOf(message));

    private static Work WorkOf(PendingMessage message) =>
        new(message.To, message.Command, message.Caller, message.Index, Message: message);

    private void Collect(Submission submission)
    {
        switch (submission)
        {
            case Submission.Request request:
                _taken.Add(request);
                for (var i = 0; i < request.Commands.Count; i++)
                {
                    _batch.Add(new Work(request.Commands[i].To, request.Commands[i].Command, request, i));
                }

                break;
            case Submission.Publish publish:
                _publishes.Add(publish);
                break;
            case Submission.Release release:
                _releases.Add(release);
                break;
            default:
                throw new UnreachableException($"Unknown submission {submission}.");
        }
    }

    private void CollectTimers(DateTimeOffset now)
    {
        var listened = now - _listeningSince;
        _moreTimersDue = false;
        if (Hold.Since is not null || !(_nextDuty <= now || (_nextAbsence <= now && now >= _nextAbsenceLook)))
        {
            return;
        }

        // Absence timers that are due but not listened for long enough stay: look at them once a second, not every
        // turn.
        _nextAbsenceLook = now + TimeSpan.FromSeconds(1);

        var timers = _store.DueTimers(now, listened, _options.InternalPerTurn, walks: false);
        _moreTimersDue = timers.Count == _options.InternalPerTurn;
        foreach (var stored in timers)
        {
            Collect(stored, [], now);
        }

        // Each row that a timer is given becomes a message. While there are many such timers stay due, and hold up no
        // other.
        var room = MessagesOfStorm - _messages.Count;
        if (room <= 0 && _turn % TurnsPerWalk > 0)
        {
            return;
        }

        foreach (var stored in _store.DueTimers(now, listened, _options.InternalPerTurn, walks: true))
        {
            var items = _store.Items(stored.Grain, stored.Timer.Read!).ToValueList();
            Collect(stored, items, now);
            room -= items.Count;
            if (room <= 0)
            {
                break;
            }
        }
    }

    private void Collect(StoredTimer stored, ValueList<Item> items, DateTimeOffset now)
    {
        _batch.Add(new Work(stored.Grain, GrainTypes.Fired(stored.Grain, stored.Timer, items), Timer: stored));
        _metrics.TimerFired(now - stored.Timer.Due);
    }

    private void LoadMissing(DateTimeOffset now)
    {
        HashSet<GrainId>? missing = null;
        foreach (var work in _batch)
        {
            Note(work.To, work.Command, now, ref missing);
        }

        foreach (var read in _reads)
        {
            Note(read.Grain, null, now, ref missing);
        }

        Load(missing, now);
    }

    private void Load(HashSet<GrainId>? missing, DateTimeOffset now)
    {
        if (missing is null)
        {
            return;
        }

        foreach (var stored in _store.Load(missing))
        {
            if (_cache.Find(stored.Id) is { } resting)
            {
                Wake(resting, stored, now);
            }
            else
            {
                Place(stored, now);
            }

            missing.Remove(stored.Id);
        }

        foreach (var absent in missing)
        {
            if (_cache.Find(absent) is { } resting)
            {
                resting.Unreadable = new InvalidOperationException($"{absent} rests, and has no row.");
            }
            else
            {
                _cache.Add(absent, now);
            }
        }
    }

    /// <param name="command">What comes to it; null when it is read.</param>
    private void Note(GrainId id, Command? command, DateTimeOffset now, ref HashSet<GrainId>? missing)
    {
        if (_cache.Find(id) is not { } slot)
        {
            (missing ??= []).Add(id);
            return;
        }

        _cache.Use(slot, now);
        if (slot.State is RestingAlert resting && (command is null || !resting.Takes(command, now)))
        {
            (missing ??= []).Add(id);
        }
    }

    private void Wake(GrainSlot slot, StoredGrain stored, DateTimeOffset now)
    {
        var (whole, unreadable) = stored.AsOf == slot.AsOf
            ? Read(stored)
            : (null, new InvalidOperationException($"{slot.Id} is stored as of {stored.AsOf}, and was written as of {slot.AsOf}."));
        if (whole is null)
        {
            slot.Unreadable = unreadable;
        }
        else
        {
            _cache.Wake(slot, whole, now);
            slot.Unreadable = null;
        }
    }

    private void Place(StoredGrain stored, DateTimeOffset now)
    {
        var slot = _cache.Add(stored.Id, now);
        (slot.State, slot.Unreadable) = Read(stored);
        slot.AsOf = stored.AsOf;
        slot.LastPosition = stored.AsOf;
        _cache.Weigh(slot);
    }

    /// <summary>A document that cannot be read stops its own grain and nothing else; its row stays as it is.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever is wrong with one row must not end the process.")]
    private (GrainState? State, Exception? Unreadable) Read(StoredGrain stored)
    {
        try
        {
            return stored.Shape <= StateWire.Shape
                ? (StateWire.Read(stored.Id.Kind, stored.Document.Span, stored.Tally.Span), null)
                : throw new NotSupportedException(
                    $"It is stored in shape {stored.Shape}, this release reads {StateWire.Shape} at most.");
        }
        catch (Exception e)
        {
            _metrics.Unreadable(stored.Id, e);
            return (null, e);
        }
    }
}
