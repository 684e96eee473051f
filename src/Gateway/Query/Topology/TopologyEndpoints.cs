using System.ComponentModel;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Topology;

/// <summary>
/// What is upstream of what: listed, declared, removed. An answer to a write comes when it is in force.
/// </summary>
internal static class TopologyEndpoints
{
    public static void MapTopology(this IEndpointRouteBuilder api)
    {
        api.MapGet("/topology", List)
            .WithSummary("Entities and edges, by entity: each with the edges that begin at it.");
        api.MapPost("/topology", DeclareAsync)
            .RequireRight(KeyRights.Configure)
            .TakesBody<TopologyBody>(required: true)
            .TakesIdempotencyKey()
            .WithSummary("Declares entities and edges, all of them or none. Answers when they are in force.");
        api.MapDelete("/topology", RemoveEdgeAsync)
            .RequireRight(KeyRights.Configure)
            .TakesIdempotencyKey()
            .WithSummary("Removes an edge, whoever said it; what is seen again is learnt again.");
    }

    /// <summary>Sends a change, waits until it is in force, and shows what then is.</summary>
    /// <param name="portion">Above 0 the request goes on with what it began, and its idempotency key was for
    /// that.</param>
    internal static async Task<Reply<T>> SendAsync<T>(
        TopologyCommand command, HttpContext context, IGrains grains, Fields fields, Func<PolicyVersion, T> show,
        int portion = 0)
        where T : class
    {
        var key = Caller.Of(context);
        var retry = portion == 0 ? Caller.IdempotencyKey(context, key, fields) : null;
        if (key.Team is not null)
        {
            return Problem.OtherTeam(key);
        }

        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var answer = await grains.SendAsync(TopologyState.Id, command, CommandClass.Person, retry);
        if (!answer.Accepted)
        {
            return answer.Outcome == Outcome.Poison ? Problem.Poisoned(answer.Reason)
                : answer.Reason.StartsWith("There is no ", StringComparison.Ordinal) ? Problem.NotFound(
                    answer.Reason + ".")
                : Problem.Refused(answer.Reason);
        }

        await grains.PolicyInForceAsync(context.RequestAborted);
        return show(grains.Policy);
    }

    private static Reply<TopologyShape> List(
        [Description("Only this one and the edges that touch it.")] string? entity,
        [Description("1 to 100 entities and edges, by default 50.")] string? limit,
        [Description("The 'next' of the page before.")] string? cursor,
        IGrains grains)
    {
        var (policy, fields) = (grains.Policy, new Fields());
        var (size, after) = (fields.Limit(limit), fields.Cursor("topology", cursor, 2));
        var only = string.IsNullOrEmpty(entity)
            ? null
            : policy.Topology.Resolve(new TopologyReader(policy, fields).Urn("entity", entity));
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var page = (only is null ? All(policy.Topology, after) : One(policy.Topology, only, after))
            .Take(size + 1)
            .ToList();
        return new TopologyShape(
            [.. page.Take(size).Where(row => row.Edge is null).Select(row => EntityShape.Of(row.At, policy))],
            [.. page.Take(size).Where(row => row.Edge is not null).Select(row => EdgeShape.Of(row.Edge!, policy))],
            page.Count > size ? Cursor.Of("topology", page[size - 1].At, page[size - 1].Other) : null);
    }

    private static async Task<Reply<TopologyShape>> DeclareAsync(HttpContext context, IGrains grains)
    {
        var (body, unreadable) = await Body.ReadAsync<TopologyBody>(context.Request);
        if (body is null)
        {
            return unreadable!;
        }

        var fields = new Fields();
        var declare = new TopologyReader(grains.Policy, fields).Read(body);
        return await SendAsync(declare, context, grains, fields, policy => new TopologyShape(
            [.. declare.Entities.Select(facts => EntityShape.Of(policy.Topology.Resolve(facts.Urn), policy))],
            [.. declare.Edges
                .Select(
                    edge => policy.Topology.Find(policy.Topology.Resolve(edge.From), policy.Topology.Resolve(edge.To)))
                .OfType<Edge>()
                .Select(edge => EdgeShape.Of(edge, policy))],
            Next: null));
    }

    private static Task<Reply<TopologyShape>> RemoveEdgeAsync(
        [Description("URN of the upstream end.")] string? from,
        [Description("URN of the downstream end.")] string? to,
        HttpContext context,
        IGrains grains)
    {
        var fields = new Fields();
        var reader = new TopologyReader(grains.Policy, fields);
        var remove = new TopologyCommand.RemoveEdge(reader.Urn("from", from), reader.Urn("to", to));
        return SendAsync(remove, context, grains, fields, _ => new TopologyShape([], [], Next: null));
    }

    /// <param name="after">The last entity, and the last edge that begins at it: empty before the first.</param>
    private static IEnumerable<(string At, string Other, Edge? Edge)> All(Graph graph, string[]? after)
    {
        var begun = after is null ? [] : graph.Downstream(after[0])
            .Where(edge => string.CompareOrdinal(edge.To, after[1]) > 0)
            .Select(edge => (edge.From, edge.To, (Edge?)edge));
        var rest = graph.KnownAfter(after?[0] ?? "").SelectMany(urn => graph.Downstream(urn)
            .Select(edge => (edge.From, edge.To, (Edge?)edge))
            .Prepend((urn, "", null)));
        return begun.Concat(rest);
    }

    private static IEnumerable<(string At, string Other, Edge? Edge)> One(Graph graph, string urn, string[]? after)
    {
        IEnumerable<(string At, string Other, Edge? Edge)> all = graph.Around(urn)
            .Select(edge => (edge.From, edge.To, (Edge?)edge))
            .Prepend((urn, "", null));
        return after is null ? all : all.SkipWhile(row => row.At != after[0] || row.Other != after[1]).Skip(1);
    }
}
