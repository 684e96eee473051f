using Correlation.Gateway.Answers;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>The answers a page offers, in the words of its buttons.</summary>
internal static class AnswerWords
{
    public static IReadOnlyList<(AnswerAction Action, string Label)> All { get; } =
    [
        (AnswerAction.Acknowledge, "Acknowledge"),
        (AnswerAction.Escalate, "Not me"),
        (AnswerAction.Resolve, "Resolve"),
    ];
}
