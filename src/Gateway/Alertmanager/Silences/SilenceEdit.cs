using Correlation.Grains.Policy;
using Correlation.Grains.Silences;

namespace Correlation.Gateway.Alertmanager.Silences;

/// <summary>Which edits keep a silence's id: those that leave what it hid so far as it was.</summary>
internal static class SilenceEdit
{
    /// <summary>The silence as it is to be set under its old id; null when it must get a new one.</summary>
    public static Silencing? InPlace(SilenceState before, Silencing edited, DateTimeOffset now)
    {
        var old = before.Silence;
        var keeps = edited.Matchers.Equals(old.Matchers) && ShownSilence.PhaseOf(before, now) switch
        {
            SilencePhase.Active => Second(edited.StartsAt) == Second(old.StartsAt) && edited.EndsAt > now,
            SilencePhase.Pending => edited.StartsAt >= now,
            _ => false,
        };
        return !keeps ? null : edited with
        {
            Id = old.Id,
            StartsAt = ShownSilence.PhaseOf(before, now) == SilencePhase.Active ? old.StartsAt : edited.StartsAt,
        };
    }

    private static long Second(DateTimeOffset at) => at.ToUnixTimeSeconds();
}
