using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Schedules;

/// <summary>
/// Who is on call, for calendar programs to subscribe to: what the timeline says, from a month ago to half a year
/// ahead. They send the key as a password.
/// </summary>
internal static class CalendarEndpoints
{
    private static readonly TimeSpan Behind = TimeSpan.FromDays(30);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(182);

    public static void MapCalendars(this IEndpointRouteBuilder api)
    {
        api.MapGet("/schedules/{name}.ics", OfSchedule)
            .Produces<string>(StatusCodes.Status200OK, "text/calendar")
            .WithSummary("The calendar of a schedule, as a file that calendar programs subscribe to.");
        api.MapGet("/users/{name}.ics", OfUser)
            .Produces<string>(StatusCodes.Status200OK, "text/calendar")
            .WithSummary("When a user is on call by any schedule, as a file that calendar programs subscribe to.");
    }

    private static IResult OfSchedule(string name, HttpContext context, IGrains grains, TimeProvider time)
    {
        var (policy, now) = (grains.Policy, time.GetUtcNow());
        var (schedule, problem) = ScheduleEndpoints.Find(policy, name, context);
        return schedule is null ? problem! : File("On call: " + schedule.Name, Shifts(policy, schedule, now), now);
    }

    private static IResult OfUser(string name, HttpContext context, IGrains grains, TimeProvider time)
    {
        var (policy, now) = (grains.Policy, time.GetUtcNow());
        if (policy.FindUser(name) is not { } user)
        {
            return Problem.NotFound($"There is no user '{name}'.");
        }

        var shifts = ScheduleEndpoints.Seen(policy, context)
            .SelectMany(schedule => Shifts(policy, schedule, now))
            .Where(shift => string.Equals(shift.Who, user.Name, StringComparison.OrdinalIgnoreCase))
            .OrderBy(shift => shift.From);
        return File("On call: " + user.Name, shifts, now);
    }

    /// <summary>
    /// One of each person, as long as nobody's turn around them changes. None is cut at its beginning, which names it.
    /// </summary>
    private static IEnumerable<CalendarShift> Shifts(PolicyVersion policy, Schedule schedule, DateTimeOffset now)
    {
        var roster = Roster.Of(policy);
        var (first, earliest) = (OnCallCalendar.Around(schedule, roster, now - Behind).From, now - OnCallCalendar.Horizon);
        return
            from segment in OnCallCalendar.Between(schedule, roster, first > earliest ? first : earliest, now + Ahead)
            from duty in segment.OnCall
            from who in OnCallPeople.Of(policy, [duty.Who], segment.From)
            select new CalendarShift(
                schedule.Id, who, segment.From, segment.Until, $"{who}: {schedule.Name}", Why(duty));
    }

    private static string Why(Duty duty) =>
        (duty.Rotation is { } rotation ? $"Rotation {rotation}" : "Stands in for the whole schedule") +
        (duty.Instead is { } instead ? $", instead of {instead}" : "") +
        (duty.Who.Type == ParticipantType.User ? "" : $", as {duty.Who}");

    private static IResult File(string name, IEnumerable<CalendarShift> shifts, DateTimeOffset now) =>
        Results.Text(CalendarFile.Of(name, shifts, now), CalendarFile.ContentType);
}
