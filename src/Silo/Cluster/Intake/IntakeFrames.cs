using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Cluster.Intake;

internal enum FrameKind : byte
{
    /// <summary>
    /// To the owner: a batch's number, whether senders were turned away since the last, and its requests.
    /// </summary>
    Requests = 1,

    /// <summary>From the owner: a batch's number and what became of its requests, in their order.</summary>
    Answers = 2,

    /// <summary>From the owner: the keys, and whatever else a gateway needs of the policy in force.</summary>
    Policy = 3,

    /// <summary>From the owner: it is there, and the policy is still the one it has told.</summary>
    Alive = 4,
}

/// <summary>One sender's request: decided in one turn, and answered as a whole.</summary>
internal sealed record IntakeRequest(IReadOnlyList<GrainCommand> Commands, CommandClass Class);

/// <param name="TurnedAway">Senders were told to come again, of whom the owner knows nothing. It may have no requests
/// then.</param>
internal sealed record IntakeBatch(int Number, bool TurnedAway, IReadOnlyList<IntakeRequest> Requests);

/// <summary>What became of a request: its answers, or why there are none.</summary>
internal readonly record struct IntakeOutcome(Answer[]? Answers, UnavailableException? Unavailable);

/// <summary>What is sent between a gateway and the owner, of version <see cref="IntakeWire.Version"/>.</summary>
internal static class IntakeFrames
{
    public static void WriteRequests(PackedWriter to, IntakeBatch batch)
    {
        var start = Begin(to, FrameKind.Requests);
        to.Int(batch.Number);
        to.Byte(batch.TurnedAway ? (byte)1 : (byte)0);
        to.Length(batch.Requests.Count);
        foreach (var request in batch.Requests)
        {
            to.Byte((byte)request.Class);
            to.Length(request.Commands.Count);
            foreach (var (grain, command) in request.Commands)
            {
                IntakeWire.Write(to, grain, command);
            }
        }

        End(to, start);
    }

    public static IntakeBatch ReadRequests(ReadOnlySpan<byte> body)
    {
        var from = new PackedReader(body);
        var (number, turnedAway) = (from.Int(), from.Byte() == 1);
        var requests = new IntakeRequest[from.Length()];
        for (var r = 0; r < requests.Length; r++)
        {
            var commandClass = (CommandClass)from.Byte();
            var commands = new GrainCommand[from.Length()];
            for (var c = 0; c < commands.Length; c++)
            {
                var (grain, command) = IntakeWire.Read(ref from);
                commands[c] = new GrainCommand(grain, command);
            }

            requests[r] = new IntakeRequest(commands, commandClass);
        }

        return new IntakeBatch(number, turnedAway, requests);
    }

    public static void WriteAnswers(PackedWriter to, int number, IReadOnlyCollection<IntakeOutcome> outcomes)
    {
        var start = Begin(to, FrameKind.Answers);
        to.Int(number);
        foreach (var outcome in outcomes)
        {
            // No request is without commands, so that no count of answers is 0.
            to.Length(outcome.Answers?.Length ?? 0);
            if (outcome.Unavailable is { } why)
            {
                to.Text(why.Message);
                to.Int((int)why.RetryAfter.TotalMilliseconds);
                continue;
            }

            foreach (var answer in outcome.Answers!)
            {
                to.Short(answer.Position.Partition);
                to.Long(answer.Position.Position);
                to.Long(answer.Position.Turn);
                to.Byte((byte)answer.Outcome);
                to.Text(answer.Reason);
            }
        }

        End(to, start);
    }

    public static (int Number, List<IntakeOutcome> Outcomes) ReadAnswers(ReadOnlySpan<byte> body)
    {
        var from = new PackedReader(body);
        var number = from.Int();
        var outcomes = new List<IntakeOutcome>();
        while (!from.IsAtEnd)
        {
            var answers = new Answer[from.Length()];
            if (answers.Length == 0)
            {
                outcomes.Add(new(null, new UnavailableException(from.Text(), TimeSpan.FromMilliseconds(from.Int()))));
                continue;
            }

            for (var a = 0; a < answers.Length; a++)
            {
                var position = new LogPosition(from.Short(), from.Long(), from.Long());
                answers[a] = new Answer(position, (Outcome)from.Byte(), from.Text(), State: null);
            }

            outcomes.Add(new(answers, null));
        }

        return (number, outcomes);
    }

    public static void Write(PackedWriter to, FrameKind kind, ReadOnlySpan<byte> document)
    {
        var start = Begin(to, kind);
        to.Raw(document);
        End(to, start);
    }

    private static int Begin(PackedWriter to, FrameKind kind)
    {
        var start = to.Count;
        to.Int(0);
        to.Byte((byte)kind);
        return start;
    }

    private static void End(PackedWriter to, int start) => to.SetInt(start, to.Count - start - sizeof(int));
}
