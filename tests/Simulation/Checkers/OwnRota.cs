using System.Collections.Immutable;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// Whom a step names, found by an own hand: by the minutes on the wall since the first turn, in a month without a clock
/// change.
/// </summary>
/// <param name="Configuration">Of the files.</param>
/// <param name="Overrides">In force, in no order.</param>
internal sealed record OwnRota(PolicyVersion Configuration, IReadOnlyCollection<Override> Overrides)
{
    public HashSet<string> Named(string target, DateTimeOffset at)
    {
        var colon = target.IndexOf(':', StringComparison.Ordinal);
        var (word, name) = (target[..colon], target[(colon + 1)..]);
        return [.. Named(word, name, at, [])];
    }

    public User? Find(string user) => Configuration.Users.FirstOrDefault(u => u.Name == user);

    /// <param name="way">Escalations that lead here: one that leads back to itself names nobody more.</param>
    private IEnumerable<string> Named(string word, string name, DateTimeOffset at, ImmutableHashSet<string> way) => word switch
    {
        "user" => [name],
        "channel" => [name],
        "team" or "random" => Team(name).Select(member => member.User),
        "admins" => Team(name).Where(member => member.Admin).Select(member => member.User),
        "schedule" => People(OnCall(ScheduleOf(name), at).Select(duty => duty.Who), at, way),
        "next" => People(Neighbours(ScheduleOf(name), at, +1), at, way),
        "previous" => People(Neighbours(ScheduleOf(name), at, -1), at, way),
        "escalation" when way.Contains(name) => [],
        "escalation" => FirstStep(name).SelectMany(step => Named(step.Word, step.Name, at, way.Add(name))),
        _ => throw new InvalidOperationException($"The simulated site names nobody by '{word}'."),
    };

    private Schedule ScheduleOf(string name) => Configuration.Schedules.First(schedule => schedule.Name == name);

    private IEnumerable<string> People(
        IEnumerable<Participant> participants, DateTimeOffset at, ImmutableHashSet<string> way) =>
        participants.SelectMany(who => who.Type switch
        {
            ParticipantType.User => [who.Name],
            ParticipantType.Team => Named("team", who.Name, at, way),
            ParticipantType.Escalation => Named("escalation", who.Name, at, way),
            _ => [],
        });

    private IEnumerable<TeamMember> Team(string name) => Configuration.Teams.First(team => team.Name == name).Members;

    private IEnumerable<(string Word, string Name)> FirstStep(string escalation)
    {
        var steps = Configuration.Escalations.First(e => e.Name == escalation).Steps;
        return steps.Where(step => step.Delay == steps[0].Delay)
            .Select(step => (step.Target.Type.ToString().ToLowerInvariant(), step.Target.Name));
    }

    /// <summary>
    /// Who is gone is nobody, and the layer below answers; a turn that is meant to be nobody's is somebody's.
    /// </summary>
    private bool IsAnybody(Participant who) => who.Type switch
    {
        ParticipantType.User => Find(who.Name) is not null,
        ParticipantType.Team => Team(who.Name).Any(member => Find(member.User) is not null),
        ParticipantType.Escalation =>
            FirstStep(who.Name).Any(step => step.Word != "user" || Find(step.Name) is not null),
        _ => true,
    };

    private List<(Participant Who, Rotation? Of)> OnCall(Schedule schedule, DateTimeOffset at, bool isOverridden = true)
    {
        var turns = schedule.Rotations
            .Where(rotation => IsInForce(schedule, rotation, at))
            .Select(rotation => (Who: rotation.Participants[(int)(TurnOf(schedule, rotation, at) % rotation.Participants.Count)], Of: (Rotation?)rotation))
            .ToList();
        var staffed = turns.FindAll(turn => IsAnybody(turn.Who));
        var candidates = staffed.Count > 0 ? staffed : turns;
        var highest = candidates.Select(turn => Height(schedule, turn.Of!)).DefaultIfEmpty(0).Max();
        var onCall = turns.FindAll(turn => Height(schedule, turn.Of!) == highest);
        foreach (var shift in isOverridden ? ShiftsOf(schedule, at) : [])
        {
            onCall = shift is { Replaces: null, Layer: null, Rotations.Count: 0 }
                ? [(shift.Who, null)]
                : onCall.ConvertAll(duty => IsFor(shift, duty) ? duty with { Who = shift.Who } : duty);
        }

        return onCall;
    }

