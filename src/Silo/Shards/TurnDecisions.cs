using System.Diagnostics.CodeAnalysis;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

public sealed partial class Shard
{
    /// <summary>
    /// The decisions of one turn on their way into its write. Works on copies: nothing outside changes before Accept,
    /// and Undo leaves everything as it was.
    /// </summary>
    private sealed partial class TurnDecisions(Shard shard, TurnWrite write)
    {
        /// <summary>A spell of refusals may last many turns; its rows, one per partition, need not.</summary>
        private static readonly TimeSpan SpellLoggedEvery = TimeSpan.FromSeconds(10);

        private const int OrdinalBits = 20;

        private readonly RepeatLog _repeats = shard.EmptyRepeatLog();
        private readonly List<GrainSlot> _touched = [];
        private readonly Dictionary<int, PartitionHead> _headsBefore = [];
        private readonly List<(Submission.Request Caller, int Index, Answer Answer)> _answers = [];
        private readonly List<PendingMessage> _waiting = [];
        private readonly List<PendingMessage> _decided = [];
        private readonly List<PendingMessage> _thrown = [];
        private readonly List<PendingMessage> _held = [];
        private readonly Dictionary<string, StoredAnswer> _answeredBefore = [];
        private readonly TurnItems _items = new();
        private PolicyVersion _policy = shard._policy;
        private int _ordinal;
        private bool _prompt;
        private bool _logsSpell;

        public int Count { get; private set; }

        /// <summary>Messages that signals of senders made.</summary>
        public int SentByReceived { get; private set; }

        /// <summary>A new configuration: what was made through the API stays.</summary>
        public void Publish(PolicyVersion policy, DateTimeOffset now)
        {
            _policy = policy.After(_policy) with { Version = _policy.Version + 1 };
            write.Policies.Add(new PolicyWrite.Whole(_policy));
            LogInEveryPartition("policy", $"Policy version {_policy.Version} is in force", now);
        }

        /// <summary>
        /// After a start, a takeover or a spell of refused intake we have not listened: absence timers measure anew.
        /// </summary>
        public void NoteListening(DateTimeOffset now)
        {
            if (shard._justRecovered)
            {
                // The version that a start takes decides nothing when another is published in the same turn.
                if (write.Policies.Count == 0)
                {
                    write.Policies.Add(new PolicyWrite.Whole(_policy));
                }

                LogInEveryPartition(
                    "listening",
                    $"{RecoveredReason} under policy version {_policy.Version}; silence counts from now",
                    now);
            }

            if (shard._deaf is { } why)
            {
                _logsSpell = now - shard._spellLoggedAt >= SpellLoggedEvery;
                if (_logsSpell)
                {
                    LogInEveryPartition("listening", why + "; silence counts from now", now);
                }
            }
        }

        private void LogInEveryPartition(string type, string reason, DateTimeOffset now)
        {
            for (var partition = 0; partition < Partitions.Count; partition++)
            {
                var (position, at) = Advance(partition, now);
                write.Log.Add(new LogRow(
                    partition, position, at, new GrainId(0, ""), type, Outcome.Material, reason,
                    ReadOnlyMemory<byte>.Empty, null)
                {
                    PolicyVersion = _policy.Version,
                });
            }
        }

        /// <param name="guilty">Why this turn could not be written with it: it is not decided but kept as
        /// poison.</param>
        public void Decide(in Work work, DateTimeOffset now, Exception? guilty)
        {
            if (guilty is null && (AnsweredBefore(work) || Held(work)))
            {
                return;
            }

            var slot = shard._cache.Find(work.To)!;
            var (position, at) = Advance(slot.Partition, now);
            if (slot.Current is RestingAlert resting && (guilty is not null || !resting.Takes(work.Command, at)))
            {
                // Its time is later than the turn's, or the turn has been taken apart.
                shard.Load([slot.Id], now);
            }

            var log = new LogPosition(slot.Partition, position, write.Turn);
            Count++;
            var sentBefore = _sentCount;
            _prompt = work.Message?.Prompt ?? work.Caller?.Commands.Count <= IntakeBacklog.MostOfSmall;
            var error = guilty;
            if (error is null && Try(slot, work, at, out var decision, out error))
            {
                Apply(slot, work, decision, log, at);
                Take(work.Message);
            }
            else
            {
                Poison(slot, work, error, log, at);
            }

            if (work.Command is AlertCommand.Receive)
            {
                SentByReceived += _sentCount - sentBefore;
            }
        }

