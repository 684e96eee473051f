using Correlation.Gateway.Query.Alerts;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Query.Silences;

/// <summary>Open alerts by the silence that hides them, counted once for a whole list.</summary>
internal sealed class HiddenAlerts
{
    private readonly Dictionary<string, (int Count, DateTimeOffset Since)> _bySilence = new(StringComparer.Ordinal);

    public static async Task<HiddenAlerts> OfAsync(
        OpenAlerts open, PolicyVersion policy, CancellationToken cancellationToken)
    {
        var hidden = new HiddenAlerts();
        if (policy.Silences.Count == 0)
        {
            return hidden;
        }

        await foreach (var page in open.PagesAsync(teams: [], cancellationToken))
        {
            foreach (var (alert, id) in page.SelectMany(view => view.Alert.SuppressedBy.Select(id => (view.Alert, id))))
            {
                var (count, since) = hidden._bySilence.GetValueOrDefault(id, (0, DateTimeOffset.MaxValue));
                hidden._bySilence[id] = (count + 1, alert.StartsAt < since ? alert.StartsAt : since);
            }
        }

        return hidden;
    }

    /// <returns>How many, and since when the oldest of them fires under it.</returns>
    public (int Count, DateTimeOffset? Since) By(Silencing silence) =>
        _bySilence.TryGetValue(silence.Id, out var found)
            ? (found.Count, found.Since > silence.StartsAt ? found.Since : silence.StartsAt)
            : (0, null);
}
