using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Correlation.Gateway.Query.Schedules;

/// <summary>A calendar as calendar programs subscribe to it (RFC 5545).</summary>
internal static class CalendarFile
{
    public const string ContentType = "text/calendar; charset=utf-8";

    /// <summary>Octets of a line without its end.</summary>
    private const int LongestLine = 75;

    /// <param name="name">Of the calendar.</param>
    /// <param name="shifts">Each becomes an event, under an id that stays while the shift does.</param>
    public static string Of(string name, IEnumerable<CalendarShift> shifts, DateTimeOffset now)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//Correlation//On call//EN");
        Line(text, "X-WR-CALNAME:" + Escaped(name));
        foreach (var shift in shifts)
        {
            Line(text, "BEGIN:VEVENT");
            Line(text, $"UID:{IdOf(shift)}@correlation");
            Line(text, "DTSTAMP:" + Time(now));
            Line(text, "DTSTART:" + Time(shift.From));
            Line(text, "DTEND:" + Time(shift.Until));
            Line(text, "SUMMARY:" + Escaped(shift.Summary));
            Line(text, "DESCRIPTION:" + Escaped(shift.Description));

            // Who is on call is not busy all the while.
            Line(text, "TRANSP:TRANSPARENT");
            Line(text, "END:VEVENT");
        }

        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static string IdOf(CalendarShift shift) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{shift.Schedule}\n{shift.Who}\n{shift.From.ToUnixTimeSeconds()}")).AsSpan(0, 16));

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => string.Concat(text.Select(c => c switch
    {
        '\\' or ';' or ',' => $"\\{c}",
        '\n' => "\\n",
        _ => char.IsControl(c) ? "" : c.ToString(),
    }));

    /// <summary>Long ones go on in the next line after a blank, cut between characters.</summary>
    private static void Line(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LongestLine)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}

/// <param name="Schedule">Its id.</param>
internal sealed record CalendarShift(
    string Schedule, string Who, DateTimeOffset From, DateTimeOffset Until, string Summary, string Description);
