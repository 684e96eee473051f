using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Contacts;
using Correlation.Grains.Entities;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Lineage;
using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Resources;
using Correlation.Grains.SavedSearches;
using Correlation.Grains.Schedules;
using Correlation.Grains.Silences;
using Correlation.Grains.Topology;
using Correlation.Grains.Wire;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Commands.Replay;

/// <summary>
/// The log in its order, and of it what came from outside: signals, people's acts, what was made through an API.
/// Timers,
/// messages between grains and results of deliveries follow from these and from the configuration.
/// </summary>
internal sealed class RecordedTurns(IRecordedLog log, RecordedSpan span, Facts recorded, Ledger ledger)
{
    private const int TurnsPerRead = 2_048;

    /// <summary>A merged incident hands on what it is told, which the log has twice then.</summary>
    private static readonly TimeSpan HandedOnWithin = TimeSpan.FromSeconds(30);

    private readonly RecordedHeartbeats _heartbeats = new(ledger);
    private readonly Dictionary<string, (Signal Signal, DateTimeOffset At)> _signals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fromGrains = new(StringComparer.Ordinal);
    private readonly List<(DateTimeOffset At, string To, byte[] Body)> _handedOn = [];

    public IEnumerable<RecordedTurn> All()
    {
        for (var first = span.FirstTurn; first <= span.LastTurn; first += TurnsPerRead)
        {
            var last = Math.Min(first + TurnsPerRead - 1, span.LastTurn);
            var rows = log.Rows(first, last)
                .GroupBy(row => row.Turn)
                .ToDictionary(turn => turn.Key, turn => turn.ToList());
            var repeats = log.Repeats(first, last).ToDictionary(batch => batch.Turn);
            foreach (var turn in rows.Keys.Union(repeats.Keys).Order())
            {
                yield return Read(turn, rows.GetValueOrDefault(turn, []), repeats.GetValueOrDefault(turn));
            }
        }
    }

    /// <summary>
    /// The alert as it was sent at its opening, sent once more; null for one of which the opening is not known.
    /// </summary>
    public Told? Again(string alias, DateTimeOffset at)
    {
        if (!_signals.TryGetValue(alias, out var opening))
        {
            LeaveUnknown(alias);
            return null;
        }

        ledger.Take("re-sends known by the hour");
        return Resent(alias, opening.Signal with { EndsAt = at + (opening.Signal.EndsAt - opening.At) });
    }

    private static Told Resent(string alias, Signal signal) => new(
        new GrainCommand(new GrainId(GrainKind.Alert, alias), new AlertCommand.Receive(signal)), "alert.receive",
        Outcome.Repeat);

    private void LeaveUnknown(string alias)
    {
        if (!_fromGrains.Contains(alias))
        {
            ledger.Leave("re-sends of alerts that opened before the log begins");
        }
    }

    private RecordedTurn Read(long number, List<RecordedRow> rows, RepeatBatch? batch)
    {
        var turn = new RecordedTurn(number, rows.Count > 0 ? rows.Max(row => row.At) : batch!.At);
        var repeats = RepeatsOf(batch);
        foreach (var row in rows)
        {
            // Only one grain's own order matters to a repeat, and a grain has one partition.
            TakeRepeats(turn, repeats, entry => entry.Partition == row.Partition && entry.Position < row.Position);
            Take(turn, row);
        }

        TakeRepeats(turn, repeats, _ => true);
        return turn;
    }

    private void Take(RecordedTurn turn, RecordedRow row)
    {
        if (row.Command.IsEmpty)
        {
            TakeOurOwn(turn, row);
        }
        else if (Parse(row) is { } command)
        {
            Take(turn, row, command);
        }
    }

    private void TakeOurOwn(RecordedTurn turn, RecordedRow row)
    {
        switch (row.Type)
        {
            case "listening":
                turn.Listens = true;
                turn.Started |= row.Reason.StartsWith(Shard.RecoveredReason, StringComparison.Ordinal);
                turn.PolicyVersion = row.PolicyVersion;
                break;
            case "policy":
                turn.PolicyVersion = row.PolicyVersion;
                break;
            case "heartbeat.timerFired" when row.Outcome == Outcome.Material:
                _heartbeats.MayHaveExpired(row.Grain, row.At);
                break;
            case "alert.receive":
                _fromGrains.Add(row.Grain.Key);
                if (_heartbeats.Received(row.Grain) is { } command)
                {
                    ledger.Take("heartbeats that fell silent");
                    turn.Commands.Add(new Told(command, row.Type, row.Outcome));
                }

                break;
            default:
                break;
        }
    }

