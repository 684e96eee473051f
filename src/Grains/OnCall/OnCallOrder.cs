using Correlation.Grains.Model;
using NodaTime;

namespace Correlation.Grains.Policy;

/// <summary>
/// Who comes before and after those on call in the order of turns: whom an escalation notifies as "next" and
/// "previous". It is about the order, not the calendar: with layers around the globe the next of a rotation is a
/// colleague who is awake.
/// </summary>
public static class OnCallOrder
{
    /// <summary>
    /// Of each rotation on call the one whose turn is next; nobody, who is gone and who is on call already are passed
    /// over. Where no rotation is in force, those who are on call after it.
    /// </summary>
    public static ValueList<Participant> Next(Schedule schedule, Roster roster, DateTimeOffset at) =>
        InForce(schedule, roster, at) is { Count: > 0 } rotations
            ? Neighbours(schedule, roster, rotations, at, +1)
            : OnCallCalendar.Next(schedule, roster, at)?.Participants.ToValueList() ?? [];

    /// <summary>Of each rotation on call the one whose turn was last.</summary>
    public static ValueList<Participant> Previous(Schedule schedule, Roster roster, DateTimeOffset at) =>
        Neighbours(schedule, roster, InForce(schedule, roster, at), at, -1);

    /// <summary>Somebody who stands in for the whole schedule has no order; the schedule without them has.</summary>
    private static List<Rotation> InForce(Schedule schedule, Roster roster, DateTimeOffset at)
    {
        var named = Named(OnCall.At(schedule, roster, at));
        return named.Count > 0 ? named : Named(OnCall.At(schedule, roster.WithoutOverrides(), at));

        List<Rotation> Named(Segment segment) =>
            [.. schedule.Rotations.Where(rotation => segment.OnCall.Any(duty => duty.Rotation is { } name && rotation.Is(name)))];
    }

    private static ValueList<Participant> Neighbours(
        Schedule schedule, Roster roster, List<Rotation> rotations, DateTimeOffset at, int step)
    {
        var onCall = OnCall.At(schedule, roster, at).Participants.ToHashSet();
        return rotations
            .Select(rotation => Neighbour(schedule, rotation, roster, onCall, at, step))
            .OfType<Participant>()
            .Distinct()
            .ToValueList();
    }

    /// <summary>The nearest in the order who is not on call anyway: a neighbour may be the one who stands in.</summary>
    private static Participant? Neighbour(
        Schedule schedule, Rotation rotation, Roster roster, HashSet<Participant> onCall, DateTimeOffset at, int step)
    {
        var slice = RotationSlice.At(rotation, OnCall.ZoneOf(schedule, rotation), Instant.FromDateTimeOffset(at));
        var order = rotation.Participants;
        for (var distance = 1; distance < order.Count; distance++)
        {
            var place = (slice.Turn + (distance * step)) % order.Count;
            var who = order[(int)(place < 0 ? place + order.Count : place)];
            if (who.Type != ParticipantType.Nobody && who != slice.Who && !onCall.Contains(who) &&
                roster.IsAnybody(who))
            {
                return who;
            }
        }

        return null;
    }
}
