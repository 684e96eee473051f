using Correlation.Grains.Alerts;

namespace Correlation.Gateway.Query.Alerts;

/// <summary>What of all that is open now a silence or a maintenance window would hold back.</summary>
/// <param name="Alerts">How many.</param>
/// <param name="Incidents">How many incidents these are members of.</param>
/// <param name="Paging">How many of the alerts nothing else holds back already.</param>
/// <param name="First">The first of the alerts, oldest first.</param>
public sealed record PreviewShape(int Alerts, int Incidents, int Paging, IReadOnlyList<PreviewAlert> First)
{
    /// <param name="teams">Names of the team that a key sees alone; none for every team's.</param>
    internal static async Task<PreviewShape> OfAsync(
        OpenAlerts open, Func<AlertState, bool> hides, IReadOnlyList<string> teams, int first, CancellationToken cancellationToken)
    {
        var (alerts, paging, incidents, shown) = (0, 0, new HashSet<string>(StringComparer.Ordinal), new List<PreviewAlert>());
        await foreach (var page in open.PagesAsync(teams, cancellationToken))
        {
            foreach (var alert in page.Select(view => view.Alert).Where(hides))
            {
                alerts++;
                paging += alert.SuppressedBy.Count == 0 ? 1 : 0;
                if (alert.IncidentId is { } incident)
                {
                    incidents.Add(incident);
                }

                if (shown.Count < first)
                {
                    shown.Add(PreviewAlert.Of(alert));
                }
            }
        }

        return new PreviewShape(alerts, incidents.Count, paging, shown);
    }
}

/// <param name="SuppressedBy">What holds it back already.</param>
public sealed record PreviewAlert(
    string Id,
    string Alias,
    string Message,
    string Priority,
    string Team,
    string Entity,
    DateTimeOffset StartsAt,
    string? Incident,
    IReadOnlyList<string> SuppressedBy)
{
    internal static PreviewAlert Of(AlertState alert) => new(
        alert.Id.ToString(),
        alert.Alias,
        alert.Message,
        alert.Priority.ToString(),
        alert.Class.Team,
        alert.Class.Entity,
        alert.StartsAt,
        alert.IncidentId,
        alert.SuppressedBy);
}
