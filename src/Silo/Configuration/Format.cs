using System.Globalization;
using Correlation.Gateway.Requests;
using Correlation.Grains.Model;
using NodaTime;
using NodaTime.Text;

namespace Correlation.Silo.Configuration;

/// <summary>Reads a text; answers what is wrong with it, or null.</summary>
internal delegate string? TextReader<T>(string text, out T value);

/// <summary>How one kind of value is written.</summary>
/// <param name="Allowed">In words, for the error.</param>
/// <param name="Harmless">Stands for a value that could not be read, so that reading goes on.</param>
internal sealed record Format<T>(string Allowed, T Harmless, TextReader<T> Read);

internal static class Format
{
    private static readonly string[] TimeZoneIds = [.. DateTimeZoneProviders.Tzdb.Ids];

    private static readonly LocalDateTimePattern[] LocalDateTimePatterns =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss"),
    ];

    public static Format<string> Text { get; } = Of("a text", "is not a text", _ => true);

    /// <summary>Names are keys and travel in URLs, logs and headers.</summary>
    public static Format<string> Name { get; } = Of(
        "1 to 100 characters, no control characters, no space at either end",
        "is not a name",
        text => text.Length is > 0 and <= 100 && text.Trim().Length == text.Length && !text.Any(char.IsControl));

    public static Format<string> Url { get; } = Of(
        "an absolute http or https URL",
        "is not a URL",
        text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https");

    public static Format<string> EmailAddress { get; } = Of(
        "an e-mail address such as ann@example.com",
        "is not an e-mail address",
        text => System.Net.Mail.MailAddress.TryCreate(text, out _));

    public static Format<string> Sha256 { get; } = Of(
        "64 lower-case hex digits: printf %s <key in lower case> | sha256sum",
        "is not a SHA-256",
        text => text.Length == 64 && text.All(char.IsAsciiHexDigitLower));

    public static Format<bool> Flag { get; } = OneOf(("true", true), ("false", false));

    public static Format<Priority> Priority { get; } = OneOf(
        ("P1", Grains.Model.Priority.P1),
        ("P2", Grains.Model.Priority.P2),
        ("P3", Grains.Model.Priority.P3),
        ("P4", Grains.Model.Priority.P4),
        ("P5", Grains.Model.Priority.P5));

    public static Format<string> TimeZone { get; } = new(
        "a name of the IANA time zone database such as Europe/Berlin",
        "UTC",
        (text, out zone) =>
        {
            zone = text;
            return DateTimeZoneProviders.Tzdb.GetZoneOrNull(text) is null
                ? "is not a time zone" + Spelling.Hint(text, TimeZoneIds)
                : null;
        });

    public static Format<LocalDateTime> LocalDateTime { get; } = new(
        "a local date and time such as 2026-01-05T09:00, from 1970 to 2200",
        default,
        (text, out local) =>
        {
            local = LocalDateTimePatterns.Select(p => p.Parse(text)).FirstOrDefault(r => r.Success)?.Value ?? default;
            return local.Year is >= 1970 and <= 2200 ? null : "is not a local date and time";
        });

    public static Format<TimeSpan> Duration(TimeSpan from, TimeSpan to) => new(
        $"a duration such as 30s, 5m, 2h or 1d, from {Durations.Format(from)} to {Durations.Format(to)}",
        from,
        (text, out duration) =>
            !Durations.TryParse(text, out duration) ? "is not a duration"
            : duration < from ? "is too short"
            : duration > to ? "is too long"
            : null);

    public static Format<int> Number(int from, int to) => new(
        $"a whole number from {from} to {to}",
        from,
        (text, out number) =>
            !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) ? "is not a number"
            : number < from ? "is too small"
            : number > to ? "is too large"
            : null);

    public static Format<double> Share { get; } = Decimal(0, 1);

    public static Format<double> Decimal(double from, double to) => new(
        string.Create(CultureInfo.InvariantCulture, $"a number from {from} to {to}"),
        from,
        (text, out number) =>
            !double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) ? "is not a number"
            : number < from ? "is too small"
            : number > to ? "is too large"
            : null);

    public static Format<T> OneOf<T>(params (string Word, T Value)[] words) => new(
        string.Join(", ", words.Select(pair => pair.Word)),
        words[0].Value,
        (text, out value) =>
        {
            var index = Array.FindIndex(words, pair => pair.Word == text);
            value = index < 0 ? words[0].Value : words[index].Value;
            return index < 0 ? "is not one of the words" + Spelling.Hint(text, words.Select(pair => pair.Word)) : null;
        });

    public static Format<string> Of(string allowed, string wrong, Predicate<string> isRight) => new(
        allowed,
        "",
        (text, out value) =>
        {
            value = text;
            return isRight(text) ? null : wrong;
        });
}
