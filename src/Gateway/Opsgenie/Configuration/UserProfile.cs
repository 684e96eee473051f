using System.Text.Json;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// What clients keep of a user and nothing here goes by: given back as it came, since Terraform compares.
/// </summary>
internal static class UserProfile
{
    private const int Longest = 20_000;

    private static readonly string[] Fields = ["role", "locale", "skypeUsername", "userAddress", "tags", "details"];

    /// <summary>With the fields that the body has.</summary>
    public static string Read(BodyObject body, string before)
    {
        var fields = Of(before);
        foreach (var name in Fields)
        {
            if (body.Raw(name) is { } value)
            {
                fields[name] = value;
            }
        }

        Check(
            body,
            "tags",
            value => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsText),
            "an array of strings");
        Check(
            body,
            "details",
            value => value.ValueKind == JsonValueKind.Object &&
                value.EnumerateObject()
                    .All(one => one.Value.ValueKind == JsonValueKind.Array && one.Value.EnumerateArray().All(IsText)),
            "an object of arrays of strings");
        Check(body, "userAddress", value => value.ValueKind == JsonValueKind.Object, "an object");
        Check(body, "locale", IsText, "a string");
        Check(body, "skypeUsername", IsText, "a string");
        var profile = fields.Count == 0 ? "" : JsonSerializer.Serialize(fields);
        if (profile.Length > Longest)
        {
            body.Errors.Add("details", $"role, locale, skypeUsername, userAddress, tags and details have at most {Longest} characters together.");
        }

        return profile;
    }

    /// <param name="role">Of one who has none: by the teams.</param>
    public static void Write(Utf8JsonWriter json, string profile, string role)
    {
        var fields = Of(profile);
        role = RoleOf(fields) ?? role;
        json.WriteStartObject("role");
        json.WriteString("id", role);
        json.WriteString("name", role);
        json.WriteEndObject();
        foreach (var (name, otherwise) in new[] { ("locale", "\"en_US\""), ("skypeUsername", null), ("userAddress", null), ("tags", "[]"), ("details", "{}") })
        {
            if ((fields.TryGetValue(name, out var value) ? value.GetRawText() : otherwise) is { } text)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(text);
            }
        }
    }

    /// <summary>It comes back in lists, where a client that meets another shape can read none of them.</summary>
    private static void Check(BodyObject body, string name, Func<JsonElement, bool> isRight, string wanted)
    {
        if (body.Raw(name) is { } value && !isRight(value))
        {
            body.Errors.Add(name, $"{name} must be {wanted}.");
        }
    }

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String;

    /// <summary>By either of its names: clients give one.</summary>
    private static string? RoleOf(Dictionary<string, JsonElement> fields) =>
        fields.TryGetValue("role", out var role) && role.ValueKind == JsonValueKind.Object
            ? TextOf(role, "name") ?? TextOf(role, "id")
            : null;

    private static string? TextOf(JsonElement role, string field) =>
        role.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static Dictionary<string, JsonElement> Of(string profile) => profile.Length == 0
        ? []
        : JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(profile)!;
}
