using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;
using Correlation.Simulation.Senders;

namespace Correlation.Simulation.Checkers;

/// <summary>I1: what was answered is in the durable log, at the place the answer named, after every crash.</summary>
internal sealed class I1Durable(Record record) : Checker("I1", record)
{
    private readonly Dictionary<(int Partition, long Position), Entry> _log = [];

    public override void After(Story story, TurnWrite write)
    {
        foreach (var entry in LogIndex.Of(write, story.Repeats, story.Turns))
        {
            _log.TryAdd((entry.Partition, entry.Position), entry);
        }
    }

    public override void End(Story story)
    {
        foreach (var request in Record.Requests.Where(request => request.Ending == Ending.Answered))
        {
            for (var i = 0; i < request.Commands.Count; i++)
            {
                Check(request, i);
            }
        }
    }

    private void Check(SentRequest request, int i)
    {
        var (command, answer) = (request.Commands[i], request.Answers[i]);
        var place = (answer.Position.Partition, answer.Position.Position);
        if (!_log.TryGetValue(place, out var entry))
        {
            Report($"{request} was answered '{answer.Reason}' at {place}, where the log has nothing");
            return;
        }

        // The incident answers for its alert, and a survivor for what was merged into it.
        var passedOn = command.Command is AlertCommand.Handle || command.To.Kind == GrainKind.Incident;
        var isThis = passedOn ? entry.Grain.Kind is GrainKind.Alert or GrainKind.Incident : entry.Grain == command.To;
        if (!isThis || (entry.Text.Length > 0 && request.Tags[i] is { } tag && !entry.Text.Contains(tag, StringComparison.Ordinal)))
        {
            Report($"{request} was answered '{answer.Reason}' at {place}, where the log has {entry}");
        }
    }
}
