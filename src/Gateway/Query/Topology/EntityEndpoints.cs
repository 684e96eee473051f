using System.ComponentModel;
using System.Globalization;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Topology;

/// <summary>What is known of an entity, what is around it, and what its trouble can reach.</summary>
internal sealed class EntityEndpoints(IGrains grains, IReads reads, TimeProvider time)
{
    private const string Downstream = "/downstream";
    private const int MostEdges = 100;
    private const int MostHops = 16;
    private const int MostReached = 10_000;
    private const int MostVisited = 200_000;
    private const int MostPortions = 100;

    public static void MapEntities(IEndpointRouteBuilder api)
    {
        api.MapGet("/entities", (
                [Description("Such as model, several with commas; by default all.")] string? type,
                [Description("Only what this team owns.")] string? team,
                [Description("1 to 100, by default 50.")] string? limit,
                [Description("The 'next' of the page before.")] string? cursor,
                EntityEndpoints entities) => entities.List(type, team, limit, cursor))
            .WithSummary(
                "Entities that are known, by name; models with the share of their inputs that have a known source.");
        api.MapGet("/entities/{**urn}", (
                [Description("Such as model:churn_model; a slash may be written as it is or as %2F.")] string urn,
                string? since,
                string? limit,
                string? cursor,
                HttpContext context,
                EntityEndpoints entities) => entities.ByPathAsync(urn, since, limit, cursor, context))
            .Produces<EntityDetailShape>()
            .Produces<Problem>(StatusCodes.Status400BadRequest, Problem.ContentType)
            .Produces<Problem>(StatusCodes.Status404NotFound, Problem.ContentType)
            .WithSummary("One entity: its owner, what is next to it, and its open alerts.");
        api.MapGet("/entities/{urn}/downstream", (
                string urn,
                [Description("From when on arrivals are counted; by default since its oldest open alert, else now.")] string? since,
                [Description("1 to 100, by default 50.")] string? limit,
                [Description("The 'next' of the page before.")] string? cursor,
                HttpContext context,
                EntityEndpoints entities) => entities.DownstreamAsync(urn, since, limit, cursor, context))
            .WithSummary("The blast radius: everything downstream, ill already or not yet, nearest first, with owner and expected arrival.");
        api.MapDelete(
            "/entities/{**urn}",
            (string urn, HttpContext context, EntityEndpoints entities) => entities.RemoveAsync(urn, context))
            .RequireRight(KeyRights.Configure)
            .TakesIdempotencyKey()
            .WithSummary("Removes an entity with its edges; what is seen again is learnt again.");
    }

