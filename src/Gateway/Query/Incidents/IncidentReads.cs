using System.ComponentModel;
using System.Globalization;
using Correlation.Gateway.Seams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>Incidents: list, one, its timeline, its members.</summary>
internal static class IncidentReads
{
    public static void MapIncidentReads(this IEndpointRouteBuilder api)
    {
        api.MapGet("/incidents", ListAsync)
            .WithSummary("Incidents, newest first. Counts of members are at most 30 s old here.");
        api.MapGet("/incidents/{id}", GetAsync).WithSummary("One incident, with exact counts.");
        api.MapGet("/incidents/{id}/timeline", TimelineAsync)
            .WithSummary("What happened to an incident, oldest first.");
        IncidentDecisionReads.Map(api);
        api.MapGet("/incidents/{id}/members", MembersAsync).WithSummary("All alerts of an incident.");
    }

    private static async Task<Reply<ListOf<IncidentShape>>> ListAsync(
        [AsParameters] IncidentQuery query,
        HttpContext context,
        IGrains grains,
        IReads reads,
        MemberReader members,
        CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var list = query.Read(fields, Caller.Of(context), grains.Policy);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var found = await reads.ListIncidentsAsync(list, cancellationToken);
        var limit = list.Limit - 1;
        var shown = found.Take(limit).ToList();
        var membersOf = await members.OfAsync(shown, cancellationToken);
        return ListOf<IncidentShape>.Of(
            found, limit, [.. shown.Select(i => IncidentShape.Of(i, membersOf[i.Id]))], IncidentQuery.CursorAfter);
    }

    private static async Task<Reply<IncidentShape>> GetAsync(
        string id,
        HttpContext context,
        IncidentLookup incidents,
        MemberReader members,
        CancellationToken cancellationToken)
    {
        var (incident, problem) = await incidents.FindAsync(id, Caller.Of(context));
        return incident is null
            ? problem!
            : IncidentShape.Of(incident, await members.OfAsync(incident, cancellationToken));
    }

    private static async Task<Reply<ListOf<HistoryLine>>> TimelineAsync(
        string id,
        [Description("1 to 100, by default 50.")] string? limit,
        [Description("The 'next' of the page before.")] string? cursor,
        HttpContext context,
        IncidentLookup incidents,
        IReads reads,
        CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var size = fields.Limit(limit);
        long? after = null;
        if (fields.Cursor("timeline", cursor) is { } text)
        {
            after = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var line) ? line : null;
            if (after is null)
            {
                fields.WrongCursor();
            }
        }

        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var (incident, problem) = await incidents.FindAsync(id, Caller.Of(context));
        if (incident is null)
        {
            return problem!;
        }

        var rows = await reads.TimelineAsync(incident.Grain, after, size + 1, newestFirst: false, cancellationToken);
        return ListOf<HistoryLine>.Of(
            rows,
            size,
            [.. rows.Take(size).Select(HistoryLine.Of)],
            row => Cursor.Of("timeline", row.Id.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Reply<ListOf<MemberShape>>> MembersAsync(
        string id,
        [Description("1 to 100, by default 50.")] string? limit,
        [Description("The 'next' of the page before.")] string? cursor,
        HttpContext context,
        IncidentLookup incidents,
        MemberReader members,
        CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var size = fields.Limit(limit);
        var after = fields.Cursor(MemberReader.Set, cursor);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var (incident, problem) = await incidents.FindAsync(id, Caller.Of(context));
        return incident is null ? problem! : await members.PageAsync(incident.Grain, after, size, cancellationToken);
    }
}
