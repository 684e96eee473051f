using System.Text.Json;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// <c>{timeAmount, timeUnit}</c>, in minutes unless it says otherwise; Terraform has the unit in the singular.
/// </summary>
internal static class DurationJson
{
    /// <summary>Zero when it is not given; what is wrong with it is noted under its name.</summary>
    public static TimeSpan Read(BodyObject body, string name, TimeSpan most)
    {
        if (body.Object(name) is not { } duration)
        {
            return TimeSpan.Zero;
        }

        TimeSpan? unit = duration.Text("timeUnit")?.ToLowerInvariant() switch
        {
            null or "minutes" or "minute" => TimeSpan.FromMinutes(1),
            "seconds" or "second" => TimeSpan.FromSeconds(1),
            "hours" or "hour" => TimeSpan.FromHours(1),
            "days" or "day" => TimeSpan.FromDays(1),
            _ => null,
        };
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

    public static void Write(Utf8JsonWriter json, string name, TimeSpan duration)
    {
        var inMinutes = duration.Ticks % TimeSpan.TicksPerMinute == 0;
        json.WriteStartObject(name);
        json.WriteNumber("timeAmount", (long)(inMinutes ? duration.TotalMinutes : duration.TotalSeconds));
        json.WriteString("timeUnit", inMinutes ? "minutes" : "seconds");
        json.WriteEndObject();
    }
}
