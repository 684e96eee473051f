using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>
/// A <c>timeRestriction</c>: one part of the day, or up to fifteen parts of the week. The Go SDK sends an empty
/// <c>restriction</c> beside <c>restrictions</c>.
/// </summary>
internal static class RestrictionJson
{
    private const string Daily = "time-of-day";
    private const string Weekly = "weekday-and-time-of-day";
    private const int Most = 15;

    /// <summary>Empty when there is none.</summary>
    public static ValueList<TimeWindow> Read(BodyObject? restriction)
    {
        switch (restriction?.Text("type")?.ToLowerInvariant())
        {
            case null:
                return [];
            case Daily:
                return restriction.Object("restriction") is { } one
                    ? [new TimeWindow(Minute(one, "start"), Minute(one, "end"))]
                    : Missing(restriction, "restriction");
            case Weekly:
                var parts = restriction.Objects("restrictions") ?? [];
                return parts.Count is 0 or > Most
                    ? Missing(restriction, "restrictions")
                    : parts.Select(part => new TimeWindow(
                        Minute(part, "start"), Minute(part, "end"), Day(part, "startDay"), Day(part, "endDay"))).ToValueList();
            default:
                restriction.Errors.Add(restriction.PathOf("type"), $"type must be {Daily} or {Weekly}.");
                return [];
        }
    }

    public static void Write(Utf8JsonWriter json, ValueList<TimeWindow> windows, string name = "timeRestriction")
    {
        // Ours may hold several parts of the day; there they are parts of every day of the week.
        var daily = windows is [{ StartDay: null }];
        json.WriteStartObject(name);
        json.WriteString("type", daily ? Daily : Weekly);
        if (daily)
        {
            json.WritePropertyName("restriction");
            WriteOne(json, windows[0], null, null);
        }
        else
        {
            json.WriteStartArray("restrictions");
            foreach (var window in windows)
            {
                WriteDays(json, window);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteDays(Utf8JsonWriter json, TimeWindow window)
    {
        if (window is { StartDay: { } first, EndDay: { } last })
        {
            WriteOne(json, window, first, last);
            return;
        }

        for (var day = IsoDayOfWeek.Monday; day <= IsoDayOfWeek.Sunday; day++)
        {
            var overnight = window.End <= window.Start;
            WriteOne(json, window, day, overnight ? (IsoDayOfWeek)(((int)day % 7) + 1) : day);
        }
    }

    private static void WriteOne(Utf8JsonWriter json, TimeWindow window, IsoDayOfWeek? first, IsoDayOfWeek? last)
    {
        json.WriteStartObject();
        if (first is { } start && last is { } end)
        {
            json.WriteString("startDay", start.ToString().ToLowerInvariant());
            json.WriteString("endDay", end.ToString().ToLowerInvariant());
        }

        json.WriteNumber("startHour", window.Start / 60);
        json.WriteNumber("startMin", window.Start % 60);
        json.WriteNumber("endHour", window.End / 60);
        json.WriteNumber("endMin", window.End % 60);
        json.WriteEndObject();
    }

    private static int Minute(BodyObject part, string which)
    {
        var (hour, minute) = (part.Number(which + "Hour") ?? 0, part.Number(which + "Min") ?? 0);
        var last = which == "start" ? TimeWindow.DayMinutes - 1 : TimeWindow.DayMinutes;
        if (hour is >= 0 and <= 24 && minute is >= 0 and < 60)
        {
            // Midnight at the end of a day that begins a part is that of the next.
            var at = (hour * 60) + minute;
            return at <= last ? at : at % TimeWindow.DayMinutes;
        }

        part.Errors.Add(part.PathOf(which + "Hour"), $"{which}Hour must be from 0 to 24 and {which}Min from 0 to 59.");
        return 0;
    }

    private static IsoDayOfWeek Day(BodyObject part, string field)
    {
        if (Enum.TryParse<IsoDayOfWeek>(part.Text(field), ignoreCase: true, out var day)
            && day is >= IsoDayOfWeek.Monday and <= IsoDayOfWeek.Sunday)
        {
            return day;
        }

        part.Errors.Add(part.PathOf(field), $"{field} must be a day of the week such as monday.");
        return IsoDayOfWeek.Monday;
    }

    private static ValueList<TimeWindow> Missing(BodyObject restriction, string field)
    {
        restriction.Errors.Add(restriction.PathOf(field), $"{field} can not be empty, and has at most {Most}.");
        return [];
    }
}
