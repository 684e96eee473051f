using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Seams;

/// <summary>Which share of a turn a command has. Commands of people go first; intake may be refused.</summary>
public enum CommandClass : byte
{
    Person = 1,
    Intake = 2,
}

public readonly record struct GrainCommand(GrainId To, Command Command);

/// <summary>What became of a command, told after it is on disk.</summary>
/// <param name="State">The deciding grain's state after the decision; null when it has none, and when another process
/// decided.</param>
public sealed record Answer(LogPosition Position, Outcome Outcome, string Reason, GrainState? State)
{
    public bool Accepted => Outcome is Outcome.Material or Outcome.Repeat;
}

/// <summary>
/// How senders' commands reach the grains, in this process or in another. Every answer comes after the commit.
/// </summary>
public interface IIntake
{
    /// <summary>
    /// The policy in force, for parsing defaults and for showing; classification happens in the deciders.
    /// </summary>
    PolicyVersion Policy { get; }

    /// <summary>One request's commands: decided in one turn, answered together, in order.</summary>
    /// <exception cref="UnavailableException">Queue full, store down or shutting down: nothing was decided or the
    /// outcome is unknown. Answer 503 with Retry-After.</exception>
    ValueTask<Answer[]> SendAsync(IReadOnlyList<GrainCommand> commands, CommandClass commandClass);

    /// <summary>
    /// The same of a sender that may go away. What is overloaded does not decide for whom nobody waits any more: they
    /// send it again.
    /// </summary>
    /// <param name="left">The sender has gone: unless its request is under way it is dropped, undecided.</param>
    /// <exception cref="OperationCanceledException">It was dropped.</exception>
    ValueTask<Answer[]> ReceiveAsync(IReadOnlyList<GrainCommand> commands, CancellationToken left) =>
        SendAsync(commands, CommandClass.Intake);
}

/// <summary>What tells a retry from another request.</summary>
/// <param name="Key">The sender's idempotency key, digested: it is stored.</param>
/// <param name="Body">Digest of the body that it came with; empty when it had none.</param>
public sealed record RetryKey(string Key, string Body = "");

/// <summary>How the edge speaks to the grains of this process.</summary>
public interface IGrains : IIntake
{
    /// <param name="retry">
    /// A retry with the same key is answered as the first was and decides nothing; with another body it is refused.
    /// </param>
    ValueTask<Answer> SendAsync(GrainId to, Command command, CommandClass commandClass, RetryKey? retry = null);

    /// <summary>The exact state now (memory over row); null when there is none.</summary>
    ValueTask<GrainState?> ReadAsync(GrainId grain);

    /// <summary>
    /// Completes when every open alert has been looked at under the newest policy, after 1 s at most.
    /// </summary>
    Task PolicyInForceAsync(CancellationToken cancellationToken);
}

/// <summary>Temporarily unable: overload, the store is down or full, or the process is stopping.</summary>
public sealed class UnavailableException(string reason, TimeSpan retryAfter, Exception? inner = null)
    : Exception(reason, inner)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
