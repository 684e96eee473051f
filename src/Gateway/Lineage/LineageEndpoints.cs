using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Query;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Correlation.Gateway.Lineage;

public static class LineageRoutes
{
    public static IServiceCollection AddLineage(this IServiceCollection services) =>
        services.AddSingleton<LineageEndpoints>();

    public static IEndpointRouteBuilder MapLineage(this IEndpointRouteBuilder app)
    {
        LineageEndpoints.Map(app);
        return app;
    }
}

/// <summary>
/// OpenLineage where its clients expect it: one event, or a batch. Answered when what it says is on disk, well within
/// the five seconds that clients wait. They send again after 5xx and never after 4xx, so 400 is for what can never be
/// used.
/// </summary>
internal sealed partial class LineageEndpoints(
    IGrains grains, Quarantine quarantine, TimeProvider time, ILogger<LineageEndpoints> log)
{
    private const string Source = "openlineage";

    /// <summary>Of a batch: one turn takes them all.</summary>
    private const int MostEvents = 1_000;

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1/lineage").RequireRight(KeyRights.CreateAndUpdate).ExcludeFromDescription();
        api.AddEndpointFilter<RouteGroupBuilder, Faults>();
        api.MapPost("", (HttpContext context, LineageEndpoints lineage) => lineage.OneAsync(context));
        api.MapPost("/batch", (HttpContext context, LineageEndpoints lineage) => lineage.BatchAsync(context));
    }

    private async Task<IResult> OneAsync(HttpContext context)
    {
        var (events, body, problem) = await ReadAsync(context, json => [json]);
        if (problem is not null)
        {
            return problem;
        }

        var read = events![0];
        if (read.Problem is { } reason)
        {
            await KeepAsync(context, reason, body!);
            return Problem.Invalid("body", $"Not an OpenLineage event: {reason}.");
        }

        var poisoned = Poisoned(await grains.SendAsync(read.Commands, CommandClass.Intake));
        return poisoned is null
            ? Results.Json(new { accepted = 1, leftOut = read.LeftOut }, NativeJson.Options)
            : Problem.Poisoned(poisoned);
    }

    private async Task<IResult> BatchAsync(HttpContext context)
    {
        var (events, body, problem) = await ReadAsync(
            context, json => json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray()] : null);
        if (problem is not null)
        {
            return problem;
        }

        var failed = events!.Select((read, index) => (read.Problem, index))
            .Where(pair => pair.Problem is not null)
            .ToList();
        var poisoned = Poisoned(
            await grains.SendAsync([.. events!.SelectMany(read => read.Commands)], CommandClass.Intake));
        if (poisoned is not null)
        {
            return Problem.Poisoned(poisoned);
        }

        if (failed.Count == 0)
        {
            return Results.NoContent();
        }

        await KeepAsync(
            context, $"event {failed[0].index}: {failed[0].Problem}, {failed.Count} of {events!.Count} events", body!);
        return Results.Json(
            new
            {
                status = "partial_success",
                summary = new { received = events.Count, successful = events.Count - failed.Count, failed = failed.Count, retriable = 0, non_retriable = failed.Count },
                failed_events = failed.Select(pair => new { pair.index, reason = pair.Problem, retriable = false }),
            },
            NativeJson.Options);
    }

    private async Task<(List<LineageEvent>? Events, RefusedBody? Body, Problem? Problem)> ReadAsync(
        HttpContext context, Func<JsonElement, List<JsonElement>?> eventsOf)
    {
        var (sender, policy, now) = (LineageSender.Of(context.Features.GetRequiredFeature<ApiKey>()), grains.Policy, time.GetUtcNow());
        var fault = "not read";
        RefusedBody? body = null;
        try
        {
            var events = await WholeBody.ReadAsync(context, eventsOf, (in bytes, eventsOf) =>
            {
                body = RefusedBody.Of(bytes);
                using var document = JsonDocument.Parse(bytes);
                var found = eventsOf(document.RootElement)
                    ?? throw new JsonException("the body is not an array of events");
                return found.Count > MostEvents
                    ? throw new JsonException($"a batch has {MostEvents} events at most, and this has {found.Count}")
                    : found.ConvertAll(json => LineageEvent.Read(json, sender, policy, now));
            });
            if (events is not null)
            {
                events.Where(read => read.LeftOut > 0)
                    .ToList()
                    .ForEach(read => TooMuch(log, sender.Integration.Name, read.LeftOut));
                return (events, body, null);
            }

            await KeepAsync(context, WholeBody.TooLarge, RefusedBody.Unread(context.Request.ContentLength));
            return (null, null, new Problem(StatusCodes.Status413PayloadTooLarge, "Invalid request", WholeBody.TooLarge, Field: "body"));
        }
        catch (Exception wrong)
            when (wrong is JsonException or BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest })
        {
            fault = wrong.Message;
        }

        await KeepAsync(context, fault, body ?? RefusedBody.Unread(context.Request.ContentLength));
        return (null, null, Problem.Invalid("body", $"Not OpenLineage JSON: {fault}"));
    }

    private ValueTask KeepAsync(HttpContext context, string reason, RefusedBody body)
    {
        NotUsed(log, context.Features.GetRequiredFeature<ApiKey>().Name, reason);
        return quarantine.KeepAsync(context, Source, reason, body);
    }

    private static string? Poisoned(Answer[] answers) =>
        answers.FirstOrDefault(answer => answer.Outcome == Outcome.Poison)?.Reason;

    [LoggerMessage(
        LogLevel.Warning, "Lineage under the key '{Key}' cannot be used, or not all of it; see /api/v1/quarantine: {Reason}")]
    private static partial void NotUsed(ILogger log, string key, string reason);

    [LoggerMessage(
        LogLevel.Warning,
        "An event under the key '{Key}' names more than one event may: {Count} datasets, edges or checks are left out")]
    private static partial void TooMuch(ILogger log, string key, int count);
}
