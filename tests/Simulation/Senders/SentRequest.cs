using Correlation.Gateway.Seams;

namespace Correlation.Simulation.Senders;

internal enum Ending
{
    Waiting,

    /// <summary>Every command has its answer, which may be a refusal.</summary>
    Answered,

    /// <summary>Turned away at the door: surely nothing happened.</summary>
    TurnedAway,

    /// <summary>Taken and answered 503: all of it happened or nothing.</summary>
    Failed,

    /// <summary>No answer: all of it happened or nothing.</summary>
    Unknown,
}

/// <summary>One request as its sender knows it. A retry is a request of its own with the same content.</summary>
internal sealed class SentRequest(
    int number, int content, IReadOnlyList<GrainCommand> commands, IReadOnlyList<string?> tags, string? key)
{
    public int Number => number;

    /// <summary>The number of the first request with this content.</summary>
    public int Content => content;

    public IReadOnlyList<GrainCommand> Commands => commands;

    /// <summary>A text of each command that no other command has; null where the command has no free text.</summary>
    public IReadOnlyList<string?> Tags => tags;

    public string? Key => key;

    public required CommandClass Class { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public DateTimeOffset EndedAt { get; private set; }

    public Ending Ending { get; private set; }

    public IReadOnlyList<Answer> Answers { get; private set; } = [];

    /// <summary>The first ending counts: an answer after the sender gave up is heard by nobody.</summary>
    public bool End(Ending how, DateTimeOffset at, IReadOnlyList<Answer>? answers = null)
    {
        if (Ending != Ending.Waiting)
        {
            return false;
        }

        (Ending, EndedAt, Answers) = (how, at, answers ?? []);
        return true;
    }

    public override string ToString() =>
        $"request {number}{(key is null ? "" : $" (key {key})")} of {commands.Count}, {Ending}: {string.Join("; ", commands.Take(3))}";
}
