using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query;

/// <param name="Until">When it ends by itself; null, as the other two, when nothing is on hold.</param>
/// <param name="Overdue">Open incidents whose next page waits for the end of it, newest first: the first 500.</param>
public sealed record HoldShape(DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyList<HeldIncident> Overdue);

/// <param name="DueAt">When the next step was due; null when only pages wait that were decided already.</param>
/// <param name="PagesWaiting">Decided and not sent.</param>
public sealed record HeldIncident(
    string Id, long Number, string Title, Priority Priority, string Team, DateTimeOffset? DueAt, int PagesWaiting);

/// <summary>The hold after a restore: what waits for its end, and its end.</summary>
internal static class HoldEndpoints
{
    private const int MostListed = 500;

    public static void MapHold(this IEndpointRouteBuilder api)
    {
        api.MapGet("/hold", ReadAsync)
            .WithSummary(
                "Whether the store is on hold after a restore, and the incidents whose pages wait for its end.");
        api.MapPost("/hold/release", ReleaseAsync)
            .RequireRight(KeyRights.Configure)
            .TakesIdempotencyKey()
            .WithSummary(
                "Ends the hold after a restore, if there is one: what is due is done now. Answers with what it was.");
    }

    private static async Task<Reply<HoldShape>> ReadAsync(
        [FromServices] IHold hold, IReads reads, TimeProvider time, CancellationToken cancellationToken)
    {
        if (hold.Since is not { } since)
        {
            return new HoldShape(null, null, []);
        }

        var open = new IncidentList([IncidentStatus.Open], [], [], null, null, null, null, MostListed);
        var now = time.GetUtcNow();
        var held = (await reads.ListIncidentsAsync(open, cancellationToken)).Select(incident => new HeldIncident(
            incident.Id,
            incident.Number,
            incident.Title,
            incident.Priority,
            incident.Team,
            incident.Ladder.NextAt <= now ? incident.Ladder.NextAt : null,
            incident.Pages.Count(page => page.State == DeliveryState.Pending)));
        return new HoldShape(
            since, hold.Until, [.. held.Where(incident => incident is not { DueAt: null, PagesWaiting: 0 })]);
    }

    private static async Task<Reply<HoldShape>> ReleaseAsync(
        [FromServices] IHold hold, IReads reads, TimeProvider time, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(hold, reads, time, cancellationToken);
        await hold.ReleaseAsync();
        return before;
    }
}
