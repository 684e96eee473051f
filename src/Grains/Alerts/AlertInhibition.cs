using Correlation.Grains.Inhibitions;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>
/// The alert under inhibition rules. It enters where a rule and its labels say, and is told what holds it back; its
/// labels decide alone, so it finds its place without looking at any other alert.
/// </summary>
internal static class AlertInhibition
{
    /// <returns>Null when no rule concerns it.</returns>
    public static InhibitionStanding? Under(InhibitionStanding? before, Labels labels, PolicyVersion policy)
    {
        var parts = policy.InhibitRules.Select(rule => InhibitionPart.Of(rule, labels))
            .OfType<InhibitionPart>()
            .ToValueList();
        if (parts.Count == 0)
        {
            return null;
        }

        var targets = parts.Where(part => part.IsTarget).Select(part => part.Key).ToHashSet(StringComparer.Ordinal);
        return new InhibitionStanding(
            parts,
            (before?.Awaiting ?? []).Where(targets.Contains).ToValueList(),
            By(before, parts, targets))
        {
            AskAt = before?.AskAt,
            Asked = (before?.Asked ?? []).Where(targets.Contains).ToValueList(),
        };
    }

    /// <summary>
    /// A rule that was renamed, or matches by other labels, has another key: who is held back stays so until that one
    /// has answered, or each edit of a rule would page for all that it holds.
    /// </summary>
    private static ValueList<Inhibitor> By(
        InhibitionStanding? before, ValueList<InhibitionPart> parts, HashSet<string> targets)
    {
        if (before is null)
        {
            return [];
        }

        var unanswered = parts.Where(part => part.IsTarget && before.Parts.All(old => old.Key != part.Key)).ToList();
        return before.By
            .Select(by => targets.Contains(by.Key) ? by
                : (unanswered.Find(part => part.Rule == by.Rule) ?? unanswered.FirstOrDefault()) is { } part
                    ? by with { Key = part.Key, Rule = part.Rule }
                : null)
            .OfType<Inhibitor>()
            .DistinctBy(by => by.Key)
            .ToValueList();
    }

    /// <summary>Of an alert that opens: it waits for the first answers.</summary>
    public static AlertState Await(AlertState state) => state.Inhibition is not { } standing ? state : state with
    {
        Inhibition = standing with { Awaiting = standing.Parts.Where(part => part.IsTarget).Select(part => part.Key).ToValueList() },
    };

    /// <summary>
    /// The first answer may be lost with what should have given it; the hold's end does not wait for it.
    /// </summary>
    public static AlertState WaitNoLonger(AlertState state) =>
        state.Inhibition is { } standing ? state with { Inhibition = standing with { Awaiting = [] } } : state;

    /// <summary>Of an alert that closes: who held it back stays to be read.</summary>
    public static InhibitionStanding? Over(InhibitionStanding? standing) =>
        standing is { By.Count: > 0 } ? new InhibitionStanding([], [], standing.By) : null;

    /// <summary>What the grains of its rules must know of the change; those it leaves first.</summary>
    public static IEnumerable<Message> Register(InhibitionStanding? before, AlertState after)
    {
        var (old, now) = (before?.Parts ?? [], after.Inhibition?.Parts ?? []);
        return
        [
            .. old.Except(now).Select(part => Tell(part, new InhibitionCommand.Leave(PartyOf(after, part)))),
            .. now.Except(old).Select(part => Tell(part, new InhibitionCommand.Enter(PartyOf(after, part)))),
        ];
    }

    public static Decision<AlertState> Heed(
        AlertState state, AlertCommand.Inhibited told, PolicyVersion policy, DateTimeOffset at)
    {
        var part = state.Id == told.Episode && state.Status == AlertStatus.Open
            ? state.Inhibition?.Parts.FirstOrDefault(p => p.IsTarget && p.Key == told.Key)
            : null;
        if (part is null)
        {
            return Alert.Unchanged("No longer a target of the inhibition rule");
        }

        var standing = state.Inhibition!;
        var others = standing.By.Where(by => by.Key != told.Key);
        var next = standing with
        {
            Awaiting = standing.Awaiting.Where(key => key != told.Key).ToValueList(),
            By = told.Holds
                ? others.Append(new Inhibitor(told.Key, part.Rule, told.Alias, told.Title)).ToValueList()
                : others.ToValueList(),
            Asked = standing.Asked.Where(key => key != told.Key).ToValueList(),
        };
        next = next with { AskAt = next.By.Count == 0 ? null : next.AskAt ?? at + InhibitionState.AskEvery };
        return next == standing ? Alert.Unchanged("Inhibition is unchanged")
            : next with { Asked = standing.Asked } == standing ? StillHeldBack(state with { Inhibition = next })
            : AlertSuppression.Settle(state, state with { Inhibition = next }, policy, at);
    }

    /// <summary>It had asked; nothing that anybody sees has changed.</summary>
    private static Decision<AlertState> StillHeldBack(AlertState state) => new()
    {
        Outcome = Outcome.Material,
        Reason = "Still inhibited",
        State = state,
    };

    /// <summary>
    /// Of a timer: whoever holds it back is asked whether they still do. Who has not answered since the last time,
    /// because what they keep cannot be read, holds nothing back any longer.
    /// </summary>
    public static Decision<AlertState> Ask(AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Status != AlertStatus.Open || state.Inhibition is not { AskAt: { } due } standing || due > at)
        {
            return Alert.Unchanged("The timer was moved meanwhile");
        }

        var by = standing.By.Where(inhibitor => !standing.Asked.Contains(inhibitor.Key)).ToValueList();
        var asked = standing.Parts.Where(part => part.IsTarget && by.Any(inhibitor => inhibitor.Key == part.Key))
            .ToList();
        var next = state with
        {
            Inhibition = standing with
            {
                By = by,
                Asked = asked.Select(part => part.Key).ToValueList(),
                AskAt = by.Count == 0 ? null : at + InhibitionState.AskEvery,
            },
        };
        var questions = asked.Select(part => Tell(part, new InhibitionCommand.Answer(PartyOf(state, part)))).ToList();
        if (by.Count < standing.By.Count)
        {
            var settled = AlertSuppression.Settle(state, next, policy, at);
            return settled with { Reason = settled.Reason + ", of which nothing is heard", Messages = [.. settled.Messages, .. questions] };
        }

        return new Decision<AlertState>
        {
            Outcome = Outcome.Material,
            Reason = "Asks whether it is still inhibited",
            State = next,
            Messages = questions.ToValueList(),
        };
    }

    /// <summary>What is a source of the rule still says so; what is not has said that before.</summary>
    public static Decision<AlertState> Answer(AlertState state, AlertCommand.StillInhibits asked)
    {
        var part = state.Id == asked.Episode && state.Status == AlertStatus.Open
            ? state.Inhibition?.Parts.FirstOrDefault(p => p.IsSource && p.Key == asked.Key)
            : null;
        return part is null ? Alert.Unchanged("No longer a source of the inhibition rule") : new Decision<AlertState>
        {
            Outcome = Outcome.Material,
            Reason = "Still a source of the inhibition rule",
            State = state,
            Messages = [Tell(part, new InhibitionCommand.StillFires(PartyOf(state, part)))],
        };
    }

    private static Message Tell(InhibitionPart part, InhibitionCommand command) =>
        new(new GrainId(GrainKind.Inhibition, part.Key), command);

    private static InhibitionParty PartyOf(AlertState state, InhibitionPart part) =>
        new(state.Id, state.Alias, state.Message, part.IsSource, part.IsTarget);
}