    private void Take(RecordedTurn turn, RecordedRow row, Command command)
    {
        switch (command)
        {
            case AlertCommand.Receive receive:
                Remember(receive.Signal, row.At);
                Add("signals");
                break;
            case AlertCommand.Confirmed or AlertCommand.Moved or AlertCommand.IncidentResolved
                or AlertCommand.IncidentReopened or AlertCommand.Inhibited or AlertCommand.Reconsider or AlertCommand.TimerFired:
                break;
            case AlertCommand:
                Add("acts of people");
                break;
            case IncidentCommand.Person when !row.IsAboutAlert && !IsHandedOn(row):
                Add("acts of people");
                break;
            case HeartbeatCommand heartbeat:
                turn.Commands.AddRange(_heartbeats.Told(row.Grain, heartbeat, row.At)
                    .Select(told => new Told(told, row.Type, row.Outcome)));
                break;
            case SilenceCommand.TimerFired or MaintenanceCommand.TimerFired or OverrideCommand.TimerFired
                or TopologyCommand.TimerFired:
                break;
            case SilenceCommand or MaintenanceCommand or OverrideCommand or ScheduleCommand or ContactCommand or
            ResourceCommand:
                Add("changes to silences, maintenance, overrides, schedules, contacts, users, teams, escalations and keys");
                break;
            case TopologyCommand:
                Add("changes to the topology");
                break;
            case EntityCommand.Changed or JobCommand.Report:
                Add("deployments and runs of jobs");
                break;
            case SavedSearchCommand:
            default:
                // Searches decide nothing; the rest is what grains and the dispatcher say, kept because deciding it
                // threw.
                break;
        }

        void Add(string what)
        {
            ledger.Take(what);
            turn.Commands.Add(new Told(new GrainCommand(row.Grain, command), row.Type, row.Outcome));
        }
    }

    private void Remember(Signal signal, DateTimeOffset at)
    {
        if (!signal.IsOver(at))
        {
            _signals[signal.Alias] = (signal, at);
            _fromGrains.Remove(signal.Alias);
        }
    }

    private bool IsHandedOn(RecordedRow row)
    {
        _handedOn.RemoveAll(handed => row.At - handed.At > HandedOnWithin);
        var index = _handedOn.FindIndex(
            handed => handed.To == row.Grain.Key && row.Command.Span.SequenceEqual(handed.Body));
        if (index >= 0)
        {
            _handedOn.RemoveAt(index);
            return true;
        }

        for (var id = row.Grain.Key; recorded.Incident(id)?.MergedInto is { } into && into != row.Grain.Key; id = into)
        {
            _handedOn.Add((row.At, into, row.Command.ToArray()));
        }

        return false;
    }

    private Command? Parse(RecordedRow row)
    {
        try
        {
            return CommandFamilies.FromText($"{row.Type} {Encoding.UTF8.GetString(row.Command.Span)}");
        }
        catch (JsonException)
        {
            ledger.Leave($"commands '{row.Type}' that this release cannot read: a newer one wrote them");
            return null;
        }
    }

    [SuppressMessage(
        "Design", "CA1031", Justification = "Whatever a newer release packed there, the rest of the log can be read.")]
    private List<RepeatEntry> RepeatsOf(RepeatBatch? batch)
    {
        try
        {
            return batch is null ? [] : [.. RepeatLog.Read(batch.Packed)];
        }
        catch (Exception)
        {
            ledger.Leave("turns whose repeats this release cannot read: a newer one wrote them");
            return [];
        }
    }

    private void TakeRepeats(RecordedTurn turn, List<RepeatEntry> repeats, Predicate<RepeatEntry> which)
    {
        foreach (var entry in repeats.Where(entry => which(entry)))
        {
            TakeRepeat(turn, entry);
        }

        repeats.RemoveAll(which);
    }

    private void TakeRepeat(RecordedTurn turn, in RepeatEntry entry)
    {
        switch (entry.Delta)
        {
            case AlertDelta delta when _signals.TryGetValue(entry.Grain.Key, out var opening):
                ledger.Take("re-sends");
                turn.Commands.Add(Resent(
                    entry.Grain.Key, opening.Signal with { EndsAt = delta.EndsAt, Texts = delta.Texts ?? opening.Signal.Texts }));
                break;
            case AlertDelta:
                LeaveUnknown(entry.Grain.Key);
                break;
            case null when entry is { Grain.Kind: GrainKind.Incident, Asked.AlertId: not null }:
                // An alert has handed it on, and the alert's own row has the words.
                break;
            case null when entry.Asked is { Action: not ("alert.receive" or "heartbeat.ping") }:
                ledger.Leave("requests that changed nothing, of which the log keeps no words");
                break;
            default:
                break;
        }
    }
}
