using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Silences;

/// <summary>Silences that somebody should look at: forgotten ones, and those over what still burns.</summary>
public static class SilenceAttention
{
    private const int ManyExtensions = 3;

    /// <summary>Who silences an alert for longer than this no longer repairs what it is about.</summary>
    private static readonly TimeSpan BurnsFor = TimeSpan.FromDays(1);

    /// <param name="hidesSince">Since when the oldest of the open alerts fires under it; null when it hides
    /// none.</param>
    /// <returns>One sentence per reason.</returns>
    public static ValueList<string> Of(
        SilenceState state, int hides, DateTimeOffset? hidesSince, PolicySettings settings, DateTimeOffset at)
    {
        if (!state.Silence.IsActive(at))
        {
            return [];
        }

        var reasons = new List<string>();
        if (IsLong(state.Silence, settings, at))
        {
            reasons.Add($"It is in force for {Spell(at - state.Silence.StartsAt)}.");
        }

        if (state.Extensions >= ManyExtensions)
        {
            reasons.Add($"Its end was moved {state.Extensions} times.");
        }

        if (at - hidesSince >= BurnsFor)
        {
            reasons.Add($"It hides {hides} open alerts, the oldest of which fires under it for {Spell(at - hidesSince!.Value)}.");
        }

        return reasons.ToValueList();
    }

    public static bool IsLong(Silencing silence, PolicySettings settings, DateTimeOffset at) =>
        silence.IsActive(at) && at - silence.StartsAt >= settings.SilenceAttention;

    private static string Spell(TimeSpan span) => Durations.Format(
        span.TotalDays >= 1
            ? TimeSpan.FromHours(Math.Floor(span.TotalHours))
            : TimeSpan.FromMinutes(Math.Floor(span.TotalMinutes)));
}
