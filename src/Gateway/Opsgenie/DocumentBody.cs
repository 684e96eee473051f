using System.Text.Json;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// A body of nested objects, kept as it came and read by <see cref="BodyObject"/>: configuration, which is rare and has
/// many forms. Alerts, which are neither, are read in one pass.
/// </summary>
internal sealed class DocumentBody : JsonBody
{
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);

    public BodyObject Root => new(_fields, "", Errors);

    protected override bool TryReadField(ref Utf8JsonReader reader)
    {
        var name = reader.GetString()!;
        reader.Read();
        using var value = JsonDocument.ParseValue(ref reader);
        AssertTexts(value.RootElement);
        _fields[name] = value.RootElement.Clone();
        return true;
    }

    /// <summary>
    /// Half of a surrogate pair must be found while the body is read, where it makes the body no JSON.
    /// </summary>
    private static void AssertTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    AssertTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    AssertTexts(property.Value);
                }

                break;
        }
    }
}
