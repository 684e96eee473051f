using System.ComponentModel;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Correlation.Gateway.Query;

/// <param name="LastPingAt">Null until the first ping; at most 30 s old here.</param>
public sealed record HeartbeatShape(
    string Name,
    string Description,
    int Interval,
    string IntervalUnit,
    bool Enabled,
    bool Expired,
    string OwnerTeam,
    DateTimeOffset? LastPingAt)
{
    internal static HeartbeatShape Of(HeartbeatState state) => new(
        state.Settings.Name,
        state.Settings.Description,
        state.Settings.IntervalCount,
        state.Settings.IntervalUnit,
        state.Settings.Enabled,
        state.Expired,
        state.Settings.OwnerTeam,
        state.Pings.LastPingAt);
}

/// <summary>Heartbeats, for looking. They are made and pinged through the Opsgenie API.</summary>
internal static class HeartbeatEndpoints
{
    public static void MapHeartbeats(this IEndpointRouteBuilder api) =>
        api.MapGet("/heartbeats", ListAsync).WithSummary("Heartbeats, by name.");

    private static async Task<Reply<ListOf<HeartbeatShape>>> ListAsync(
        [Description("1 to 100, by default 50.")] string? limit,
        [Description("The 'next' of the page before.")] string? cursor,
        HttpContext context,
        IReads reads,
        CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var (size, after) = (fields.Limit(limit), fields.Cursor("heartbeats", cursor));
        if (fields.AnyWrong)
        {
            return fields.Problem;
        }

        // Deleted ones and other teams' are passed over: read on until the page is full or there are no more.
        var key = Caller.Of(context);
        var found = new List<HeartbeatShape>();
        IReadOnlyList<GrainState> page;
        do
        {
            page = await reads.ListGrainsAsync(GrainKind.Heartbeat, after, size + 1, cancellationToken);
            found.AddRange(page.Cast<HeartbeatState>()
                .Where(h => !h.Deleted && key.Sees(h.Settings.OwnerTeam))
                .Select(HeartbeatShape.Of));
            after = page.Count > 0 ? page[^1].Grain.Key : after;
        }
        while (page.Count > size && found.Count <= size);

        return ListOf<HeartbeatShape>.Of(found, size, [.. found.Take(size)], h => Cursor.Of("heartbeats", h.Name));
    }
}
