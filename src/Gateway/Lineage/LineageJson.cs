using System.Globalization;
using System.Text.Json;

namespace Correlation.Gateway.Lineage;

/// <summary>
/// Reads members that may be missing or of any type: what is not as it should be is as if it were not there.
/// </summary>
internal static class LineageJson
{
    public static JsonElement? Object(this JsonElement at, string name) =>
        Member(at, name) is { ValueKind: JsonValueKind.Object } found ? found : null;

    public static IEnumerable<JsonElement> Objects(this JsonElement at, string name) =>
        Member(at, name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    public static IEnumerable<JsonProperty> Members(this JsonElement at, string name) =>
        Object(at, name) is { } found ? found.EnumerateObject() : [];

    public static bool Has(this JsonElement at, string name) => Member(at, name) is not null;

    /// <summary>Empty when there is none. Halves of a surrogate pair, which no text may hold, are replaced.</summary>
    public static string Text(this JsonElement at, string name) => Member(at, name) switch
    {
        { ValueKind: JsonValueKind.String } text => TextOf(text),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } value => value.GetRawText(),
        _ => "",
    };

    public static DateTimeOffset? Time(this JsonElement at, string name) =>
        DateTimeOffset.TryParse(
            at.Text(name), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        && time.Year is >= 1970 and < 2200
            ? time
            : null;

    public static int? Number(this JsonElement at, string name) =>
        Member(at, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value)
            ? value
            : null;

    private static JsonElement? Member(JsonElement at, string name) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    private static string TextOf(JsonElement text)
    {
        try
        {
            return text.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return text.GetRawText().Trim('"');
        }
    }
}
