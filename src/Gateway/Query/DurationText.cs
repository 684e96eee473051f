using System.Globalization;
using System.Text.RegularExpressions;

namespace Correlation.Gateway.Query;

/// <summary>Durations as the configuration writes them: 30s, 5m, 2h, 1d, also together as in 1h30m.</summary>
internal static partial class DurationText
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var match = Pattern().Match(text);
        duration = new TimeSpan(Part(1), Part(2), Part(3), Part(4));
        return match.Success && text.Length > 0;

        int Part(int group) => match.Groups[group].Success
            ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : 0;
    }

    [GeneratedRegex("^(?:([0-9]{1,5})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
