using System.Text.Json;

namespace Correlation.EndToEnd;

/// <summary>Reads answers in few words; a field that is missing throws with its name.</summary>
internal static class JsonFields
{
    public static string Text(this JsonElement json, string field) => Field(json, field).GetString()!;

    public static bool Flag(this JsonElement json, string field) => Field(json, field).GetBoolean();

    public static int Number(this JsonElement json, string field) => Field(json, field).GetInt32();

    public static bool Has(this JsonElement json, string field) => json.TryGetProperty(field, out _);

    public static DateTimeOffset Time(this JsonElement json, string field) => Field(json, field).GetDateTimeOffset();

    /// <summary>A list of texts; of objects, one field of each.</summary>
    public static string[] Texts(this JsonElement json, string? field = null, string? each = null) =>
    [
        .. (field is null ? json : Field(json, field)).EnumerateArray()
            .Select(item => (each is null ? item : Field(item, each)).GetString()!),
    ];

    private static JsonElement Field(JsonElement json, string field) => json.TryGetProperty(field, out var value)
        ? value
        : throw new InvalidOperationException($"There is no '{field}' in {json}");
}
