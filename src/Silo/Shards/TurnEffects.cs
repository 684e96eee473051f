using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

public sealed partial class Shard
{
    /// <summary>What a decision adds to the turn's write beside the state.</summary>
    private sealed partial class TurnDecisions
    {
        private void AddEffects(in Work work, Decision decision, DateTimeOffset at, Guid? about)
        {
            for (var i = 0; i < decision.Messages.Count; i++)
            {
                var passOn = i == 0 && decision.AnswerFromMessage;
                Send(work.To, decision.Messages[i], passOn ? work.Caller : null, work.Index, passOn ? about : null);
            }

            foreach (var entry in decision.Timeline)
            {
                write.Timeline.Add(new TimelineWrite(NextId(), at, entry));
            }

            write.Outbox.AddRange(decision.Outbox.AsSpan());
            foreach (var item in decision.Items)
            {
                _items.Add(item.Owner ?? work.To, item);
            }

            if (decision.Publish is { } change)
            {
                _policy = _policy.With(change);
                write.Policies.Add(new PolicyWrite.Changed(_policy.Version, change));
            }
        }

        /// <summary>
        /// The command is undone alone and kept. A signal must still reach a person: it becomes a bare incident of the
        /// default team, which needs none of what threw. A timer stays stored and fires again after a pause.
        /// </summary>
        private void Poison(GrainSlot slot, in Work work, Exception error, LogPosition log, DateTimeOffset at)
        {
            var reason = $"Deciding threw {error.GetType().Name}: {error.Message}";
            shard._metrics.Poison(work.To, work.Command, error);
            AddLogRow(work, Outcome.Poison, reason, log, at, work.Message?.About);
            if (work.Timer is { } timer)
            {
                RetryTimer(slot, timer, at);
            }
            else if (work.Command is AlertCommand.Receive receive && !receive.Signal.IsOver(at))
            {
                Send(work.To, BareIncident.Of(receive.Signal, log, at, _policy));
            }

            if (work.Message is { } message && work.Caller is null && !shard._parked.IsFull)
            {
                _thrown.Add(message);
            }
            else
            {
                // Whoever waits is told that it failed; it must not happen after all behind their back.
                Take(work.Message);
            }

            if (work.Caller is { } caller)
            {
                Answer(caller, work.Index, new Answer(log, Outcome.Poison, reason, null));
            }
        }

        /// <summary>
        /// A timer whose firing changed nothing: its row follows the state, and never fires in a circle.
        /// </summary>
        private void SettleFired(GrainSlot slot, StoredTimer fired, DateTimeOffset at)
        {
            var wanted = slot.Current?.Timers.FirstOrDefault(t => t.Name == fired.Timer.Name);
            if (wanted is not null && wanted.Due <= at)
            {
                RetryTimer(slot, fired, at);
            }
            else
            {
                write.Timers.Add(new TimerWrite(slot.Partition, slot.Id, fired.Timer.Name, wanted));
            }
        }

        /// <summary>Back-off grows with how late the timer is: 5 s at first, 10 minutes at most.</summary>
        private void RetryTimer(GrainSlot slot, StoredTimer timer, DateTimeOffset at)
        {
            // The row moves with each retry; the state still knows when the timer was first due.
            var whole = slot.Current is RestingAlert ? null : slot.Current;
            var due = whole?.Timers.FirstOrDefault(t => t.Name == timer.Timer.Name)?.Due ?? timer.Timer.Due;
            var pause = TimeSpan.FromSeconds(Math.Clamp((at - due).TotalSeconds, 5, 600));
            write.Timers.Add(
                new TimerWrite(slot.Partition, timer.Grain, timer.Timer.Name, timer.Timer with { Due = at + pause }));
        }

        private void AddLogRow(
            in Work work, Outcome outcome, string reason, LogPosition log, DateTimeOffset at, Guid? alertId)
        {
            // What one grain told another follows from what came from outside: its body is kept only as poison.
            var body = work.Caller is not null || outcome == Outcome.Poison
                ? CommandFamilies.Serialize(work.Command)
                : ReadOnlyMemory<byte>.Empty;
            write.Log.Add(new LogRow(
                log.Partition, log.Position, at, work.To, CommandFamilies.NameOf(work.Command), outcome, reason, body,
                alertId)
            {
                PolicyVersion = _policy.Version,
            });
        }

        /// <summary>
        /// A retry with the same key decides nothing and is answered as the first was, or refused when it says
        /// something else.
        /// </summary>
        private bool AnsweredBefore(in Work work)
        {
            if (work.Message is not null || work.Caller?.Retry is not { } retry)
            {
                return false;
            }

            if (!_answeredBefore.TryGetValue(retry.Key, out var stored) &&
                !shard._store.Answers([retry.Key]).TryGetValue(retry.Key, out stored))
            {
                return false;
            }

            var isAnother = retry.Body.Length > 0 && stored.Body.Length > 0 && retry.Body != stored.Body;
            _answers.Add((work.Caller, work.Index, new Answer(
                stored.Position,
                isAnother ? Outcome.Refused : stored.Outcome,
                isAnother ? "The Idempotency-Key was used for a request with another body" : stored.Reason,
                shard._cache.Find(work.To)?.Current)));
            return true;
        }

        private void Answer(Submission.Request caller, int index, Answer answer)
        {
            _answers.Add((caller, index, answer));
            Remember(caller, answer);
        }

        private void Remember(Submission.Request caller, Answer answer)
        {
            if (caller.Retry is { } retry)
            {
                var stored = new StoredAnswer(answer.Position, answer.Outcome, answer.Reason, retry.Body);
                _answeredBefore[retry.Key] = stored;
                write.Answers.Add((retry.Key, stored));
            }
        }

        private void Send(
            GrainId from, Message message, Submission.Request? caller = null, int index = 0, Guid? about = null)
        {
            _sent.Add(new PendingMessage(NextId(), from, message.To, message.Command, caller, index, about) { Prompt = _prompt });
            _sentCount++;
        }

        private void AddGrainWrite(GrainSlot slot, GrainState state, long position)
        {
            // Not "the committed episode is another": two episodes may begin in one turn, the first of them never
            // committed.
            var replaces = state is AlertState { Episode: > 1 } alert && (slot.State as AlertState)?.Id != alert.Id;
            write.Grains.Add(new GrainWrite(slot.Partition, position, state, TallyOnly: false, replaces));
        }

        private void DiffTimers(GrainSlot slot)
        {
            var before = slot.State?.Timers.ToDictionary(t => t.Name) ?? [];
            foreach (var timer in slot.Next!.Timers)
            {
                if (!before.Remove(timer.Name, out var old) || old != timer)
                {
                    write.Timers.Add(new TimerWrite(slot.Partition, slot.Id, timer.Name, timer));
                }
            }

            foreach (var gone in before.Keys)
            {
                write.Timers.Add(new TimerWrite(slot.Partition, slot.Id, gone, null));
            }
        }
    }
}
