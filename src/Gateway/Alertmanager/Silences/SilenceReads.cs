using Correlation.Gateway.Alertmanager.Alerts;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Silences;
using Microsoft.AspNetCore.Http;

namespace Correlation.Gateway.Alertmanager.Silences;

/// <summary>GET /api/v2/silences and /silence/{id}.</summary>
internal sealed class SilenceReads(IGrains grains, IReads reads, TimeProvider time)
{
    private const int Page = 500;

    public async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (AlertQuery.ReadFilter(query["filter"], out var reason) is not { } filter)
        {
            await Answers.TextAsync(context, StatusCodes.Status400BadRequest, reason);
            return;
        }

        var wanted = new Dictionary<SilencePhase, bool>
        {
            [SilencePhase.Active] = AlertQuery.Flag(query["active"]),
            [SilencePhase.Pending] = AlertQuery.Flag(query["pending"]),
            [SilencePhase.Expired] = AlertQuery.Flag(query["expired"]),
        };

        // A filter compares matchers as they are written: it finds silences that name a label, not those that would
        // hide it.
        var all = await AllAsync(context.RequestAborted);
        var found = all.Where(silence => wanted[silence.Phase])
            .Where(silence => filter.Matchers.All(silence.State.Silence.Matchers.Matchers.Contains));
        await Answers.JsonAsync(context, StatusCodes.Status200OK, ShownSilence.InOrder(found), static (json, found) =>
        {
            json.WriteStartArray();
            foreach (var silence in found)
            {
                silence.Write(json);
            }

            json.WriteEndArray();
        });
    }

    public async Task GetAsync(HttpContext context)
    {
        if (SilencePath.IdOf(context) is not { } id)
        {
            await SilencePath.NoUuidAsync(context);
        }
        else if (await FindAsync(id) is not { } state)
        {
            await SilencePath.UnknownAsync(context, id);
        }
        else
        {
            var silence = ShownSilence.Of(state, time.GetUtcNow());
            await Answers.JsonAsync(
                context, StatusCodes.Status200OK, silence, static (json, silence) => silence.Write(json));
        }
    }

    public async ValueTask<SilenceState?> FindAsync(string id) =>
        await grains.ReadAsync(new GrainId(GrainKind.Silence, id)) as SilenceState;

    private async Task<List<ShownSilence>> AllAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var all = new List<ShownSilence>();
        IReadOnlyList<GrainState> page;
        string? after = null;
        do
        {
            page = await reads.ListGrainsAsync(GrainKind.Silence, after, Page, cancellationToken);
            all.AddRange(page.Cast<SilenceState>().Select(state => ShownSilence.Of(state, now)));
            after = page.Count > 0 ? page[^1].Grain.Key : after;
        }
        while (page.Count == Page);
        return all;
    }
}
