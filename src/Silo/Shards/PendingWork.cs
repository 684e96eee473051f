using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Shards;

/// <summary>A command about to be decided and who waits for the answer.</summary>
internal readonly record struct Work(
    GrainId To,
    Command Command,
    Submission.Request? Caller = null,
    int Index = 0,
    PendingMessage? Message = null,
    StoredTimer? Timer = null);

/// <summary>A message between grains, committed by its sender and not yet decided by its receiver.</summary>
/// <param name="Caller">Who is answered with what the receiver decides; lost with the process, like any
/// connection.</param>
/// <param name="About">The alert the caller meant, so that the request's status can name it.</param>
internal sealed record PendingMessage(
    long Id, GrainId From, GrainId To, Command Command, Submission.Request? Caller = null, int Index = 0,
    Guid? About = null)
{
    /// <summary>It follows from a small request: what a sender or a person asked for by itself.</summary>
    public bool Prompt { get; init; }
}