        /// <summary>
        /// Waits behind a message of its pair that threw. One that somebody waits for does not: nothing follows from
        /// its order.
        /// </summary>
        private bool Held(in Work work)
        {
            if (work is not { Message: { } message, Caller: null } ||
                !(shard._parked.IsBehind(message) || _thrown.Exists(t => t.From == message.From && t.To == message.To)))
            {
                return false;
            }

            _held.Add(message);
            return true;
        }

        /// <summary>One that this turn sent was never stored.</summary>
        private void Take(PendingMessage? message)
        {
            if (message is not null && !IsOwn(message))
            {
                write.MessagesTaken.Add(message.Id);
                _decided.Add(message);
            }
        }

        /// <summary>Once per turn: rows, timers and heads of everything that was touched.</summary>
        public void Finish()
        {
            foreach (var slot in _touched)
            {
                if (slot.IsMaterial)
                {
                    AddGrainWrite(slot, slot.Next!, slot.NextPosition);
                    DiffTimers(slot);
                }
            }

            write.Items.AddRange(_items.All);
            StoreMessages();
            write.Repeats = _repeats.Packed;
            foreach (var partition in _headsBefore.Keys)
            {
                write.Heads.Add(shard._heads[partition]);
            }
        }

        public void Accept()
        {
            foreach (var slot in _touched)
            {
                // A repeat of a whole one is left to when it rests: its texts would have to be gone through each time.
                var weighs = slot.IsMaterial || slot.State is RestingAlert;
                slot.Commit();
                if (weighs)
                {
                    shard._cache.Weigh(slot);
                }

                if (slot.IsDirty)
                {
                    shard._checkpoint.Mark(slot);
                }
            }

            foreach (var message in _waiting)
            {
                shard._messages.Enqueue(message);
            }

            _thrown.ForEach(message => shard._parked.Park(message, write.At));
            _held.ForEach(shard._parked.Hold);
            foreach (var message in _decided.SelectMany(shard._parked.Release))
            {
                shard._messages.Enqueue(message);
            }

            if (!ReferenceEquals(_policy, shard._policy))
            {
                Volatile.Write(ref shard._policy, _policy);
                shard._nextMaintenance = _policy.NextMaintenance(write.At);
                if (write.Policies.Any(IsAboutSuppression))
                {
                    shard.ReconsiderFromStart();
                }
            }

            if (_repeats.Count > 0)
            {
                shard._checkpoint.LastRepeatTurn = write.Turn;
            }

            shard._deaf = null;
            shard._spellLoggedAt = _logsSpell ? write.At : shard._spellLoggedAt;

            foreach (var (caller, index, answer) in _answers)
            {
                caller.Answer(index, answer);
            }
        }

        public void Undo()
        {
            foreach (var slot in _touched)
            {
                slot.Undo();
            }

            foreach (var (partition, head) in _headsBefore)
            {
                shard._heads[partition] = head;
            }
        }

        public void Forget()
        {
            _touched.Clear();
            _answers.Clear();
            _sent.Clear();
            _waiting.Clear();
        }

        [SuppressMessage(
            "Design", "CA1031", Justification = "Whatever a decider throws is poison: it must not stop its partition.")]
        private bool Try(
            GrainSlot slot, in Work work, DateTimeOffset at, [NotNullWhen(true)] out Decision? decision,
            [NotNullWhen(false)] out Exception? error)
        {
            (decision, error) = (null, slot.Unreadable);
            if (error is not null)
            {
                return false;
            }

            try
            {
                decision = shard.Decider(work.To, slot.Current, work.Command, _policy, at);
                return true;
            }
            catch (Exception e)
            {
                error = e;
                return false;
            }
        }

