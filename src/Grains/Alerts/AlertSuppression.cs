using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>
/// Suppressed is not decided for good: the alert remembers its silences, has a timer at the earliest end, and is looked
/// at again whenever a silence begins, ends or changes.
/// </summary>
public static class AlertSuppression
{
    internal static AlertState Apply(AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (policy.Silences.Count == 0 && state.SuppressedBy.Count == 0)
        {
            return state;
        }

        var labels = Classifier.MatchLabels(state.Signal, state.Class.Kind, state.Class.Entity);
        var active = policy.Silences.Where(s => s.IsActive(at) && s.Matchers.Matches(labels)).ToList();
        return state with
        {
            SuppressedBy = active.Select(s => s.Id).Order(StringComparer.Ordinal).ToValueList(),
            SuppressedUntil = active.Count > 0 ? active.Min(s => s.EndsAt) : null,
        };
    }

    /// <summary>Whether the silences in force differ from those the alert remembers.</summary>
    public static bool IsOutdated(AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        var next = Apply(state, policy, at);
        return !next.SuppressedBy.Equals(state.SuppressedBy) || next.SuppressedUntil != state.SuppressedUntil;
    }

    internal static Decision<AlertState> Reconsider(AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Status != AlertStatus.Open)
        {
            return Alert.Unchanged("Alert is already closed");
        }

        if (!IsOutdated(state, policy, at))
        {
            return Alert.Unchanged("Suppression is unchanged");
        }

        var next = Apply(state, policy, at);
        var reason = Explain(next) ?? "No longer silenced";
        var told = state.IncidentId is { } incident && !next.SuppressedBy.Equals(state.SuppressedBy);
        return new Decision<AlertState>
        {
            Outcome = Outcome.Material,
            Reason = reason,
            State = next with { UpdatedAt = at },
            Messages = told
                ? [new Message(
                    new GrainId(GrainKind.Incident, state.IncidentId!),
                    new IncidentCommand.MemberChanged(AlertMembership.MemberOf(state), AlertMembership.MemberOf(next)))]
                : [],
            Timeline = [new TimelineEntry(state.History, "suppression", reason)],
        };
    }

    /// <summary>Names the silences, or null when none holds it back.</summary>
    internal static string? Explain(AlertState state) =>
        state.SuppressedBy.Count == 0 ? null : "Silenced by " + string.Join(", ", state.SuppressedBy);
}
