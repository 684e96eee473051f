using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Grains.Alerts;

/// <summary>Whether criteria take an alert, and whether the hour is one of those that are named.</summary>
public static class Criteria
{
    /// <param name="priority">As it is classified, which may be more than the source has said.</param>
    public static bool Matches(this AlertCriteria criteria, Signal signal, Priority priority) => criteria.Type switch
    {
        CriteriaType.MatchAnyCondition => criteria.Conditions.Any(condition => Holds(condition, signal, priority)),
        CriteriaType.MatchAllConditions => criteria.Conditions.All(condition => Holds(condition, signal, priority)),
        _ => true,
    };

    public static bool Hold(this ValueList<TimeWindow> hours, string timeZone, DateTimeOffset at) => hours.Count == 0
        || RotationSlice.Window(hours, DateTimeZoneProviders.Tzdb[timeZone], Instant.FromDateTimeOffset(at)).InForce;

    private static bool Holds(AlertCondition condition, Signal signal, Priority priority) => condition.Not != (condition.Field switch
    {
        CriteriaField.Priority => HoldsOf(condition, priority),
        CriteriaField.Details when condition.Operation == CriteriaOperation.ContainsKey =>
            signal.Labels.Keys.Any(key => Same(key, condition.Expected)),
        CriteriaField.Details when condition.Operation == CriteriaOperation.ContainsValue =>
            signal.Labels.Any(label => Same(label.Value, condition.Expected)),
        _ => HoldsOf(condition, [.. ValuesOf(condition, signal).Where(value => value.Length > 0)]),
    });

    private static IEnumerable<string> ValuesOf(AlertCondition condition, Signal signal) => condition.Field switch
    {
        CriteriaField.Message => [signal.Message],
        CriteriaField.Alias => [signal.Alias],
        CriteriaField.Description => [signal.Description],
        CriteriaField.Source => [signal.Source],
        CriteriaField.Entity => [signal.Entity],
        CriteriaField.Tags => signal.Tags,
        CriteriaField.Actions => signal.Actions,
        CriteriaField.ExtraProperties => [signal.Labels.Find(condition.Key) ?? ""],
        CriteriaField.Details => signal.Labels.Select(label => $"{label.Key}:{label.Value}"),
        CriteriaField.Recipients or CriteriaField.Responders => signal.Responders.Select(responder => responder.Name),
        CriteriaField.Teams => signal.Responders.Where(responder => responder.Type == "team").Select(
            responder => responder.Name)
            .Concat(signal.KeyTeam is { } owner ? [owner] : []),
        _ => throw new UnreachableException($"Unknown field {condition.Field}."),
    };

    /// <summary>
    /// Of a list one value is enough; a list contains what one of its values is, a text what is anywhere in it.
    /// </summary>
    private static bool HoldsOf(AlertCondition condition, IReadOnlyList<string> values)
    {
        var expected = condition.Expected;
        return condition.Operation switch
        {
            CriteriaOperation.IsEmpty => values.Count == 0,
            CriteriaOperation.Matches => values.Any(condition.Pattern.IsMatch),
            CriteriaOperation.Contains when IsList(condition.Field) => values.Any(value => Same(value, expected)),
            CriteriaOperation.Contains =>
                values.Any(value => value.Contains(expected, StringComparison.OrdinalIgnoreCase)),
            CriteriaOperation.StartsWith =>
                values.Any(value => value.StartsWith(expected, StringComparison.OrdinalIgnoreCase)),
            CriteriaOperation.EndsWith =>
                values.Any(value => value.EndsWith(expected, StringComparison.OrdinalIgnoreCase)),
            CriteriaOperation.Equals => values.Any(value => Same(value, expected)),
            CriteriaOperation.EqualsIgnoreWhitespace => values.Any(value => Same(Squeeze(value), Squeeze(expected))),
            _ => false,
        };
    }

    private static bool HoldsOf(AlertCondition condition, Priority priority) =>
        PriorityRules.TryParse(condition.Expected, out var expected) && condition.Operation switch
        {
            CriteriaOperation.GreaterThan => priority.IsMoreUrgentThan(expected),
            CriteriaOperation.LessThan => expected.IsMoreUrgentThan(priority),
            _ => priority == expected,
        };

    private static bool IsList(CriteriaField field) =>
        field is CriteriaField.Tags or CriteriaField.Actions or CriteriaField.Details or CriteriaField.Recipients
            or CriteriaField.Responders or CriteriaField.Teams;

    private static string Squeeze(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