        private void Apply(GrainSlot slot, in Work work, Decision decision, LogPosition log, DateTimeOffset at)
        {
            shard._metrics.Decided(work.Command, decision.Outcome);
            if (decision.Delta is null)
            {
                slot.NeededAt = at;
            }

            var next = Numbered(decision.NextState, slot.Partition);
            if (decision.Outcome == Outcome.Repeat)
            {
                _repeats.Add(new RepeatEntry(
                    log.Partition, log.Position, work.To, decision.Reason, decision.Delta, AskedBy(slot, work, decision)));
                if (decision.Delta is { } delta)
                {
                    Touch(slot, slot.Current!.Fold(delta), log.Position, material: false);
                }
            }
            else
            {
                if (next is not null)
                {
                    KeepEndedEpisode(slot, next);
                    Touch(slot, next, log.Position, material: true);
                }

                AddLogRow(work, decision.Outcome, decision.Reason, log, at, AlertOf(next ?? slot.Current, work));
            }

            if (work.Timer is { } timer && decision.Outcome != Outcome.Material)
            {
                SettleFired(slot, timer, at);
            }

            AddEffects(work, decision, at, (slot.Current as AlertState)?.Id ?? work.Message?.About);
            var answer = new Answer(log, decision.Outcome, decision.Reason, slot.Current);
            if (work.Caller is not { } caller)
            {
                return;
            }

            if (decision.AnswerFromMessage && decision.Messages.Count > 0)
            {
                // The receiver answers this caller. Its retry may come before that, or after a crash that forgot the
                // caller, and must not be handed on a second time.
                Remember(caller, answer);
            }
            else
            {
                Answer(caller, work.Index, answer);
            }
        }

        private static Guid? AlertOf(GrainState? state, in Work work) => state switch
        {
            AlertState alert => alert.Id,
            ClosedAlertState past => past.Alert.Id,
            _ => work.Message?.About,
        };

        /// <summary>
        /// A request may be asked about; what the delta tells, and what one grain told another, needs no more.
        /// </summary>
        private static Asked? AskedBy(GrainSlot slot, in Work work, Decision decision) =>
            work.Caller is null || decision.Delta is not null
                ? null
                : new Asked(CommandFamilies.ActionOf(work.Command), AlertOf(slot.Current, work));

        private (long Position, DateTimeOffset At) Advance(int partition, DateTimeOffset now)
        {
            var head = shard._heads[partition];
            _headsBefore.TryAdd(partition, head);
            head = head with { Position = head.Position + 1, At = now > head.At ? now : head.At };
            shard._heads[partition] = head;
            return (head.Position, head.At);
        }

        private GrainState? Numbered(GrainState? state, int partition)
        {
            if (state is not INumbered { Number: 0 } wants)
            {
                return state;
            }

            var head = shard._heads[partition];
            shard._heads[partition] = head with { Numbers = head.Numbers + 1 };
            return wants.WithNumber(((head.Numbers + 1) * Partitions.Count) + partition);
        }

        private void Touch(GrainSlot slot, GrainState next, long position, bool material)
        {
            if (!slot.IsTouched)
            {
                _touched.Add(slot);
            }

            slot.Touch(next, position, material);
        }

        /// <summary>An episode that ended and was followed within one turn still gets its own row.</summary>
        private void KeepEndedEpisode(GrainSlot slot, GrainState next)
        {
            if (slot is { IsTouched: true, IsMaterial: true, Next: AlertState ended } && next is AlertState begun &&
                begun.Id != ended.Id)
            {
                AddGrainWrite(slot, ended, slot.NextPosition);
            }
        }

        private long NextId() => (write.Turn << OrdinalBits) | (uint)_ordinal++;
    }
}