    /// <summary>The one made last comes last, and wins.</summary>
    private IEnumerable<OverrideShift> ShiftsOf(Schedule schedule, DateTimeOffset at) => Overrides
        .Where(made => made.ScheduleId == schedule.Id)
        .OrderBy(made => made.MadeAt)
        .ThenBy(made => made.Id, StringComparer.Ordinal)
        .SelectMany(made => made.Shifts)
        .Where(shift => at >= shift.From && at < shift.Until && IsAnybody(shift.Who));

    private static bool IsFor(OverrideShift shift, (Participant Who, Rotation? Of) duty) =>
        (shift.Replaces is not { } replaced || replaced == duty.Who) &&
        (shift.Layer is not { } layer || layer == duty.Of?.Layer) &&
        (shift.Rotations.Count == 0 || (duty.Of is { } rotation && shift.Rotations.Any(name => name == rotation.Name || name == rotation.Id)));

    private IEnumerable<Participant> Neighbours(Schedule schedule, DateTimeOffset at, int step)
    {
        var duties = OnCall(schedule, at);
        var onCall = duties.Select(duty => duty.Who).ToHashSet();
        var rotations = duties.Select(duty => duty.Of).OfType<Rotation>().ToList();
        if (rotations.Count == 0)
        {
            rotations = OnCall(schedule, at, isOverridden: false).ConvertAll(duty => duty.Of!);
        }

        foreach (var rotation in rotations)
        {
            var (order, turn) = (rotation.Participants, TurnOf(schedule, rotation, at));
            for (var distance = 1; distance < order.Count; distance++)
            {
                var who = order[(int)(((turn + (step * distance)) % order.Count + order.Count) % order.Count)];
                if (who.Type != ParticipantType.Nobody && IsAnybody(who) && !onCall.Contains(who) &&
                    who != order[(int)(turn % order.Count)])
                {
                    yield return who;
                    break;
                }
            }
        }
    }

    private static bool IsInForce(Schedule schedule, Rotation rotation, DateTimeOffset at)
    {
        var minute = Local(schedule, rotation, at).TimeOfDay.TickOfDay / (double)NodaConstants.TicksPerMinute;
        return rotation.Restrictions.Count == 0 ||
            rotation.Restrictions.Any(window => minute >= window.Start && minute < window.End);
    }

    private static long TurnOf(Schedule schedule, Rotation rotation, DateTimeOffset at) => rotation.Type switch
    {
        RotationType.Hourly => (long)(at - Zone(schedule, rotation).AtStrictly(rotation.Start).ToDateTimeOffset()).TotalHours / rotation.Length,
        RotationType.Custom => Period.Between(rotation.Start, Local(schedule, rotation, at), PeriodUnits.Minutes).Minutes / rotation.Length,
        _ => throw new InvalidOperationException($"The simulated site has no turns of type {rotation.Type}."),
    };

    private static LocalDateTime Local(Schedule schedule, Rotation rotation, DateTimeOffset at) =>
        Instant.FromDateTimeOffset(at).InZone(Zone(schedule, rotation)).LocalDateTime;

    private static DateTimeZone Zone(Schedule schedule, Rotation rotation) =>
        DateTimeZoneProviders.Tzdb[rotation.TimeZone ?? schedule.TimeZone];

    private static int Height(Schedule schedule, Rotation rotation) =>
        schedule.Layers.ToList().IndexOf(rotation.Layer ?? "");
}
