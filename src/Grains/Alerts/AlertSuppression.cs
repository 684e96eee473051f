using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>
/// Suppressed is not decided for good: the alert remembers what holds it back, has a timer at the earliest end, and is
/// looked at again whenever a silence, a maintenance window or a notification policy begins, ends or changes. What
/// inhibits it tells it so.
/// </summary>
public static class AlertSuppression
{
    internal static AlertState Apply(AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (!policy.Suppresses && state.SuppressedBy.Count == 0 && state.Inhibition is null && state.Causes is null)
        {
            return state;
        }

        var labels = Classifier.MatchLabels(state.Signal, state.Class.Kind, state.Class.Entity);
        var silences = policy.Silences.Where(s => s.IsActive(at) && s.Matchers.Matches(labels)).ToList();
        var windows = WindowsOver(state, labels, policy, at);
        var paging = PagingRules.Holding(state, policy, at);
        var inhibition = AlertInhibition.Under(state.Inhibition, labels, policy);
        var suppressedBy = silences.Select(s => s.Id)
            .Concat(windows.Select(w => Suppressor.OfWindow(w.Name)))
            .Concat(paging is var (name, _) ? [Suppressor.OfPolicy(name)] : [])
            .Concat((inhibition?.By ?? []).Select(by => Suppressor.OfRule(by.Rule)))
            .Concat(AlertCorrelation.HoldBack(state))
            .Order(StringComparer.Ordinal)
            .ToValueList();
        return state with
        {
            SuppressedBy = suppressedBy,
            SuppressedSince = suppressedBy.Count == 0 ? null : state.SuppressedSince ?? at,
            SuppressedUntil = silences.Select(s => (DateTimeOffset?)s.EndsAt).Concat(
                windows.Select(w => (DateTimeOffset?)w.End))
                .Append(paging?.Until).Append(AlertCorrelation.WatchEnd(state)).Min(),
            Inhibition = inhibition,
        };
    }

    /// <summary>Whether the policy in force makes something else of the alert than it remembers.</summary>
    public static bool IsOutdated(AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        var next = Apply(state, policy, at);
        return IsHeldOtherwise(state, next) || next.Inhibition != state.Inhibition;
    }

    internal static Decision<AlertState> Reconsider(AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Status != AlertStatus.Open)
        {
            return Alert.Unchanged("Alert is already closed");
        }

        return AlertCorrelation.WatchEnd(state) <= at ? AlertCorrelation.EndWatch(state, policy, at)
            : IsOutdated(state, policy, at) ? Settle(state, state, policy, at) : Alert.Unchanged(
                "Suppression is unchanged");
    }

    /// <summary>
    /// Whoever must know is told: the incident, the grains of the inhibition rules, and who places a new alert.
    /// </summary>
    /// <param name="changed">The alert with what it was just told.</param>
    internal static Decision<AlertState> Settle(
        AlertState state, AlertState changed, PolicyVersion policy, DateTimeOffset at)
    {
        var next = Apply(changed, policy, at);
        var reason = Explain(next) ?? (state.SuppressedBy.Count > 0 ? "No longer " + Suppressor.Say(state.SuppressedBy) : "Nothing holds it back");
        return new Decision<AlertState>
        {
            Outcome = Outcome.Material,
            Reason = reason,
            State = next with { UpdatedAt = at },
            Messages =
            [
                .. AlertInhibition.Register(state.Inhibition, next),
                .. Told(state, next),
                .. state.AwaitsInhibition && !next.AwaitsInhibition && !next.Settles
                    ? [AlertCorrelation.Place(next)]
                    : Array.Empty<Message>(),
            ],
            Timeline = IsHeldOtherwise(state, next) ? [new TimelineEntry(state.History, "suppression", reason)] : [],
        };
    }

    /// <summary>Names what holds it back, and which alert an inhibition comes from; null when nothing does.</summary>
    internal static string? Explain(AlertState state) => state.SuppressedBy.Count == 0
        ? null
        : Suppressor.Sentence(state.SuppressedBy) + string.Concat(
            (state.Inhibition?.By ?? []).Where(by => by.Alias.Length > 0).Select(by => $", while '{by.Title}' fires"));

    private static List<(string Name, DateTimeOffset End)> WindowsOver(
        AlertState state, Labels labels, PolicyVersion policy, DateTimeOffset at) =>
    [
        .. from window in policy.Maintenance
           where window.Scope.Covers(labels, state.Class.Team, state.Class.Entity, state.Signal.Integration.Id)
           let now = window.At(at)
           where now is not null
           select (window.Name, now.Value.End),
    ];

    private static bool IsHeldOtherwise(AlertState state, AlertState next) =>
        !next.SuppressedBy.Equals(state.SuppressedBy) || next.SuppressedUntil != state.SuppressedUntil;

    private static IEnumerable<Message> Told(AlertState state, AlertState next)
    {
        if (state.IncidentId is { } incident && !next.SuppressedBy.Equals(state.SuppressedBy))
        {
            yield return AlertMembership.Tell(
                incident,
                new IncidentCommand.MemberChanged(AlertMembership.MemberOf(state), AlertMembership.MemberOf(next)));
        }
    }
}
