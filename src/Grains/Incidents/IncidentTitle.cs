using System.Globalization;
using Correlation.Grains.Causes;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>From cause to effect, such as "`feature_view:user_stats` stale 3 h -> 4 models drifting".</summary>
internal static class IncidentTitle
{
    private const string Arrow = " -> ";
    private const int MostEffects = 2;

    public static bool IsMade(string title) => title.StartsWith('`') && title.Contains(Arrow, StringComparison.Ordinal);

    public static string Of(IncidentDraft draft, Cause cause, KindNature nature, string title, DateTimeOffset onset)
    {
        var kinds = KindIndex.Of(draft.Policy);
        var says = !cause.Observed ? " suspected"
            : SaysOf(kinds, cause.Kind, title) + Age(draft.At - onset) + (nature == KindNature.Measurement ? " (measurement)" : "");
        var effects = draft.State.Effects.OrderByDescending(e => e.Count)
            .ThenBy(e => e.Type, StringComparer.Ordinal)
            .ToList();
        var more = effects.Skip(MostEffects).Sum(e => e.Count);
        return $"`{cause.Entity}`{says}{Arrow}" +
            string.Join(", ", effects.Take(MostEffects).Select(e => Say(kinds, e))) +
            (more > 0 ? $", {more} more" : "");
    }

    private static string Say(KindIndex kinds, Effect effect)
    {
        var says = SaysOf(kinds, effect.Kind, "");
        var entity = effect.Entities is [var first, ..] ? first.Entity : effect.Entity;
        return effect.Count == 1 && entity.Length > 0
            ? $"`{entity}`{says}"
            : $"{effect.Count} {Plural(effect.Type.Length > 0 ? effect.Type.Replace('_', ' ') : "alert", effect.Count)}{says}";
    }

    private static string SaysOf(KindIndex kinds, string kind, string otherwise) => kinds.Find(kind) switch
    {
        { Says.Length: > 0 } known => " " + known.Says,
        { } known => " " + known.Name.Replace('-', ' ').Replace('_', ' '),
        null => otherwise.Length > 0 ? $" ({otherwise})" : " ill",
    };

    private static string Age(TimeSpan age) =>
        age.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $" {age.TotalDays:0} d")
        : age.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $" {age.TotalHours:0} h")
        : "";

    private static string Plural(string word, int count) =>
        count == 1 ? word : word.EndsWith('y') ? word[..^1] + "ies" : word.EndsWith('s') ? word : word + "s";
}
