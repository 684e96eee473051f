using System.Globalization;
using System.Text.RegularExpressions;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>
/// How a part of the day or of the week is written: <c>09:00-17:00</c>, <c>monday 09:00 - friday 17:00</c>.
/// </summary>
internal static partial class TimeWindowFormat
{
    public static readonly Format<TimeWindow> Of = new(
        "09:00-17:00 or monday 09:00 - friday 17:00; times from 00:00 to 24:00",
        new TimeWindow(0, TimeWindow.DayMinutes),
        (text, out window) =>
        {
            window = new TimeWindow(0, TimeWindow.DayMinutes);
            if (Pattern().Match(text) is not { Success: true } match ||
                DayOf(match, 1, out var first) != DayOf(match, 4, out var last))
            {
                return "is not a part of the day or of the week";
            }

            var (start, end) = (MinuteOf(match, 2), MinuteOf(match, 5));
            if (start >= TimeWindow.DayMinutes || end > TimeWindow.DayMinutes)
            {
                return "is not a time of day";
            }

            window = new TimeWindow(start, end, first, last);
            return null;
        });

    private static bool DayOf(Match match, int group, out IsoDayOfWeek? day)
    {
        day = match.Groups[group].Success
            ? Enum.Parse<IsoDayOfWeek>(match.Groups[group].ValueSpan, ignoreCase: true)
            : null;
        return day is not null;
    }

    private static int MinuteOf(Match match, int group) =>
        (int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) * 60) +
        int.Parse(match.Groups[group + 1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private const string Day = "(?:(monday|tuesday|wednesday|thursday|friday|saturday|sunday) +)?";

    [GeneratedRegex("^" + Day + "([0-9]{2}):([0-5][0-9]) *- *" + Day + "([0-9]{2}):([0-5][0-9])$")]
    private static partial Regex Pattern();
}
