using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Grains.Alerts;

/// <summary>
/// The notification policy of an alert: the first of its team's whose hours it opened in and whose filter takes it, as
/// it was then. Which one that is follows the policies in force.
/// </summary>
internal static class PagingRules
{
    public static AlertPolicy? Of(Signal signal, Classification found, PolicyVersion policy, DateTimeOffset openedAt) =>
        policy.NotificationPolicies.FirstOrDefault(rule =>
            rule.Enabled && string.Equals(rule.Team, policy.TeamNow(found.Team), StringComparison.OrdinalIgnoreCase) &&
            rule.Hours.Hold("UTC", openedAt) && rule.Filter.Matches(signal, found.Priority));

    /// <summary>With the wait before the first page that it asks for.</summary>
    public static Classification Delayed(
        Signal signal, Classification found, PolicyVersion policy, DateTimeOffset openedAt) =>
        Of(signal, found, policy, openedAt)?.Paging?.Delay?.After(openedAt) is { } wait && wait > found.GroupWait
            ? found with { GroupWait = wait }
            : found;

    /// <summary>
    /// What pages nobody by it, and until when: to the end of the hours that the alert opened in, else for good.
    /// </summary>
    public static (string Name, DateTimeOffset? Until)? Holding(
        AlertState state, PolicyVersion policy, DateTimeOffset at)
    {
        if (Of(state.Signal, state.Class, policy, state.CreatedAt) is not { Paging.Suppresses: true } rule)
        {
            return null;
        }

        if (rule.Hours.Count == 0)
        {
            return (rule.Name, null);
        }

        var ends = RotationSlice.Window(rule.Hours, DateTimeZone.Utc, Instant.FromDateTimeOffset(state.CreatedAt)).Until.ToDateTimeOffset();
        return at < ends ? (rule.Name, ends) : null;
    }
}
