using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>
/// What people do with an incident. The answer is the incident as it is after the decision, or why it was refused.
/// </summary>
internal sealed class IncidentActions(
    IGrains grains, IReads reads, IncidentLookup incidents, MemberReader members, TimeProvider time)
{
    public static void MapIncidentActions(IEndpointRouteBuilder api)
    {
        Map<AcknowledgeBody>(api, "acknowledge", "Somebody has it: the escalation stops.");
        Map<ResolveBody>(api, "resolve", "It is over: every alert of it closes.");
        Map<SnoozeBody>(api, "snooze", "Nobody is paged until then.");
        Map<NoteBody>(api, "note", "Adds a note.");
        Map<ReopenBody>(api, "reopen", "It is not over after all: the escalation starts anew.");
        Map<AssignBody>(api, "assign", "Gives it to a user, who is paged.");
        Map<EscalateBody>(api, "escalate", "Pages the next step at once, or another escalation from its start.");
        Map<NotMeBody>(
            api, "not-me", "Passes it on: 'user' is not paged by later steps, and the next step pages at once.",
            "notMeIncident");
        Map<ReapplyEscalationBody>(
            api,
            "reapply-escalation",
            "Applies the escalation as configured now: who was paged is not paged again, the next step is due from now.",
            "reapplyEscalation");
        Map<UnlinkBody>(
            api, "unlink",
            "Takes an alert out: it gets an incident of its own, and the same cause does not join it again.",
            "unlinkAlert");
        Map<MergeBody>(api, "merge", "Makes two incidents one, shortly after the answer.");
    }

    private static void Map<TBody>(IEndpointRouteBuilder api, string action, string summary, string? name = null)
        where TBody : ActionBody, new() =>
        api.MapPost(
                $"/incidents/{{id}}/{action}",
                (string id, HttpContext context, IncidentActions actions) => actions.RunAsync<TBody>(id, context))
            .RequireRight(KeyRights.CreateAndUpdate)
            .TakesBody<TBody>(required: false)
            .TakesIdempotencyKey()
            .WithName(name ?? action + "Incident")
            .WithSummary(summary);

    private async Task<Reply<IncidentShape>> RunAsync<TBody>(string id, HttpContext context)
        where TBody : ActionBody, new()
    {
        var key = Caller.Of(context);
        var (body, unreadable) = await Body.ReadAsync<TBody>(context.Request);
        if (body is null)
        {
            return unreadable!;
        }

        var fields = new Fields();
        var action = body.ToAction(Caller.Said(key, body, fields, time.GetUtcNow()), fields);
        var retry = Caller.IdempotencyKey(context, key, fields);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var (incident, problem) = await incidents.FindAsync(id, key);
        if (incident is null)
        {
            return problem!;
        }

        if (action is IncidentCommand.Merge merge
            && await incidents.FindAsync(merge.Other, key) is { Problem: { } none })
        {
            return none with { Field = "with" };
        }

        if (action is IncidentCommand.Unlink unlink)
        {
            var member = await reads.FindAlertAsync(AlertRef.ById(unlink.AlertId), context.RequestAborted);
            if (member?.Alert.IncidentId != incident.Id)
            {
                return Problem.NotFound($"Incident '{id}' has no alert '{unlink.AlertId}'.") with { Field = "alert" };
            }

            action = unlink with { Alias = member.Alert.Alias };
        }

        var answer = await grains.SendAsync(
            incident.Grain, new IncidentCommand.Person(action), CommandClass.Person, retry);
        return answer.Outcome switch
        {
            Outcome.Refused => Problem.Refused(answer.Reason),
            Outcome.Poison => Problem.Poisoned(answer.Reason),
            _ => await ShapeAsync(incident, answer, context.RequestAborted),
        };
    }

    /// <summary>
    /// A merged incident passes the action on, and a retry is answered without a state: then it is read anew.
    /// </summary>
    private async Task<IncidentShape> ShapeAsync(
        IncidentState before, Answer answer, CancellationToken cancellationToken)
    {
        var after = answer.State as IncidentState;
        if (after?.Id != before.Id)
        {
            after = await grains.ReadAsync(before.Grain) as IncidentState ?? before;
        }

        return IncidentShape.Of(after, await members.OfAsync(after, cancellationToken));
    }
}
