using Correlation.Grains.Model;
using NodaTime;

namespace Correlation.Grains.Policy;

/// <summary>
/// Who comes before and after those on call in the order of turns: whom an escalation notifies as "next" and "previous". It
/// is about the order, not the calendar: with layers around the globe the next of a rotation is a colleague who is awake.
/// </summary>
public static class OnCallOrder
{
    /// <summary>
    /// Of each rotation on call the one whose turn is next; nobody, and who is on call already, are passed over. In a gap
    /// those who are on call after it.
    /// </summary>
    public static ValueList<Participant> Next(Schedule schedule, ValueList<Override> overrides, DateTimeOffset at) =>
        OnCall.At(schedule, overrides, at).IsGap
            ? OnCallCalendar.Next(schedule, overrides, at)?.Participants.ToValueList() ?? []
            : Neighbours(schedule, overrides, at, +1);

    /// <summary>Of each rotation on call the one whose turn was last.</summary>
    public static ValueList<Participant> Previous(Schedule schedule, ValueList<Override> overrides, DateTimeOffset at) =>
        Neighbours(schedule, overrides, at, -1);

    private static ValueList<Participant> Neighbours(
        Schedule schedule, ValueList<Override> overrides, DateTimeOffset at, int step)
    {
        var onCall = OnCall.At(schedule, overrides, at);
        var names = onCall.OnCall.Select(duty => duty.Rotation).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);

        // Somebody who stands in for the whole schedule has no order; the schedule without them has.
        if (names.Count == 0)
        {
            names = OnCall.At(schedule, [], at).OnCall.Select(duty => duty.Rotation!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        }

        return schedule.Rotations
            .Where(rotation => names.Contains(rotation.Name))
            .Select(rotation => Neighbour(schedule, rotation, at, step))
            .OfType<Participant>()
            .Where(who => !onCall.Participants.Contains(who))
            .Distinct()
            .ToValueList();
    }

    private static Participant? Neighbour(Schedule schedule, Rotation rotation, DateTimeOffset at, int step)
    {
        var slice = RotationSlice.At(rotation, OnCall.ZoneOf(schedule, rotation), Instant.FromDateTimeOffset(at));
        var order = rotation.Participants;
        for (var distance = 1; distance < order.Count; distance++)
        {
            var place = (slice.Turn + (distance * step)) % order.Count;
            var who = order[(int)(place < 0 ? place + order.Count : place)];
            if (who.Type != ParticipantType.Nobody && who != slice.Who)
            {
                return who;
            }
        }

        return null;
    }
}
