using System.Text.Json;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>What a notification policy does, as its fields say it.</summary>
internal static class PagingBody
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(365);

    private static readonly (string Word, DelayUntil Until, IsoDayOfWeek On)[] Options =
    [
        ("for-duration", DelayUntil.Elapsed, IsoDayOfWeek.None),
        ("next-time", DelayUntil.Time, IsoDayOfWeek.None),
        ("next-weekday", DelayUntil.Weekday, IsoDayOfWeek.None),
        .. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None)
            .Select(day => ("next-" + day.ToString().ToLowerInvariant(), DelayUntil.Day, day)),
    ];

    public static PagingRule Read(BodyObject body)
    {
        Refuse(body, "autoRestartAction", "set repeat of the escalation, which goes on until somebody answers");
        Refuse(body, "deduplicationAction", "repeats of an alert page nobody, and say so by their count");
        Refuse(body, "deDuplicationAction", "repeats of an alert page nobody, and say so by their count");
        var closes = body.Object("autoCloseAction") is { } close
            ? DurationJson.Read(close, "duration", LongestSilence)
            : (TimeSpan?)null;
        if (closes == TimeSpan.Zero)
        {
            body.Errors.Add("autoCloseAction.duration", "autoCloseAction.duration must be more than 0.");
        }

        return new PagingRule
        {
            Suppresses = body.Flag("suppress") ?? false,
            Delay = body.Object("delayAction") is { } delay ? Delay(delay) : null,
            ClosesAfter = closes,
            ClosesAfterUnit = body.Object("autoCloseAction") is { } said ? DurationJson.UnitOf(said, "duration") : "",
        };
    }

    public static void Write(Utf8JsonWriter json, PagingRule rule)
    {
        json.WriteBoolean("suppress", rule.Suppresses);
        if (rule.Delay is { } delay)
        {
            json.WriteStartObject("delayAction");
            json.WriteString(
                "delayOption", Array.Find(Options, one => one.Until == delay.Until && one.On == delay.On).Word);
            if (delay.Until == DelayUntil.Elapsed)
            {
                DurationJson.Write(json, "duration", delay.For, delay.Unit);
            }
            else
            {
                json.WriteNumber("untilHour", delay.Minute / 60);
                json.WriteNumber("untilMinute", delay.Minute % 60);
            }

            json.WriteEndObject();
        }

        if (rule.ClosesAfter is { } closes)
        {
            json.WriteStartObject("autoCloseAction");
            DurationJson.Write(json, "duration", closes, rule.ClosesAfterUnit);
            json.WriteEndObject();
        }
    }

    private static PagingDelay? Delay(BodyObject delay)
    {
        var option = Array.Find(Options, one => one.Word == delay.Text("delayOption")?.ToLowerInvariant());
        if (option.Word is null)
        {
            delay.Errors.Add(
                delay.PathOf("delayOption"),
                $"delayOption must be one of {string.Join(", ", Options.Select(one => one.Word))}.");
            return null;
        }

        if (option.Until == DelayUntil.Elapsed)
        {
            return new PagingDelay(
                DelayUntil.Elapsed, DurationJson.Read(delay, "duration", LongestDelay), 0, IsoDayOfWeek.None)
            {
                Unit = DurationJson.UnitOf(delay, "duration"),
            };
        }

        var (hour, minute) = (delay.Number("untilHour"), delay.Number("untilMinute") ?? 0);
        if (hour is not (>= 0 and < 24) || minute is < 0 or > 59)
        {
            delay.Errors.Add(
                delay.PathOf("untilHour"), "untilHour must be from 0 to 23, and untilMinute from 0 to 59.");
        }

        return new PagingDelay(option.Until, TimeSpan.Zero, ((hour ?? 0) * 60) + minute, option.On);
    }

    private static void Refuse(BodyObject body, string field, string why)
    {
        if (body.Object(field) is { } given && given.Names.Any())
        {
            body.Errors.Add(field, $"{field} is not supported: {why}.");
        }
    }
}
