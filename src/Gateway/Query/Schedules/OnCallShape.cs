using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Schedules;

/// <summary>Who is on call by one schedule.</summary>
/// <param name="Gap">Nobody is, and nobody said that it should be so.</param>
/// <param name="People">User names: who is in a team, whom an escalation notifies first.</param>
/// <param name="From">Since when it is these; null when they always were.</param>
/// <param name="Until">Null when no change is in sight.</param>
/// <param name="Next">Who is on call after them; null when no change is in sight.</param>
public sealed record OnCallShape(
    string Schedule,
    string? Team,
    bool Gap,
    IReadOnlyList<DutyShape> OnCall,
    IReadOnlyList<string> People,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    SegmentShape? Next)
{
    internal static OnCallShape Of(PolicyVersion policy, Schedule schedule, DateTimeOffset at)
    {
        var now = SegmentShape.Of(policy, OnCallCalendar.Around(schedule, Roster.Of(policy), at), at);
        var next = OnCallCalendar.Next(schedule, Roster.Of(policy), at);
        return new(
            schedule.Name, schedule.Team, now.Gap, now.OnCall, now.People, now.From, now.Until,
            next is null ? null : SegmentShape.Of(policy, next, next.From));
    }
}

/// <summary>A stretch of the calendar with the same people on call.</summary>
public sealed record SegmentShape(
    DateTimeOffset? From, DateTimeOffset? Until, bool Gap,
    IReadOnlyList<DutyShape> OnCall, IReadOnlyList<string> People)
{
    /// <param name="policy">Knows who is in a team.</param>
    /// <param name="segment">Of the calendar.</param>
    /// <param name="at">When an escalation in it is asked whom it notifies.</param>
    internal static SegmentShape Of(PolicyVersion policy, Segment segment, DateTimeOffset at) => new(
        segment.From == DateTimeOffset.MinValue ? null : segment.From,
        segment.Until == DateTimeOffset.MaxValue ? null : segment.Until,
        segment.IsGap,
        [.. segment.OnCall.Select(DutyShape.Of)],
        OnCallPeople.Of(policy, segment.Participants, at));
}

/// <param name="Who">A user's name, <c>team:</c> or <c>escalation:</c> and a name, or <c>none</c>.</param>
/// <param name="Type">user, team, escalation or nobody.</param>
/// <param name="Rotation">Whose turn it is; null for who stands in for the whole schedule.</param>
/// <param name="Override">The override that put them there; null when it is their turn.</param>
/// <param name="Instead">Whose place that is.</param>
public sealed record DutyShape(
    string Who, string Type, string? Rotation, string? Layer, string? Override, string? Instead)
{
    internal static DutyShape Of(Duty duty) => new(
        Words.Of(duty.Who),
        Words.Of(duty.Who.Type),
        duty.Rotation,
        duty.Layer,
        duty.Override,
        duty.Instead is { } who ? Words.Of(who) : null);
}
