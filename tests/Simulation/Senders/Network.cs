using Correlation.Gateway.Seams;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Senders;

/// <summary>
/// Between the senders and the service: requests arrive late, out of order or twice, and answers get lost. It is the
/// one place that knows how a request ended.
/// </summary>
internal sealed class Network(World world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _tags;

    /// <summary>A text that is in no other command.</summary>
    public string NextTag() => $"#{++_tags}#";

    /// <param name="again">The request this one repeats, word for word.</param>
    public SentRequest Send(
        IReadOnlyList<GrainCommand> commands, IReadOnlyList<string?> tags, CommandClass commandClass,
        string? key = null,
        SentRequest? again = null, Action<SentRequest>? ended = null)
    {
        var request = New(commands, tags, commandClass, key, again?.Content);
        var (faults, agenda) = (world.Faults, world.Agenda);
        agenda.In(agenda.Between(0, faults.Has(Fault.Reordering) ? 3 : 0.02), () => Arrive(request, ended));
        if (faults.Has(Fault.Duplicates) && agenda.Chance(0.05))
        {
            // A proxy repeats it, perhaps much later; its sender never hears of the second answer.
            var twice = New(commands, tags, commandClass, key, request.Content);
            agenda.In(agenda.Between(0, agenda.Chance(0.5) ? 2 : 100), () => Arrive(twice, null));
        }

        agenda.In(Patience, () => End(request, Ending.Unknown, null, ended));
        return request;
    }

    private SentRequest New(
        IReadOnlyList<GrainCommand> commands, IReadOnlyList<string?> tags, CommandClass commandClass, string? key,
        int? content)
    {
        var number = world.Record.Requests.Count;
        var request = new SentRequest(number, content ?? number, commands, tags, key) { Class = commandClass, SentAt = world.Agenda.Now };
        world.Record.Requests.Add(request);
        return request;
    }

    private void Arrive(SentRequest request, Action<SentRequest>? ended)
    {
        if (world.Process is not { IsDead: false } process)
        {
            End(request, Ending.TurnedAway, null, ended);
            return;
        }

        process.Send(request, answers => Answer(request, answers, ended));
    }

    private void Answer(SentRequest request, Task<Answer[]> answers, Action<SentRequest>? ended)
    {
        if (answers.Exception?.InnerException is UnavailableException unavailable)
        {
            world.Record.QueueWasFull |= unavailable.Message.Contains("queue is full", StringComparison.Ordinal);
            End(request, Ending.Failed, null, ended);
        }
        else if (!(world.Faults.Has(Fault.LostReplies) && world.Agenda.Chance(0.04)))
        {
            End(request, Ending.Answered, answers.Result, ended);
        }
    }

    private void End(SentRequest request, Ending how, IReadOnlyList<Answer>? answers, Action<SentRequest>? ended)
    {
        if (request.End(how, world.Agenda.Now, answers))
        {
            ended?.Invoke(request);
        }
    }
}
