using Correlation.Grains.Model;
using NodaTime;

// The namespace of what it reads: a namespace OnCall would hide the type from every caller in this solution.
namespace Correlation.Grains.Policy;

/// <summary>
/// Who is on call: <see cref="At(Schedule, Roster, DateTimeOffset)"/> is the one function that the engine, the
/// API and every preview use. It also says for how long its answer holds, so that a calendar is nothing but its answers
/// one after the other.
/// </summary>
public static class OnCall
{
    /// <summary>The people do not change within the segment; those before and after it may be the same.</summary>
    public static Segment At(Schedule schedule, Roster roster, DateTimeOffset at)
    {
        if (!schedule.Enabled)
        {
            return new Segment(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, []);
        }

        var instant = Instant.FromDateTimeOffset(at);
        var slices = schedule.Rotations
            .Select(rotation =>
                (Rotation: rotation, Slice: RotationSlice.At(rotation, ZoneOf(schedule, rotation), instant)))
            .ToList();
        var shifts = roster
            .Where(o => o.ScheduleId == schedule.Id || o.Past.Count > 0)
            .SelectMany(o => o.On(schedule.Id).Select(one => (o.Id, one.MadeAt, one.Shift)))
            .Where(s => roster.IsAnybody(s.Shift.Who))
            .OrderBy(s => s.MadeAt)
            .ToList();

        var from = slices.Select(s => s.Slice.From).Append(Instant.MinValue).Max().OrEarliest();
        var until = slices.Select(s => s.Slice.Until).Append(Instant.MaxValue).Min().OrLatest();
        var edges = shifts.SelectMany(s => (DateTimeOffset[])[s.Shift.From, s.Shift.Until]).ToList();
        var onCall = InHighestLayer(schedule, roster, slices.Where(s => s.Slice.Who is not null).ToList());
        foreach (var (id, _, shift) in shifts.Where(s => s.Shift.From <= at && at < s.Shift.Until))
        {
            onCall = Overridden(schedule, onCall, id, shift);
        }

        return new Segment(
            edges.Where(edge => edge <= at).Append(from).Max(),
            edges.Where(edge => edge > at).Append(until).Min(),
            onCall);
    }

    public static Segment At(PolicyVersion policy, Schedule schedule, DateTimeOffset at) =>
        At(schedule, Roster.Of(policy), at);

    internal static DateTimeZone ZoneOf(Schedule schedule, Rotation rotation) =>
        DateTimeZoneProviders.Tzdb[rotation.TimeZone ?? schedule.TimeZone];

    /// <summary>The highest in which there is anybody; where there is nobody at all, the highest.</summary>
    private static ValueList<Duty> InHighestLayer(
        Schedule schedule, Roster roster, List<(Rotation Rotation, RotationSlice Slice)> inForce)
    {
        var staffed = inForce.FindAll(s => roster.IsAnybody(s.Slice.Who!.Value));
        var highest = (staffed.Count > 0 ? staffed : inForce)
            .Select(s => Height(schedule, s.Rotation.Layer))
            .DefaultIfEmpty(-1)
            .Max();
        return inForce
            .Where(s => Height(schedule, s.Rotation.Layer) == highest)
            .Select(s => new Duty(s.Slice.Who!.Value, s.Rotation.Name, s.Rotation.Layer))
            .ToValueList();
    }

    /// <summary>-1 for a rotation that names no layer.</summary>
    private static int Height(Schedule schedule, string? layer)
    {
        var height = schedule.Layers.Count - 1;
        while (height >= 0 && !string.Equals(schedule.Layers[height], layer, StringComparison.OrdinalIgnoreCase))
        {
            height--;
        }

        return height;
    }

    private static ValueList<Duty> Overridden(Schedule schedule, ValueList<Duty> onCall, string id, OverrideShift shift)
    {
        if (shift.IsForWhole)
        {
            Participant? instead = onCall.Count > 0 ? onCall[0].Instead ?? onCall[0].Who : null;
            return [new Duty(shift.Who, null, null, id, instead)];
        }

        return onCall
            .Select(duty => Applies(schedule, duty, shift)
                ? duty with { Who = shift.Who, Override = id, Instead = duty.Instead ?? duty.Who }
                : duty)
            .ToValueList();
    }

    private static bool Applies(Schedule schedule, Duty duty, OverrideShift shift) =>
        (shift.Replaces is null || shift.Replaces == duty.Who) &&
        (shift.Layer is null || string.Equals(shift.Layer, duty.Layer, StringComparison.OrdinalIgnoreCase)) &&
        (shift.Rotations.Count == 0 ||
            (duty.Rotation is { } name && schedule.FindRotation(name) is { } rotation && shift.Rotations.Any(rotation.Is)));

    /// <summary>The calendar's end of time is years beyond that of a time stamp.</summary>
    private static DateTimeOffset OrEarliest(this Instant instant) =>
        instant < Instant.FromDateTimeOffset(DateTimeOffset.MinValue)
            ? DateTimeOffset.MinValue
            : instant.ToDateTimeOffset();

    private static DateTimeOffset OrLatest(this Instant instant) =>
        instant > Instant.FromDateTimeOffset(DateTimeOffset.MaxValue)
            ? DateTimeOffset.MaxValue
            : instant.ToDateTimeOffset();
}
