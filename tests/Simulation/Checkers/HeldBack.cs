using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// What ought to hold an alert back, found by an own hand: maintenance by the wall clock, inhibition over all that
/// fires.
/// </summary>
internal sealed class HeldBack
{
    /// <summary>By alias. Every turn asks for those of every alert, and few have changed.</summary>
    private readonly Dictionary<string, (AlertState Of, Labels Labels)> _labels = [];

    public bool Hides(Silencing silence, AlertState alert, DateTimeOffset at) =>
        silence.IsActive(at) && silence.Matchers.Matches(LabelsOf(alert));

    /// <summary>The windows of the simulated site are daily and do not reach midnight.</summary>
    public bool Hides(MaintenanceWindow window, AlertState alert, DateTimeOffset at)
    {
        var local = Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[window.TimeZone]).LocalDateTime;
        var since = Period.Between(local.Date + window.Start.TimeOfDay, local, PeriodUnits.Ticks).Ticks;
        return local >= window.Start && since >= 0 && since < window.Duration.Ticks &&
            window.Scope.Covers(LabelsOf(alert), alert.Class.Team, alert.Class.Entity, alert.Signal.Integration.Id);
    }

    /// <summary>Alertmanager's rule: a source holds the target back, unless both sides match both of them.</summary>
    /// <param name="fires">Which alerts count as firing.</param>
    public bool Inhibits(Story story, InhibitRule rule, AlertState target, Func<AlertState, bool> fires)
    {
        var labels = LabelsOf(target);
        var isSource = rule.Source.Matches(labels);
        return rule.Target.Matches(labels) && story.Alerts.Values.Any(source =>
            fires(source) && IsSource(LabelsOf(source)) && !(isSource && rule.Target.Matches(LabelsOf(source))));

        bool IsSource(Labels source) =>
            rule.Source.Matches(source) &&
                rule.Equal.All(label => (source.Find(label) ?? "") == (labels.Find(label) ?? ""));
    }

    private Labels LabelsOf(AlertState alert)
    {
        if (!_labels.TryGetValue(alert.Alias, out var known) || !ReferenceEquals(known.Of, alert))
        {
            known = (alert, Classifier.MatchLabels(alert.Signal, alert.Class.Kind, alert.Class.Entity));
            _labels[alert.Alias] = known;
        }

        return known.Labels;
    }
}
