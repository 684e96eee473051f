using System.Globalization;
using System.Runtime.CompilerServices;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;

namespace Correlation.Gateway.Query.Alerts;

/// <summary>
/// All open alerts, oldest first, page by page along an index: what silences hide is counted over all.
/// </summary>
internal sealed class OpenAlerts(IReads reads)
{
    private const int Page = 500;

    /// <param name="team">Of a team-owned key, which sees only that team's.</param>
    public async IAsyncEnumerable<IReadOnlyList<AlertView>> PagesAsync(
        string? team, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AlertState? last = null;
        IReadOnlyList<AlertView> page;
        do
        {
            var list = new AlertList(After(last, team), "created_at", Descending: false, Offset: 0, Page);
            page = await reads.ListAlertsAsync(list, cancellationToken);
            yield return page;
            last = page.Count > 0 ? page[^1].Alert : null;
        }
        while (page.Count == Page);
    }

    private static AlertFilter After(AlertState? last, string? team) => new(_ =>
    {
        var parameters = new List<object>();
        var text = "a.status = 'open'";
        if (team is not null)
        {
            text += $" AND a.team = {Parameter(team)}";
        }

        if (last is not null)
        {
            var at = Parameter(last.CreatedAt.ToUnixTimeMilliseconds());
            text += $" AND a.created_at >= {at} AND (a.created_at > {at} OR a.tiny_id > {Parameter(last.Number)})";
        }

        return new SqlFragment(text, parameters);

        string Parameter(object value)
        {
            parameters.Add(value);
            return "@q" + (parameters.Count - 1).ToString(CultureInfo.InvariantCulture);
        }
    });
}
