using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// Reads the value after a property's name; a wrong type is noted under the field's name and skipped.
/// </summary>
internal static class JsonTexts
{
    /// <summary>Null when the value is null or not a text.</summary>
    public static string? ReadText(ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        reader.Read();
        return Text(ref reader, field, errors);
    }

    public static List<string> ReadTexts(ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        reader.Read();
        var list = new List<string>();
        if (!StartsArray(ref reader, field, errors))
        {
            return list;
        }

        for (var at = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; at++)
        {
            if (Text(ref reader, Indexed(field, at), errors) is { Length: > 0 } text)
            {
                list.Add(text);
            }
        }

        return list;
    }

    public static int? ReadNumber(ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number))
        {
            return number;
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            Complain(ref reader, "a whole number", field, errors);
        }

        return null;
    }

    /// <summary>True and false, also as texts: some clients send those.</summary>
    public static bool? ReadBoolean(ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String when bool.TryParse(reader.GetString(), out var stated):
                return stated;
            default:
                Complain(ref reader, "a boolean", field, errors);
                return null;
        }
    }

    public static bool StartsArray(ref Utf8JsonReader reader, string field, FieldErrors errors) =>
        Starts(ref reader, JsonTokenType.StartArray, "an array", field, errors);

    public static bool StartsObject(ref Utf8JsonReader reader, string field, FieldErrors errors) =>
        Starts(ref reader, JsonTokenType.StartObject, "an object", field, errors);

    /// <summary>Any value as a text: details are strings, yet senders put numbers and objects into them.</summary>
    public static string? ReadAnyAsText(ref Utf8JsonReader reader)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Texts.Clean(reader.GetString()!);
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                using (var nested = JsonDocument.ParseValue(ref reader))
                {
                    return Texts.Clean(nested.RootElement.GetRawText());
                }

            default:
                return reader.HasValueSequence
                    ? Encoding.UTF8.GetString(reader.ValueSequence)
                    : Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    public static string Indexed(string field, int at) => $"{field}[{at.ToString(CultureInfo.InvariantCulture)}]";

    public static string? Text(ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.Null)
        {
            return reader.GetString() is { } text ? Texts.Clean(text) : null;
        }

        Complain(ref reader, "a string", field, errors);
        return null;
    }

    private static bool Starts(
        ref Utf8JsonReader reader, JsonTokenType wanted, string words, string field, FieldErrors errors)
    {
        if (reader.TokenType != wanted && reader.TokenType != JsonTokenType.Null)
        {
            Complain(ref reader, words, field, errors);
        }

        return reader.TokenType == wanted;
    }

    private static void Complain(ref Utf8JsonReader reader, string wanted, string field, FieldErrors errors)
    {
        var found = reader.TokenType switch
        {
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "a boolean",
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            _ => "a string",
        };
        errors.Add(field, $"{field} must be {wanted}, not {found}.");
        reader.Skip();
    }
}
