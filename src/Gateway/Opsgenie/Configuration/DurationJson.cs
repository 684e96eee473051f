using System.Text.Json;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// <c>{timeAmount, timeUnit}</c>, in minutes unless it says otherwise; Terraform has the unit in the singular.
/// </summary>
internal static class DurationJson
{
    private const string Seconds = "seconds";
    private const string Minutes = "minutes";
    private const string Hours = "hours";
    private const string Days = "days";

    /// <summary>Zero when it is not given; what is wrong with it is noted under its name.</summary>
    public static TimeSpan Read(BodyObject body, string name, TimeSpan most)
    {
        if (body.Object(name) is not { } duration)
        {
            return TimeSpan.Zero;
        }

        var unit = LengthOf(duration.Text("timeUnit")?.ToLowerInvariant() ?? Minutes);
        if (unit is null)
        {
            body.Errors.Add(duration.PathOf("timeUnit"), "timeUnit must be one of days, hours, minutes, seconds.");
        }

        var amount = duration.Number("timeAmount") ?? 0;
        if (amount < 0 || (unit is { } each && amount > most / each))
        {
            body.Errors.Add(
                duration.PathOf("timeAmount"), $"timeAmount must be from 0 to {most.TotalMinutes} minutes.");
            return TimeSpan.Zero;
        }

        return amount * (unit ?? TimeSpan.Zero);
    }

    /// <summary>The unit that it is given in, for those that are read back in it; empty for minutes.</summary>
    public static string UnitOf(BodyObject body, string name) =>
        body.Object(name)?.Text("timeUnit")?.ToLowerInvariant() switch
        {
            "hours" or "hour" => Hours,
            "days" or "day" => Days,
            _ => "",
        };

    /// <param name="unit">Empty for minutes, or seconds if it is not whole minutes.</param>
    public static void Write(Utf8JsonWriter json, string name, TimeSpan duration, string unit = "")
    {
        unit = unit.Length > 0 ? unit : duration.Ticks % TimeSpan.TicksPerMinute == 0 ? Minutes : Seconds;
        json.WriteStartObject(name);
        json.WriteNumber("timeAmount", (long)(duration / LengthOf(unit)!.Value));
        json.WriteString("timeUnit", unit);
        json.WriteEndObject();
    }

    private static TimeSpan? LengthOf(string unit) => unit switch
    {
        Minutes or "minute" => TimeSpan.FromMinutes(1),
        Seconds or "second" => TimeSpan.FromSeconds(1),
        Hours or "hour" => TimeSpan.FromHours(1),
        Days or "day" => TimeSpan.FromDays(1),
        _ => null,
    };
}