    private Reply<ListOf<EntityShape>> List(string? type, string? team, string? limit, string? cursor)
    {
        var (policy, fields) = (grains.Policy, new Fields());
        var types = (type ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(EntityUrn.Word).ToList();
        foreach (var unknown in types.Where(word => !EntityUrn.IsType(word, policy)))
        {
            fields.Wrong("type", $"'type' has no value '{unknown}'. Known: {string.Join(", ", EntityUrn.Types)}.");
        }

        var (owner, size, after) = (fields.Filter("team", team), fields.Limit(limit), fields.Cursor("entities", cursor));
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var page = policy.Topology.KnownAfter(after ?? "")
            .Where(urn => types.Count == 0 || types.Contains(EntityUrn.TypeOf(urn)))
            .Where(urn =>
                owner is null ||
                    string.Equals(policy.Topology.Find(urn)?.Team, owner, StringComparison.OrdinalIgnoreCase))
            .Take(size + 1)
            .ToList();
        return ListOf<EntityShape>.Of(
            page, size, [.. page.Take(size).Select(urn => EntityShape.Of(urn, policy))],
            urn => Cursor.Of("entities", urn));
    }

    /// <summary>
    /// A name may hold slashes as they are, and then what is asked about it follows the last of them.
    /// </summary>
    private async Task<IResult> ByPathAsync(
        string path, string? since, string? limit, string? cursor, HttpContext context) =>
        path.EndsWith(Downstream, StringComparison.Ordinal)
            ? await DownstreamAsync(path[..^Downstream.Length], since, limit, cursor, context)
            : await GetAsync(path, context);

    private async Task<Reply<EntityDetailShape>> GetAsync(string stated, HttpContext context)
    {
        var (policy, fields) = (grains.Policy, new Fields());
        var urn = Find(policy, stated, fields);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var graph = policy.Topology;
        var alerts = await EntityAlerts.OpenAsync(reads, [urn], Caller.Of(context), context.RequestAborted);
        if (!graph.Knows(urn) && !alerts.Contains(urn) &&
            await grains.ReadAsync(new GrainId(GrainKind.Entity, urn)) is null)
        {
            return Problem.NotFound(
                $"There is no entity {urn}: nobody has declared it, and no lineage or alert has named it.");
        }

        return new EntityDetailShape(
            EntityShape.Of(urn, policy),
            [.. graph.Upstream(urn).Take(MostEdges).Select(edge => EdgeShape.Of(edge, policy))],
            [.. graph.Downstream(urn).Take(MostEdges).Select(edge => EdgeShape.Of(edge, policy))],
            [.. alerts[urn].Take(EntityAlerts.MostShown)]);
    }

    private async Task<Reply<BlastRadiusShape>> DownstreamAsync(
        string stated, string? since, string? limit, string? cursor, HttpContext context)
    {
        var (policy, fields) = (grains.Policy, new Fields());
        var (urn, at, size) = (Find(policy, stated, fields), fields.Time("since", since), fields.Limit(limit));
        var skip = 0;
        if (fields.Cursor("downstream", cursor) is { } given &&
            !int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out skip))
        {
            fields.WrongCursor();
        }

        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var key = Caller.Of(context);
        var reached = policy.Topology.Descendants(urn, MostHops, MostReached, MostVisited);
        var page = reached.Skip(skip).Take(size).ToList();
        var alerts = await EntityAlerts.OpenAsync(
            reads, [.. page.Select(reach => reach.Urn), urn], key, context.RequestAborted);
        var kind = alerts[urn].FirstOrDefault()?.Kind ?? "";
        var from = at ?? alerts[urn].Select(alert => (DateTimeOffset?)alert.StartsAt).Min() ?? time.GetUtcNow();
        return new BlastRadiusShape(
            urn,
            from,
            reached.Count,
            reached.Count == MostReached || (reached.Count > 0 && reached[^1].Hops == MostHops),
            [.. page.Select(reach => new ReachShape(
                reach.Urn,
                policy.Topology.Find(reach.Urn)?.Team ?? "",
                reach.Hops,
                reach.Path,
                reach.Confidence,
                Arrival.Of(reach, kind, policy) is { } lag ? new ArrivalShape(from + lag.Min, from + lag.Max) : null,
                alerts[reach.Urn].FirstOrDefault()))],
            skip + page.Count < reached.Count
                ? Cursor.Of("downstream", (skip + page.Count).ToString(CultureInfo.InvariantCulture))
                : null);
    }

    private async Task<Reply<TopologyShape>> RemoveAsync(string stated, HttpContext context)
    {
        var fields = new Fields();
        var urn = Find(grains.Policy, stated, fields);
        Reply<TopologyShape> reply;
        var portions = 0;
        do
        {
            reply = await TopologyEndpoints.SendAsync(
                new TopologyCommand.RemoveEntity(urn), context, grains, fields,
                _ => new TopologyShape([], [], Next: null), portions);
        }
        while (!reply.IsProblem && grains.Policy.Topology.Knows(urn) && ++portions < MostPortions);
        return reply;
    }

    private static string Find(PolicyVersion policy, string stated, Fields fields) =>
        policy.Topology.Resolve(new TopologyReader(policy, fields).Urn("urn", stated));
}
