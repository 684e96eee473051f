using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

public sealed partial class Shard
{
    /// <summary>
    /// How the reason of a "listening" row begins that a start has logged; other spells of deafness have others.
    /// </summary>
    internal const string RecoveredReason = "Recovered";

    private const int Page = 1000;

    /// <summary>The newest time any partition has decided at: the clock must not start before it.</summary>
    public DateTimeOffset LastAt => _heads.Max(h => h.At);

    /// <summary>Repeats that the last recovery had to fold: none after a stop that came to its end.</summary>
    public int Folded { get; private set; }

    /// <summary>
    /// Loads the heads, folds the repeats the rows do not cover and takes up undelivered messages. Nothing is decided
    /// again. Absence timers start to listen anew.
    /// </summary>
    public void Recover(DateTimeOffset now)
    {
        _cache.Clear();
        _messages.Clear();
        _parked.Clear();
        _suspects.Clear();
        Folded = 0;
        var head = _store.Open();
        _turn = head.Turn;
        _checkpoint.Begin(head.ReplayTurn);
        foreach (var partition in head.Partitions)
        {
            _heads[partition.Partition] = partition;
        }

        // The wall may have been set back while we were down. Time goes on from the newest decision, and listening with
        // it.
        now = now > LastAt ? now : LastAt;
        var made = head.Made.Where(
            change => change is not PolicyChange.SilenceSet(var silence) || silence.EndsAt > now);
        Volatile.Write(ref _policy, _policy.WithMade(made) with { Version = head.PolicyVersion + 1 });
        foreach (var batch in _store.ReadRepeats(head.ReplayTurn))
        {
            Fold(batch, now);
        }

        TakeUpMessages();
        (_nextDuty, _nextAbsence) = _store.NextDue();
        RecoverHold(head, now);
        _listeningSince = now;
        _justRecovered = true;
        _awaited = DateTimeOffset.MaxValue;
        _nextMaintenance = _policy.NextMaintenance(now);
        ReconsiderFromStart();
        _needsRecovery = false;
    }

    /// <summary>Nobody could be heard before: silence counts from then on.</summary>
    /// <param name="isHeard">Senders are let in, which the log says if the start's own row was earlier.</param>
    public void ListenFrom(DateTimeOffset now, bool isHeard)
    {
        _listeningSince = now;
        if (isHeard && !_justRecovered)
        {
            _deaf ??= "Senders are let in";
            _spellLoggedAt = default;
        }
    }

    private void Fold(RepeatBatch batch, DateTimeOffset now)
    {
        var entries = RepeatLog.Read(batch.Packed).ToList();
        var missing = entries.Where(e => e.Delta is not null && _cache.Find(e.Grain) is null)
            .Select(e => e.Grain)
            .ToHashSet();
        if (missing.Count > 0)
        {
            foreach (var stored in _store.Load(missing))
            {
                Place(stored, now);
            }
        }

        foreach (var entry in entries)
        {
            if (entry.Delta is null || _cache.Find(entry.Grain) is not { State: { } state } slot ||
                entry.Position <= slot.LastPosition)
            {
                continue;
            }

            slot.State = state.Fold(entry.Delta);
            slot.LastPosition = entry.Position;
            Folded++;
            _checkpoint.Mark(slot);
        }

        _checkpoint.LastRepeatTurn = batch.Turn;
    }

    private void TakeUpMessages()
    {
        for (long after = 0; ;)
        {
            var page = _store.Messages(after, Page);
            foreach (var message in page)
            {
                after = message.Id;
                if (Read(message) is { } command)
                {
                    _messages.Enqueue(new PendingMessage(message.Id, message.From, message.To, command));
                }
            }

            if (page.Count < Page)
            {
                return;
            }
        }
    }

    /// <summary>Null for a message of a newer release: it stays stored for one that can read it.</summary>
    private Command? Read(StoredMessage message)
    {
        try
        {
            return CommandFamilies.FromText(message.Command);
        }
        catch (JsonException unreadable)
        {
            _metrics.Unreadable(message.To, unreadable);
            return null;
        }
    }
}
