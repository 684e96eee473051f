using Correlation.Gateway.Keys;
using Correlation.Gateway.Query;
using Correlation.Gateway.Query.Topology;
using Correlation.Gateway.Seams;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Changes;

/// <summary>Something was changed on purpose: it pages nobody, and may be the cause of what follows.</summary>
public sealed class ChangeBody
{
    /// <summary>URN of what was changed, such as <c>endpoint:churn-v3</c>.</summary>
    public string? Entity { get; init; }

    /// <summary>Of a kind of nature <c>change</c>; by default <c>deployment</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>One readable line, such as "churn-v3 runs image 1.4.2".</summary>
    public string? Title { get; init; }

    /// <summary>
    /// The sender's own id of the change: sent twice it is one. By default made of kind, title and time.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>When it was made; by default now.</summary>
    public string? At { get; init; }
}

/// <param name="Entity">URN, as it is known.</param>
public sealed record ChangeShape(string Entity, string Kind, string Id, string Title, DateTimeOffset At);

internal static class ChangeEndpoint
{
    private const string Deployment = "deployment";

    public static void MapChanges(this IEndpointRouteBuilder api) => api.MapPost("/changes", PostAsync)
        .RequireRight(KeyRights.CreateAndUpdate)
        .TakesBody<ChangeBody>(required: true)
        .TakesIdempotencyKey()
        .WithSummary("A deployment, a feature flag, a new configuration: pages nobody, and is looked at when what is downstream falls ill.");

    private static async Task<Reply<ChangeShape>> PostAsync(HttpContext context, IGrains grains, TimeProvider time)
    {
        var (body, unreadable) = await Body.ReadAsync<ChangeBody>(context.Request);
        if (body is null)
        {
            return unreadable!;
        }

        var (key, policy, fields, now) = (Caller.Of(context), grains.Policy, new Fields(), time.GetUtcNow());
        var retry = Caller.IdempotencyKey(context, key, fields);
        var urn = policy.Topology.Resolve(new TopologyReader(policy, fields).Urn("entity", body.Entity));
        var title = fields.Required("title", body.Title, Fields.LongestName);
        var kind = fields.Text("kind", body.Kind, Fields.LongestName) is { Length: > 0 } given ? given : Deployment;
        var at = fields.Time("at", body.At) ?? now;
        if (policy.Kinds.FirstOrDefault(k => k.Name == kind) is { Nature: not KindNature.Change } other)
        {
            fields.Wrong(
                "kind",
                $"'kind' names '{kind}', which is of nature {other.Nature.ToString().ToLowerInvariant()}, not change.");
        }

        var id = fields.Text("id", body.Id, Fields.LongestName) is { Length: > 0 } own
            ? own
            : DerivedId.Of("change", $"{kind}\n{title}", at.ToUnixTimeMilliseconds()).ToString();
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var answer = await grains.SendAsync(
            new GrainId(GrainKind.Entity, urn), new EntityCommand.Changed(kind, id, title, at), CommandClass.Intake,
            retry);
        return answer.Outcome == Outcome.Poison ? Problem.Poisoned(answer.Reason)
            : answer.Accepted ? new ChangeShape(urn, kind, id, title, at)
            : Problem.Refused(answer.Reason);
    }
}
