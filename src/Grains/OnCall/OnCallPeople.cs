using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>From participants to user names. Teams and escalations that lead back to one another end the search.</summary>
public static class OnCallPeople
{
    /// <summary>Of schedules and escalations that name one another.</summary>
    private const int Deepest = 5;

    public static ValueList<string> At(PolicyVersion policy, Schedule schedule, DateTimeOffset at) =>
        Of(policy, OnCall.At(policy, schedule, at).Participants, at);

    /// <summary>Whom a step may page; of a random member all from whom one is drawn, and nobody of a channel.</summary>
    public static IEnumerable<string> Named(PolicyVersion policy, StepTarget target, DateTimeOffset at) =>
        Of(policy, target, at, Deepest);

    /// <summary>Each once, in order. What the policy does not know is left out, except a user: the name is all there is.</summary>
    public static ValueList<string> Of(PolicyVersion policy, IEnumerable<Participant> participants, DateTimeOffset at) =>
        Of(policy, participants, at, Deepest).Distinct(StringComparer.OrdinalIgnoreCase).ToValueList();

    private static IEnumerable<string> Of(
        PolicyVersion policy, IEnumerable<Participant> participants, DateTimeOffset at, int depth) =>
        participants.SelectMany(who => who.Type switch
        {
            ParticipantType.User => [who.Name],
            ParticipantType.Team => policy.FindTeam(who.Name)?.Members.Select(member => member.User) ?? [],
            ParticipantType.Escalation when depth > 0 && policy.FindEscalation(who.Name) is { } ladder =>
                FirstStep(ladder).SelectMany(target => Of(policy, target, at, depth - 1)),
            _ => (IEnumerable<string>)[],
        });

    private static IEnumerable<string> Of(PolicyVersion policy, StepTarget target, DateTimeOffset at, int depth) =>
        target.Type switch
        {
            StepTargetType.User => [target.Name],
            StepTargetType.Team or StepTargetType.Random => policy.FindTeam(target.Name)?.Members.Select(member => member.User) ?? [],
            StepTargetType.Admins =>
                policy.FindTeam(target.Name)?.Members.Where(member => member.Admin).Select(member => member.User) ?? [],
            StepTargetType.Schedule or StepTargetType.Next or StepTargetType.Previous
                when policy.FindSchedule(target.Name) is { } schedule =>
                Of(policy, OfSchedule(policy, schedule, target.Type, at), at, depth),
            StepTargetType.Escalation when depth > 0 && policy.FindEscalation(target.Name) is { } ladder =>
                FirstStep(ladder).SelectMany(first => Of(policy, first, at, depth - 1)),
            _ => [],
        };

    private static IEnumerable<Participant> OfSchedule(
        PolicyVersion policy, Schedule schedule, StepTargetType type, DateTimeOffset at) => type switch
        {
            StepTargetType.Next => OnCallOrder.Next(schedule, Roster.Of(policy), at),
            StepTargetType.Previous => OnCallOrder.Previous(schedule, Roster.Of(policy), at),
            _ => OnCall.At(policy, schedule, at).Participants,
        };

    /// <summary>All that happens at its earliest delay.</summary>
    internal static IEnumerable<StepTarget> FirstStep(Escalation ladder) => ladder.Steps
        .Where(step => step.Delay == ladder.Steps.Min(s => s.Delay))
        .Select(step => step.Target);
}
