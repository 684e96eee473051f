using System.ComponentModel;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>Why one person was paged, or was not.</summary>
/// <param name="Sentence">All of it, for reading.</param>
/// <param name="Step">Step of the escalation, from 1; 0 outside of it (assigned, an explicit responder).</param>
/// <param name="Target">Whom the step names.</param>
/// <param name="Found">Who that was then: of a schedule who was on call.</param>
/// <param name="Informed">It was told to them, as they own a symptom, and is no page.</param>
/// <param name="Page">Id of the page; null for who was not paged.</param>
/// <param name="PolicyVersion">Under which it was decided: see /api/v1/policies.</param>
/// <param name="TimeZones">Version of the time zone database by which the schedule was asked, such as 2025b; null when
/// none was.</param>
/// <param name="QuietHours">Those that held; empty when none did.</param>
/// <param name="Suppressors">Silences, maintenance windows and inhibition rules that held alerts of it back.</param>
public sealed record DecisionShape(
    string Sentence,
    DateTimeOffset At,
    int Step,
    string Target,
    IReadOnlyList<string> Found,
    string Who,
    bool Paged,
    bool Informed,
    string? Page,
    long PolicyVersion,
    string? TimeZones,
    string QuietHours,
    IReadOnlyList<string> Suppressors,
    string Reason)
{
    internal static DecisionShape Of(PageDecision decision) => new(
        decision.Sentence(),
        decision.At,
        decision.Step,
        decision.Target,
        decision.Found,
        decision.Who,
        decision.Page is not null,
        decision.Notice is not null,
        decision.Page?.ToString(),
        decision.PolicyVersion,
        decision.TimeZones,
        decision.QuietHours,
        decision.Suppressors,
        decision.Reason);
}

internal static class IncidentDecisionReads
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/incidents/{id}/decisions", ListAsync)
            .WithSummary("Why each person was paged, and why each who was not was not, oldest first.");

    private static async Task<Reply<ListOf<DecisionShape>>> ListAsync(
        string id,
        [Description("1 to 100, by default 50.")] string? limit,
        [Description("The 'next' of the page before.")] string? cursor,
        HttpContext context,
        IncidentLookup incidents,
        IReads reads,
        IGrains grains,
        CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var size = fields.Limit(limit);
        var after = fields.Cursor("decisions", cursor);
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        var (incident, problem) = await incidents.FindAsync(id, Caller.Of(context));
        if (incident is null)
        {
            return problem!;
        }

        var rows = await reads.ItemsAsync(
            incident.Grain, PageDecision.Set, after, size + 1, newestFirst: false, cancellationToken);
        var decisions = rows.Take(size).Select(PageDecision.Read);
        if (rows.Count <= size)
        {
            // The last page goes on with the steps that do not come any more.
            var then = incident.Stopped is { } stopped
                ? await reads.FindPolicyAsync(stopped.PolicyVersion, cancellationToken)
                : null;
            decisions = decisions.Concat(NotClimbed.Of(incident, then?.Policy ?? grains.Policy));
        }

        return ListOf<DecisionShape>.Of(
            rows, size, [.. decisions.Select(DecisionShape.Of)], row => Cursor.Of("decisions", row.Key));
    }
}
