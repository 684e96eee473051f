using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Schedules;

/// <param name="File">The configuration's file that it comes from; null for one that was made through an API, where it
/// is changed.</param>
/// <param name="Layers">The lowest first; rotations without a layer are below them.</param>
/// <param name="Unknown">
/// Participants whom the configuration does not know any more: nobody is paged in their turns. Only a schedule made
/// through an API can have them.
/// </param>
/// <param name="Gaps">
/// When nobody is on call within the next 30 days. Time that is meant to be nobody's is no gap.
/// </param>
public sealed record ScheduleShape(
    string Name,
    string Id,
    string Description,
    string? Team,
    string TimeZone,
    bool Enabled,
    string? File,
    IReadOnlyList<string> Layers,
    IReadOnlyList<RotationShape> Rotations,
    IReadOnlyList<string> Unknown,
    IReadOnlyList<GapShape> Gaps)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(30);

    internal static ScheduleShape Of(PolicyVersion policy, Schedule schedule, DateTimeOffset now) => new(
        schedule.Name,
        schedule.Id,
        schedule.Description,
        schedule.Team,
        schedule.TimeZone,
        schedule.Enabled,
        schedule.ByApi ? null : policy.FileOf("schedules", schedule.Name),
        schedule.Layers,
        [.. schedule.Rotations.Select(rotation => RotationShape.Of(schedule, rotation))],
        [.. schedule.Rotations.SelectMany(rotation => rotation.Participants)
            .Distinct()
            .Where(who => policy.Find(who) is null)
            .Select(Words.Of)],
        [.. OnCallCalendar.Gaps(schedule, Roster.Of(policy), now, now + Ahead).Select(GapShape.Of)]);
}

/// <param name="Type">hourly, daily, weekly or custom.</param>
/// <param name="Length">Hours, days, weeks or, of a custom one, minutes per turn.</param>
/// <param name="Start">The first hand-off, in the rotation's time zone.</param>
/// <param name="Participants">In turn order.</param>
public sealed record RotationShape(
    string Name,
    string Id,
    string? Layer,
    string TimeZone,
    string Type,
    int Length,
    string Start,
    string? End,
    IReadOnlyList<string> Restrictions,
    IReadOnlyList<string> Participants)
{
    private const string LocalTime = "uuuu-MM-dd'T'HH:mm:ss";

    internal static RotationShape Of(Schedule schedule, Rotation rotation) => new(
        rotation.Name,
        rotation.Id,
        rotation.Layer,
        rotation.TimeZone ?? schedule.TimeZone,
        Words.Of(rotation.Type),
        rotation.Length,
        rotation.Start.ToString(LocalTime, null),
        rotation.End?.ToString(LocalTime, null),
        [.. rotation.Restrictions.Select(Words.Of)],
        [.. rotation.Participants.Select(Words.Of)]);
}

public sealed record GapShape(DateTimeOffset From, DateTimeOffset Until)
{
    internal static GapShape Of(Segment gap) => new(gap.From, gap.Until);
}

/// <param name="Segments">Without a hole between them.</param>
/// <param name="Gaps">Those of the segments that are to come and that nobody covers; of the past nobody is
/// reminded.</param>
public sealed record TimelineShape(
    string Schedule,
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<SegmentShape> Segments,
    IReadOnlyList<GapShape> Gaps);
