using Correlation.Gateway.Keys;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Schedules;

/// <summary>
/// Overrides and swaps. A write is answered when it is in force everywhere, also for incidents that are open: their
/// steps ask who is on call when they fire.
/// </summary>
internal sealed class OverrideEndpoints(IGrains grains, TimeProvider time)
{
    private const int LongestComment = 8_000;

    private readonly FreshIds _ids = new(time);

    public static void MapOverrides(IEndpointRouteBuilder api)
    {
        var overrides = api.MapGroup("/schedules/{name}");
        overrides.MapGet(
            "/overrides",
            (string name, HttpContext context, OverrideEndpoints endpoints) => endpoints.List(name, context))
            .WithSummary("Overrides and swaps of a schedule, newest first; those that ended stay for 30 days.");
        overrides.MapPost(
            "/overrides",
            (string name, HttpContext context, OverrideEndpoints endpoints) => endpoints.MakeAsync(name, context))
            .RequireRight(KeyRights.Configure)
            .TakesBody<OverrideBody>(required: true)
            .TakesIdempotencyKey()
            .WithSummary("Lets somebody stand in for a time. Answers when it is in force.");
        overrides.MapPost(
            "/swaps",
            (string name, HttpContext context, OverrideEndpoints endpoints) => endpoints.SwapAsync(name, context))
            .RequireRight(KeyRights.Configure)
            .TakesBody<SwapBody>(required: true)
            .TakesIdempotencyKey()
            .WithSummary("Lets two people swap their times: one override with two shifts.");
        overrides.MapDelete(
            "/overrides/{id}",
            (string name, string id, HttpContext context, OverrideEndpoints endpoints) =>
                endpoints.TakeBackAsync(name, id, context))
            .RequireRight(KeyRights.Configure)
            .TakesIdempotencyKey()
            .WithSummary("Takes an override or a swap back. What it did so far stays in the calendar.");
    }

    private Reply<ListOf<OverrideShape>> List(string name, HttpContext context)
    {
        var policy = grains.Policy;
        var (schedule, problem) = ScheduleEndpoints.Find(policy, name, context);
        return schedule is null ? problem! : new ListOf<OverrideShape>(
            [.. policy.Overrides
                .Where(made => made.ScheduleId == schedule.Id && !made.TakenBack)
                .Reverse()
                .Select(made => OverrideShape.Of(schedule, made))],
            Next: null);
    }

    private async Task<Reply<OverrideShape>> MakeAsync(string name, HttpContext context)
    {
        var (body, unreadable) = await Body.ReadAsync<OverrideBody>(context.Request);
        return body is null
            ? unreadable!
            : await MakeAsync(name, context, body.Comment, body.MadeBy, reader => [reader.Read(body)]);
    }

    private async Task<Reply<OverrideShape>> SwapAsync(string name, HttpContext context)
    {
        var (body, unreadable) = await Body.ReadAsync<SwapBody>(context.Request);
        return body is null
            ? unreadable!
            : await MakeAsync(name, context, body.Comment, body.MadeBy, reader => reader.Read(body));
    }

    private async Task<Reply<OverrideShape>> MakeAsync(
        string name, HttpContext context, string? comment, string? madeBy,
        Func<ShiftReader, ValueList<OverrideShift>> read)
    {
        var (policy, key, fields, now) = (grains.Policy, Caller.Of(context), new Fields(), time.GetUtcNow());
        var (schedule, problem) = ScheduleEndpoints.Find(policy, name, context);
        if (schedule is null)
        {
            return problem!;
        }

        var retry = Caller.IdempotencyKey(context, key, fields);
        var made = new Override(
            retry is null ? _ids.Next("override").ToString() : DerivedId.Of("override retry", retry.Key, 0).ToString(),
            schedule.Id,
            read(new ShiftReader(policy, schedule, fields, now)),
            now,
            Caller.Actor(key, fields.Text("madeBy", madeBy, Fields.LongestName)),
            fields.Text("comment", comment, LongestComment));
        return fields.AnyWrong
            ? fields.Problem
            : await SendAsync(schedule, made.Id, new OverrideCommand.Set(made), retry, context);
    }

    private async Task<Reply<OverrideShape>> TakeBackAsync(string name, string id, HttpContext context)
    {
        var (policy, key, fields) = (grains.Policy, Caller.Of(context), new Fields());
        var retry = Caller.IdempotencyKey(context, key, fields);
        var (schedule, problem) = ScheduleEndpoints.Find(policy, name, context);
        if (schedule is null || fields.AnyWrong)
        {
            return problem ?? fields.Problem!;
        }

        return policy.Overrides.Any(made => made.Id == id && made.ScheduleId == schedule.Id)
            ? await SendAsync(schedule, id, new OverrideCommand.TakeBack(key.Name), retry, context)
            : Problem.NotFound($"The schedule '{schedule.Name}' has no override '{id}'.");
    }

    private async Task<Reply<OverrideShape>> SendAsync(
        Schedule schedule, string id, OverrideCommand command, RetryKey? retry, HttpContext context)
    {
        var grain = new GrainId(GrainKind.Override, id);
        var answer = await grains.SendAsync(grain, command, CommandClass.Person, retry);
        if (!answer.Accepted)
        {
            return answer.Outcome == Outcome.Poison ? Problem.Poisoned(answer.Reason)
                : answer.Reason.StartsWith(Circle.Refusal, StringComparison.Ordinal) ? Problem.Impossible(answer.Reason)
                : Problem.Refused(answer.Reason);
        }

        await grains.PolicyInForceAsync(context.RequestAborted);
        return (answer.State ?? await grains.ReadAsync(grain)) is OverrideState state
            ? OverrideShape.Of(schedule, state.Override)
            : Problem.NotFound($"There is no override '{id}'.");
    }
}
