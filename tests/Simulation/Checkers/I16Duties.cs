using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;
using Correlation.Simulation.Senders;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// I16: after the faults have stopped every duty is done: timers that the states ask for, deliveries, messages. And no
/// absence timer fired for a time in which we did not listen, or in which its source was heard.
/// </summary>
internal sealed class I16Duties(Record record) : Checker("I16", record)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(40);

    private readonly List<DateTimeOffset> _deaf =
        [.. record.Requests.Where(r => r.Ending is Ending.Failed).Select(r => r.EndedAt), .. record.Lives.Select(life => life.From)];

    private readonly ILookup<GrainId, Heard> _heard = record.Requests
        .Where(request => request.Ending == Ending.Answered)
        .SelectMany(request =>
            request.Commands.Zip(request.Answers, (command, answer) => HeardOf(command, answer, request.EndedAt)))
        .OfType<Heard>()
        .ToLookup(heard => heard.From);

    /// <summary>What may have been stored although its sender does not know: it may have told another end.</summary>
    private readonly ILookup<GrainId, DateTimeOffset> _perhapsHeard = record.Requests
        .Where(request => request.Ending is not (Ending.Answered or Ending.TurnedAway))
        .SelectMany(request => request.Commands.Select(command => (command.To, request.SentAt)))
        .ToLookup(sent => sent.To, sent => sent.SentAt);

    public override void Before(Story story, TurnWrite write)
    {
        foreach (var row in write.Log.Where(row => row.Outcome == Outcome.Material))
        {
            if (row.Type == "alert.timerFired" && row.Reason.StartsWith("Expired", StringComparison.Ordinal) &&
                row.Grain.Kind == GrainKind.Alert)
            {
                Listened(row.Grain, story.Alerts[row.Grain.Key].ExpiryInterval, write);
            }
            else if (row is { Type: "heartbeat.timerFired", Reason: "Heartbeat expired" })
            {
                Listened(row.Grain, ((HeartbeatState)story.States[row.Grain]).Settings.Interval, write);
            }
        }
    }

    public override void End(Story story)
    {
        foreach (var (id, state) in story.States)
        {
            foreach (var timer in state.Timers.Where(timer => timer.Due < story.At - Bound - timer.Quiet))
            {
                Report($"{id} waits for its timer '{timer.Name}' since {timer.Due:O}; it is {story.At:O}, and the faults stopped at {Record.FaultsOverAt:O}");
            }
        }

        foreach (var delivery in story.Pending.Values.Where(delivery => delivery.NotBefore < story.At - Bound))
        {
            Report($"Page {delivery.Id} to {delivery.Who} waits since {delivery.NotBefore:O}; it is {story.At:O}");
        }

        foreach (var message in story.Messages.Values.Take(3))
        {
            Report($"A message waits at the end: {message}");
        }
    }

    /// <summary>A sign of life: a ping, or an alert that fires until the end it announces.</summary>
    private static Heard? HeardOf(GrainCommand command, Answer answer, DateTimeOffset at) => command.Command switch
    {
        _ when answer.Outcome == Outcome.Poison => null,
        HeartbeatCommand.Ping => new Heard(command.To, answer.Position.Position, at, null),
        AlertCommand.Receive receive => new Heard(command.To, answer.Position.Position, at, receive.Signal.EndsAt),
        _ => null,
    };

    private void Listened(GrainId grain, TimeSpan interval, TurnWrite write)
    {
        var quiet = interval < GrainTimer.LongestQuiet ? interval : GrainTimer.LongestQuiet;
        var at = Record.CommitOf(write.Turn).At;
        if (_deaf.Exists(deaf => deaf > at - quiet && deaf <= at))
        {
            Report($"Turn {write.Turn}: {grain} expired at {at:O} for a silence of {quiet}, and we did not listen at {_deaf.Last(d => d > at - quiet && d <= at):O}");
        }

        var last = _heard[grain].Where(heard => heard.At < at).MaxBy(heard => heard.Position);
        if (last is not null && _perhapsHeard[grain].Any(sent => sent >= last.At && sent <= at))
        {
            return;
        }

        if (last is not null && (last.Until is { } until ? until > write.At : last.At > at - quiet))
        {
            Report($"Turn {write.Turn}: {grain} expired at {at:O} for a silence of {quiet}, and it was heard at {last.At:O}, to last until {last.Until:O}");
        }
    }

    /// <param name="Position">In its partition's log: what was decided last counts, whatever was answered last.</param>
    private sealed record Heard(GrainId From, long Position, DateTimeOffset At, DateTimeOffset? Until);
}
