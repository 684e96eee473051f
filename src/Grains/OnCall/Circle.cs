namespace Correlation.Grains.Policy;

/// <summary>
/// Schedules whose turns are escalations, and escalations whose steps are schedules or escalations, may not lead back
/// to themselves: who is on call would be asked of itself.
/// </summary>
public static class Circle
{
    /// <summary>How a change that would make one is refused; the way goes on behind it.</summary>
    public const string Refusal = "Schedules and escalations may not lead back to themselves: ";

    private static readonly EqualityComparer<StepTarget> Same = EqualityComparer<StepTarget>.Create(
        (one, other) =>
            one?.Type == other?.Type && string.Equals(one?.Name, other?.Name, StringComparison.OrdinalIgnoreCase),
        target => HashCode.Combine(target.Type, StringComparer.OrdinalIgnoreCase.GetHashCode(target.Name)));

    /// <summary>Of the schedule, such as "schedule a > escalation b > schedule a"; null when there is none.</summary>
    /// <param name="at">An override that is over by then leads nowhere.</param>
    public static string? Of(PolicyVersion policy, Schedule schedule, DateTimeOffset at) =>
        Through(policy, new StepTarget(StepTargetType.Schedule, schedule.Name), at);

    /// <inheritdoc cref="Of(PolicyVersion, Schedule, DateTimeOffset)"/>
    public static string? Of(PolicyVersion policy, Escalation escalation, DateTimeOffset at) =>
        Through(policy, new StepTarget(StepTargetType.Escalation, escalation.Name), at);

    /// <summary>The shortest that goes by this turn of the schedule.</summary>
    public static string? By(PolicyVersion policy, string schedule, Participant turn, DateTimeOffset at)
    {
        var start = new StepTarget(StepTargetType.Schedule, schedule);
        var first = new StepTarget(StepTargetType.Escalation, turn.Name);
        return turn.Type == ParticipantType.Escalation && Way(policy, first, start, at) is { } way
            ? Words([start, .. way])
            : null;
    }

    private static string? Through(PolicyVersion policy, StepTarget start, DateTimeOffset at) => Named(
        policy, start, at)
        .Select(next => Way(policy, next, start, at))
        .OfType<List<StepTarget>>()
        .Select(way => Words([start, .. way]))
        .FirstOrDefault();

    private static List<StepTarget>? Way(PolicyVersion policy, StepTarget from, StepTarget to, DateTimeOffset at)
    {
        var cameFrom = new Dictionary<StepTarget, StepTarget?>(Same) { [from] = null };
        var ahead = new Queue<StepTarget>([from]);
        while (ahead.TryDequeue(out var here))
        {
            if (Same.Equals(here, to))
            {
                var way = new List<StepTarget>();
                for (var step = (StepTarget?)here; step is not null; step = cameFrom[step])
                {
                    way.Insert(0, step);
                }

                return way;
            }

            foreach (var next in Named(policy, here, at).Where(next => cameFrom.TryAdd(next, here)))
            {
                ahead.Enqueue(next);
            }
        }

        return null;
    }

    private static IEnumerable<StepTarget> Named(PolicyVersion policy, StepTarget here, DateTimeOffset at) =>
        here.Type == StepTargetType.Schedule
            ? policy.FindSchedule(here.Name) is { } schedule ? Turns(policy, schedule, at) : []
            : policy.FindEscalation(here.Name)?.Steps.Select(step => Kept(step.Target)).OfType<StepTarget>() ?? [];

    private static IEnumerable<StepTarget> Turns(PolicyVersion policy, Schedule schedule, DateTimeOffset at) => schedule.Rotations
        .SelectMany(rotation => rotation.Participants)
        .Concat(policy.Overrides
            .Where(made => made.ScheduleId == schedule.Id && !made.TakenBack)
            .SelectMany(made => made.Shifts)
            .Where(shift => shift.Until > at)
            .Select(shift => shift.Who))
        .Where(who => who.Type == ParticipantType.Escalation)
        .Select(who => new StepTarget(StepTargetType.Escalation, who.Name));

    /// <summary>Whose turn is next or was before is found by the same turns.</summary>
    private static StepTarget? Kept(StepTarget target) => target.Type switch
    {
        StepTargetType.Schedule or StepTargetType.Next or StepTargetType.Previous =>
            new StepTarget(StepTargetType.Schedule, target.Name),
        StepTargetType.Escalation => target,
        _ => null,
    };

    private static string Words(IEnumerable<StepTarget> way) =>
        string.Join(" > ", way.Select(one => $"{StepTarget.Word(one.Type)} {one.Name}"));
}
