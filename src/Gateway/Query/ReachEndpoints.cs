using System.ComponentModel;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query;

/// <param name="Ready">
/// Of every schedule somebody is on call, everybody on call can be reached, and every escalation would page somebody.
/// </param>
public sealed record OnCallReadiness(
    bool Ready, DateTimeOffset At,
    IReadOnlyList<ScheduleReadiness> Schedules, IReadOnlyList<EscalationReadiness> Escalations);

/// <param name="Problem">Why it would page nobody now, climbed to its end; null when it would.</param>
public sealed record EscalationReadiness(string Escalation, string? Problem);

/// <param name="Problem">Why nobody would be paged; null when somebody is on call.</param>
public sealed record ScheduleReadiness(string Schedule, string? Problem, IReadOnlyList<PersonReadiness> OnCall);

/// <param name="Problem">Why they could not be reached now; null when they could by at least one contact.</param>
/// <param name="Contacts">Each with what is wrong with it; null when nothing is known to be.</param>
public sealed record PersonReadiness(string User, string? Problem, IReadOnlyList<ContactReadiness> Contacts);

/// <param name="Verified">A code that was sent to it has come back, or the operator's file names it; else it is tried
/// last.</param>
public sealed record ContactReadiness(string Channel, bool Verified, string? Problem);

public sealed record TestPageAnswer(string User, bool Reached, IReadOnlyList<TestPage> Contacts);

/// <summary>Whether people could be reached: asked before it matters.</summary>
internal static class ReachEndpoints
{
    public static void MapReach(IEndpointRouteBuilder api)
    {
        api.MapGet("/oncall/readiness", Readiness)
            .WithSummary("Who is on call now, and who of them could not be reached, and why.");
        api.MapPost("/users/{name}/test-page", TestAsync)
            .RequireRight(KeyRights.CreateAndUpdate)
            .TakesBody<PersonBody>(required: false)
            .TakesIdempotencyKey()
            .WithSummary("Tries every contact of a user once and tells what became of it.");
    }

    private static Reply<OnCallReadiness> Readiness(
        IGrains grains, [FromServices] IChannelHealth health, TimeProvider time)
    {
        var (policy, at) = (grains.Policy, time.GetUtcNow());
        var schedules = policy.Schedules.Where(schedule => schedule.Enabled).Select(schedule =>
        {
            var people = OnCallPeople.At(policy, schedule, at).Select(name => Of(policy, name, health)).ToList();
            return new ScheduleReadiness(schedule.Name, people.Count == 0 ? "nobody is on call" : null, people);
        }).ToList();
        var escalations = policy.Escalations.Select(ladder => Of(policy, ladder, at)).ToList();
        return new OnCallReadiness(
            schedules.TrueForAll(
                schedule => schedule.Problem is null && schedule.OnCall.All(person => person.Problem is null))
                && escalations.TrueForAll(ladder => ladder.Problem is null),
            at,
            schedules,
            escalations);
    }

    private static EscalationReadiness Of(PolicyVersion policy, Escalation ladder, DateTimeOffset at)
    {
        var names = EscalationRules.Steps(policy, ladder)
            .SelectMany(step => Recipients.Of(policy, step.Target, at, [], [], ""));
        return new EscalationReadiness(
            ladder.Name, names.Any(who => who.NotPaged is null) ? null : "no step names anybody who can be paged");
    }

    private static PersonReadiness Of(PolicyVersion policy, string name, IChannelHealth health)
    {
        if (policy.FindUser(name) is not { } user)
        {
            return new PersonReadiness(name, "no user of that name is configured", []);
        }

        var contacts = user.Contacts
            .Select((contact, at) => new ContactReadiness(
                contact.Channel,
                at < user.FileContacts.Count || user.Made[at - user.FileContacts.Count].Verified,
                policy.FindChannel(contact.Channel) is null ? "there is no such channel" : health.ProblemOf(contact)))
            .ToList();
        var problem = contacts.Count == 0 ? "no contact is configured"
            : contacts.TrueForAll(contact => contact.Problem is not null) ? "every contact has a problem"
            : !contacts.Exists(contact => contact.Verified) ? "no contact is verified"
            : null;
        return new PersonReadiness(user.Name, problem, contacts);
    }

    private static async Task<Reply<TestPageAnswer>> TestAsync(
        [Description("Name of the user.")] string name,
        HttpContext context,
        IGrains grains,
        [FromServices] ITestPages pages,
        CancellationToken cancellationToken)
    {
        var (body, unreadable) = await Body.ReadAsync<PersonBody>(context.Request);
        if (body is null)
        {
            return unreadable!;
        }

        var fields = new Fields();
        var key = Caller.IdempotencyKey(context, Caller.Of(context), fields);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        if (grains.Policy.FindUser(name) is not { } user)
        {
            return Problem.NotFound($"There is no user '{name}'.");
        }

        var tried = await pages.SendAsync(user, key?.Key, cancellationToken);
        return new TestPageAnswer(user.Name, tried.Any(contact => contact.Delivered), tried);
    }
}
