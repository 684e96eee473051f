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

    /// <param name="teams">Names of the team that a key sees alone; none for every team's.</param>
    public async IAsyncEnumerable<IReadOnlyList<AlertView>> PagesAsync(
        IReadOnlyList<string> teams, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AlertState? last = null;
        IReadOnlyList<AlertView> page;
        do
        {
            var list = new AlertList(After(last, teams), "created_at", Descending: false, Offset: 0, Page);
            page = await reads.ListAlertsAsync(list, cancellationToken);
            yield return page;
            last = page.Count > 0 ? page[^1].Alert : null;
        }
        while (page.Count == Page);
    }

    private static AlertFilter After(AlertState? last, IReadOnlyList<string> teams) => new(_ =>
    {
        var parameters = new List<object>();
        var text = "a.status = 'open'";
        if (last is not null)
        {
            var at = Parameter(last.CreatedAt.ToUnixTimeMilliseconds());
            text += $" AND a.created_at >= {at} AND (a.created_at > {at} OR a.tiny_id > {Parameter(last.Number)})";
        }

        return TeamScope.Within(new SqlFragment(text, parameters), teams);

        string Parameter(object value)
        {
            parameters.Add(value);
            return "@q" + (parameters.Count - 1).ToString(CultureInfo.InvariantCulture);
        }
    });
}
