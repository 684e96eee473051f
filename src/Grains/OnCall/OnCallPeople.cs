using System.Diagnostics;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>
/// From participants to user names. What leads to itself, or is led to by many ways, is asked once for an instant:
/// escalations and schedules that name one another cost as much as they are, and not as much as there are ways round.
/// </summary>
public static class OnCallPeople
{
    /// <summary>Names are one word in any letter case.</summary>
    private static readonly EqualityComparer<StepTarget> Same = EqualityComparer<StepTarget>.Create(
        (one, other) =>
            one?.Type == other?.Type && string.Equals(one?.Name, other?.Name, StringComparison.OrdinalIgnoreCase),
        target => HashCode.Combine(target.Type, StringComparer.OrdinalIgnoreCase.GetHashCode(target.Name)));

    public static ValueList<string> At(PolicyVersion policy, Schedule schedule, DateTimeOffset at) =>
        Of(policy, OnCall.At(policy, schedule, at).Participants, at);

    /// <summary>
    /// Each once, in order. What the policy does not know is left out, except a user: the name is all there is.
    /// </summary>
    public static ValueList<string> Of(
        PolicyVersion policy, IEnumerable<Participant> participants, DateTimeOffset at) =>
        Named(policy, Targets(participants), at).Distinct(StringComparer.OrdinalIgnoreCase).ToValueList();

    /// <summary>Whom a step may page; of a random member all from whom one is drawn, and nobody of a channel.</summary>
    public static IEnumerable<string> Named(PolicyVersion policy, StepTarget target, DateTimeOffset at) =>
        Named(policy, [target], at);

    /// <summary>All that happens at its earliest delay.</summary>
    internal static IEnumerable<StepTarget> FirstStep(Escalation ladder)
    {
        var first = ladder.Steps.Select(step => step.Delay).DefaultIfEmpty().Min();
        return ladder.Steps.Where(step => step.Delay == first).Select(step => step.Target);
    }

    /// <summary>
    /// Down each way before the next one. By a stack of its own: a way may be as long as there are schedules.
    /// </summary>
    private static IEnumerable<string> Named(PolicyVersion policy, IEnumerable<StepTarget> targets, DateTimeOffset at)
    {
        var met = new HashSet<StepTarget>(Same);
        var ahead = new Stack<StepTarget>(targets.Reverse());
        while (ahead.TryPop(out var target))
        {
            if (!met.Add(target))
            {
                continue;
            }

            if (target.Type == StepTargetType.User)
            {
                yield return target.Name;
            }

            foreach (var next in Further(policy, target, at).Reverse())
            {
                ahead.Push(next);
            }
        }
    }

    /// <summary>What it stands for; of a user and a channel nothing.</summary>
    private static IEnumerable<StepTarget> Further(PolicyVersion policy, StepTarget target, DateTimeOffset at) => target.Type switch
    {
        StepTargetType.Team or StepTargetType.Random => Members(policy, target.Name, _ => true),
        StepTargetType.Admins => Members(policy, target.Name, member => member.Admin),
        StepTargetType.Schedule or StepTargetType.Next or StepTargetType.Previous
            when policy.FindSchedule(target.Name) is { } schedule =>
            Targets(OfSchedule(policy, schedule, target.Type, at)),
        StepTargetType.Escalation when policy.FindEscalation(target.Name) is { } ladder => FirstStep(ladder),
        _ => [],
    };

    private static IEnumerable<StepTarget> Members(PolicyVersion policy, string team, Func<TeamMember, bool> counts) =>
        policy.FindTeam(team)?.Members.Where(counts)
            .Select(member => new StepTarget(StepTargetType.User, member.User)) ?? [];

    private static IEnumerable<StepTarget> Targets(IEnumerable<Participant> participants) => participants
        .Where(who => who.Type != ParticipantType.Nobody)
        .Select(who => new StepTarget(
            who.Type switch
            {
                ParticipantType.User => StepTargetType.User,
                ParticipantType.Team => StepTargetType.Team,
                ParticipantType.Escalation => StepTargetType.Escalation,
                _ => throw new UnreachableException($"{who.Type} is nobody who could be paged."),
            },
            who.Name));

    private static IEnumerable<Participant> OfSchedule(
        PolicyVersion policy, Schedule schedule, StepTargetType type, DateTimeOffset at) => type switch
        {
            StepTargetType.Next => OnCallOrder.Next(schedule, Roster.Of(policy), at),
            StepTargetType.Previous => OnCallOrder.Previous(schedule, Roster.Of(policy), at),
            _ => OnCall.At(policy, schedule, at).Participants,
        };
}
