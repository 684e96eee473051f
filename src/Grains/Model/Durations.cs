using System.Globalization;
using System.Text.RegularExpressions;

namespace Correlation.Grains.Model;

/// <summary>How durations are written: 500ms, 30s, 5m, 2h, 1d, also together as in 1h30m.</summary>
public static partial class Durations
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var match = Pattern().Match(text);
        duration = new TimeSpan(Part(1), Part(2), Part(3), Part(4), Part(5));
        return match.Success && text.Length > 0;

        int Part(int group) => match.Groups[group].Success
            ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : 0;
    }

    public static string Format(TimeSpan duration)
    {
        (int Number, string Unit)[] parts =
        [
            (duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s"),
            (duration.Milliseconds, "ms"),
        ];
        var text = string.Concat(parts.Where(part => part.Number > 0).Select(part => part.Number + part.Unit));
        return text.Length == 0 ? "0s" : text;
    }

    // Six digits of days are still a TimeSpan.
    [GeneratedRegex("^(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?(?:([0-9]{1,6})ms)?$")]
    private static partial Regex Pattern();
}
