using System.ComponentModel;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Schedules;

/// <summary>Who is on call, now and at any time, by the function that pages go by.</summary>
internal static class ScheduleEndpoints
{
    private static readonly TimeSpan Fortnight = TimeSpan.FromDays(14);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static void MapSchedules(this IEndpointRouteBuilder api)
    {
        api.MapGet("/oncall", OnCall)
            .WithSummary("Who is on call by each schedule, since and until when, and who is next.");
        api.MapGet("/schedules", List).WithSummary("The schedules, by name.");
        api.MapGet("/schedules/{name}", Get).WithSummary("One schedule, and its gaps in the next 30 days.");
        api.MapGet("/schedules/{name}/timeline", Timeline)
            .WithSummary("The calendar of a schedule: who is on call from when until when, and where nobody is.");
    }

    private static Reply<ListOf<OnCallShape>> OnCall(
        [Description("A time such as 2026-05-04T10:00:00Z; by default now.")] string? at,
        HttpContext context,
        IGrains grains,
        TimeProvider time)
    {
        var fields = new Fields();
        var when = fields.Time("at", at) ?? time.GetUtcNow();
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var policy = grains.Policy;
        return new ListOf<OnCallShape>(
            [.. Seen(policy, context).Select(schedule => OnCallShape.Of(policy, schedule, when))], Next: null);
    }

    private static Reply<ListOf<ScheduleShape>> List(HttpContext context, IGrains grains, TimeProvider time)
    {
        var (policy, now) = (grains.Policy, time.GetUtcNow());
        return new ListOf<ScheduleShape>(
            [.. Seen(policy, context).Select(schedule => ScheduleShape.Of(policy, schedule, now))], Next: null);
    }

    private static Reply<ScheduleShape> Get(string name, HttpContext context, IGrains grains, TimeProvider time)
    {
        var policy = grains.Policy;
        var (schedule, problem) = Find(policy, name, context);
        return schedule is null ? problem! : ScheduleShape.Of(policy, schedule, time.GetUtcNow());
    }

    private static Reply<TimelineShape> Timeline(
        string name,
        [Description("By default now.")] string? from,
        [Description("At most 366 days after 'from'; by default 14 days after it.")] string? to,
        HttpContext context,
        IGrains grains,
        TimeProvider time)
    {
        var (fields, policy, now) = (new Fields(), grains.Policy, time.GetUtcNow());
        var start = fields.Time("from", from) ?? now;
        var end = fields.Time("to", to) ?? start + Fortnight;
        if (end <= start || end - start > Longest)
        {
            fields.Wrong("to", $"'to' must be after 'from', and {Longest.TotalDays:0} days after it at most.");
        }

        var (schedule, problem) = Find(policy, name, context);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        if (schedule is null)
        {
            return problem!;
        }

        var segments = OnCallCalendar.Between(schedule, Roster.Of(policy), start, end).ToList();
        var ahead = OnCallCalendar.Gaps(schedule, Roster.Of(policy), start > now ? start : now, end);
        return new TimelineShape(
            schedule.Name,
            start,
            end,
            [.. segments.Select(segment => SegmentShape.Of(policy, segment, segment.From))],
            [.. ahead.Select(GapShape.Of)]);
    }

    /// <summary>A team's key sees that team's schedules only.</summary>
    internal static (Schedule? Schedule, Problem? Problem) Find(PolicyVersion policy, string name, HttpContext context)
    {
        var key = Caller.Of(context);
        return policy.FindSchedule(name) switch
        {
            null => (null, Problem.NotFound($"There is no schedule '{name}'.")),
            var found when !key.Sees(found.Team ?? "") => (null, Problem.OtherTeam(key)),
            var found => (found, null),
        };
    }

    internal static IEnumerable<Schedule> Seen(PolicyVersion policy, HttpContext context)
    {
        var key = Caller.Of(context);
        return policy.Schedules
            .Where(schedule => key.Sees(schedule.Team ?? ""))
            .OrderBy(schedule => schedule.Name, StringComparer.OrdinalIgnoreCase);
    }
}
