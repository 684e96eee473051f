using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// What the alert's incident says about it; before one holds the alert, what people have asked for already.
/// </summary>
internal sealed record AlertHandling(
    bool Acknowledged,
    DateTimeOffset? AcknowledgedAt,
    string AcknowledgedBy,
    DateTimeOffset? SnoozedUntil,
    string Owner)
{
    private static readonly AlertHandling None = new(false, null, "", null, "");

    public static AlertHandling Of(AlertView view) => view.Incident is { } incident
        ? new AlertHandling(
            incident.AcknowledgedAt is not null,
            incident.AcknowledgedAt,
            incident.AcknowledgedBy ?? "",
            incident.SnoozedUntil,
            incident.Owner ?? "")
        : view.Alert.Waiting.Aggregate(None, After);

    private static AlertHandling After(AlertHandling before, IncidentCommand.ByPerson action) => action switch
    {
        IncidentCommand.Acknowledge a =>
            new AlertHandling(true, null, a.User, null, before.Owner.Length > 0 ? before.Owner : a.User),
        IncidentCommand.Unacknowledge => None,
        IncidentCommand.Snooze s => before with { Acknowledged = false, AcknowledgedBy = "", SnoozedUntil = s.Until },
        IncidentCommand.Assign a => before with { Owner = a.Owner },
        _ => before,
    };
}
