using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Whom the steps that do not come any more would have paged, as people and schedules were when they stopped.
/// </summary>
public static class NotClimbed
{
    /// <param name="policy">Of <see cref="IncidentState.Stopped"/>; the newest where that one is not kept any
    /// more.</param>
    public static ValueList<PageDecision> Of(IncidentState state, PolicyVersion policy)
    {
        var because = state.Status switch
        {
            IncidentStatus.Acknowledged => "acknowledged by " + Name(state.AcknowledgedBy),
            IncidentStatus.Snoozed => $"snoozed until {state.SnoozedUntil?.UtcDateTime:yyyy-MM-dd HH:mm} UTC",
            IncidentStatus.Resolved => "resolved by " + Name(state.ResolvedBy),
            _ => null,
        };
        return because is null || state.Stopped is not { At: var since } ? [] : state.Ladder.Steps
            .Select((step, i) => (Step: step, Number: i + 1))
            .Where(s => IsOver(state, s.Step, s.Number))
            .SelectMany(s => Of(state, policy, s.Step.Target, s.Number, because, since))
            .ToValueList();
    }

    /// <summary>
    /// Steps "if not closed" go on while somebody has it, and some before the next were passed over for that.
    /// </summary>
    private static bool IsOver(IncidentState state, EscalationStep step, int number) =>
        (step.Condition == StepCondition.IfNotAcknowledged && number > state.Ladder.NotInHand().Next) ||
        (state.Status != IncidentStatus.Acknowledged && number > state.Ladder.Next);

    private static IEnumerable<PageDecision> Of(
        IncidentState state, PolicyVersion policy, StepTarget target, int number, string because, DateTimeOffset since)
    {
        var named = Recipients.Of(
            policy,
            target,
            since,
            state.PassedOn,
            IncidentPages.Asked(state),
            $"{state.Id} {state.Ladder.Climbs} {number}");
        return named.Select(recipient => new PageDecision(
            since,
            number,
            target.ToString(),
            named.Select(r => r.Who).ToValueList(),
            recipient.Who,
            null,
            policy.Version,
            "",
            [],
            $"{because} before step {number} of {state.Ladder.Policy} came")
        {
            TimeZones = PageDecision.TimeZonesOf(target),
        });
    }

    private static string Name(string? who) => string.IsNullOrEmpty(who) ? "no person" : who;
}
