using System.Globalization;

namespace Correlation.Gateway.Opsgenie.Search;

/// <summary>What a word means as a value of a field.</summary>
internal static class AlertQueryValue
{
    private const long LastMillisecond = 253_402_300_799_999;

    /// <summary>Null when it is none.</summary>
    public static CompareValue? Read(AlertField field, CompareValue.Word word) => (field.Kind, word.Prefix) switch
    {
        (AlertFieldKind.Choice, false) => Choice(field, word),
        (AlertFieldKind.Flag, false) => bool.TryParse(word.Text, out var flag) ? new CompareValue.Flag(flag) : null,
        (AlertFieldKind.Number, false) => TryWhole(word.Text, out var whole) ? new CompareValue.Number(whole) : null,
        (AlertFieldKind.Date, false) => Period(word.Text),
        (AlertFieldKind.Choice or AlertFieldKind.Flag or AlertFieldKind.Number or AlertFieldKind.Date, true) => null,
        _ => word,
    };

    public static string Expected(AlertField field) => field.Kind switch
    {
        AlertFieldKind.Choice => $"one of {string.Join(", ", field.Choices)}",
        AlertFieldKind.Flag => "true or false",
        AlertFieldKind.Number => "a whole number",
        AlertFieldKind.Date => "epoch milliseconds, dd-MM-yyyy or dd-MM-yyyyTHH:mm (UTC)",
        _ => "a word or a phrase in double quotes",
    };

    private static CompareValue.Word? Choice(AlertField field, CompareValue.Word word)
    {
        var choice = field.Choices.FirstOrDefault(c => c.Equals(word.Text, StringComparison.OrdinalIgnoreCase));
        return choice is null ? null : word with { Text = choice };
    }

    private static CompareValue.Period? Period(string text)
    {
        if (TryWhole(text, out var milliseconds))
        {
            return milliseconds <= LastMillisecond ? new CompareValue.Period(milliseconds, milliseconds + 1) : null;
        }

        return Spanning(text, "dd-MM-yyyy", TimeSpan.FromDays(1))
            ?? Spanning(text, "dd-MM-yyyy'T'HH:mm", TimeSpan.FromMinutes(1));
    }

    private static CompareValue.Period? Spanning(string text, string format, TimeSpan length)
    {
        var culture = CultureInfo.InvariantCulture;
        if (!DateTimeOffset.TryParseExact(text, format, culture, DateTimeStyles.AssumeUniversal, out var start))
        {
            return null;
        }

        var from = start.ToUnixTimeMilliseconds();
        return new CompareValue.Period(from, from + (long)length.TotalMilliseconds);
    }

    private static bool TryWhole(string text, out long whole) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out whole);
}
