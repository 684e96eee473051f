using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>Which ladder an incident climbs, and its steps one by one: pure functions of the policy.</summary>
public static class EscalationRules
{
    /// <summary>How deep escalations may name each other; validation refuses what is deeper.</summary>
    public const int DeepestNesting = 5;

    /// <summary>How many steps an escalation may have with those of the escalations it names.</summary>
    public const int MostSteps = 100;

    /// <summary>Of a team for a priority. A team without a ladder has the default team's.</summary>
    public static Escalation? Of(PolicyVersion policy, Team? team, Priority priority) =>
        Own(policy, team, priority) ?? Own(policy, policy.FindTeam(policy.Settings.DefaultTeam), priority);

    /// <summary>
    /// With the steps of the escalations it names in their place, by delay. Where both say when to be skipped, one that
    /// is reached "if not acknowledged" is not entered by a later step either once somebody has.
    /// </summary>
    public static ValueList<EscalationStep> Steps(PolicyVersion policy, Escalation escalation) =>
        Flat(policy, escalation, TimeSpan.Zero, StepCondition.IfNotClosed, DeepestNesting)
            .OrderBy(step => step.Delay)
            .Take(MostSteps)
            .ToValueList();

    /// <summary>All that come first.</summary>
    public static IEnumerable<EscalationStep> First(PolicyVersion policy, Escalation escalation)
    {
        var steps = Steps(policy, escalation);
        return steps.Where(step => step.Delay == steps[0].Delay);
    }

    /// <summary>Counts no further than it must: five deep there may be more than anybody could count.</summary>
    public static bool HasTooMany(PolicyVersion policy, Escalation escalation) =>
        Flat(policy, escalation, TimeSpan.Zero, StepCondition.IfNotClosed, DeepestNesting).Skip(MostSteps - 1).Any();

    private static Escalation? Own(PolicyVersion policy, Team? team, Priority priority) =>
        policy.FindEscalation(team?.ByPriority.FirstOrDefault(p => p.Priority == priority)?.Escalation ?? "")
        ?? policy.FindEscalation(team?.Escalation ?? "");

    private static IEnumerable<EscalationStep> Flat(
        PolicyVersion policy, Escalation escalation, TimeSpan from, StepCondition outer, int depth) =>
        escalation.Steps.SelectMany(step =>
        {
            var own = step with
            {
                Delay = from + step.Delay,
                Condition = outer == StepCondition.IfNotAcknowledged ? outer : step.Condition,
            };
            return step.Target.Type != StepTargetType.Escalation ? [own]
                : depth > 0 && policy.FindEscalation(step.Target.Name) is { } inner
                    ? Flat(policy, inner, own.Delay, own.Condition, depth - 1)
                    : [];
        });
}
