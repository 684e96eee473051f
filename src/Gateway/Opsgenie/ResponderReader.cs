using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// Reads who is meant: <c>{type, id | name | username}</c>. The type in any letter case; <c>teams</c> with a
/// comma-separated name is one responder per team; empty texts are absent, as the Go SDK sends them.
/// </summary>
internal static class ResponderReader
{
    /// <summary>A list under <paramref name="field"/>.</summary>
    public static List<Responder> ReadAll(
        ref Utf8JsonReader reader, string field, string? type, PolicyVersion policy, FieldErrors errors)
    {
        reader.Read();
        var all = new List<Responder>();
        if (!JsonTexts.StartsArray(ref reader, field, errors))
        {
            return all;
        }

        for (var at = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; at++)
        {
            all.AddRange(Current(ref reader, field, JsonTexts.Indexed(field, at), type, policy, errors));
        }

        return all;
    }

    /// <summary>One, under <paramref name="field"/>; more only where the type is <c>teams</c>.</summary>
    /// <param name="type">Where the field itself says it, as <c>owner</c> and <c>team</c> do.</param>
    public static List<Responder> ReadOne(
        ref Utf8JsonReader reader, string field, string? type, PolicyVersion policy, FieldErrors errors)
    {
        reader.Read();
        return [.. Current(ref reader, field, field, type, policy, errors)];
    }

    private static IEnumerable<Responder> Current(
        ref Utf8JsonReader reader, string list, string field, string? type, PolicyVersion policy, FieldErrors errors)
    {
        if (!JsonTexts.StartsObject(ref reader, field, errors))
        {
            return [];
        }

        var (stated, id, name, username) = Fields(ref reader, field, errors);
        type ??= stated.Length > 0 ? stated.ToLowerInvariant() : username.Length > 0 ? "user" : "";
        var named = username.Length > 0 && type == "user" ? username : name.Length > 0 ? name : username;
        if (named.Length + id.Length == 0)
        {
            return [];
        }

        switch (type)
        {
            case "teams":
                return named.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(team => new Responder("team", team));
            case "user" or "team" or "escalation" or "schedule":
                return [new Responder(type, named.Length > 0 ? named : People.NameOf(policy, type, id))];
            default:
                errors.Add($"{list}#type", $"{field}: type must be one of user, team, escalation, schedule.");
                return [];
        }
    }

    private static (string Type, string Id, string Name, string Username) Fields(
        ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        var (type, id, name, username) = ("", "", "", "");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = JsonTexts.ReadText(ref reader, field + "#type", errors) ?? "";
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                id = JsonTexts.ReadText(ref reader, field + "#id", errors) ?? "";
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                name = JsonTexts.ReadText(ref reader, field + "#name", errors) ?? "";
            }
            else if (reader.ValueTextEquals("username"u8))
            {
                username = JsonTexts.ReadText(ref reader, field + "#username", errors) ?? "";
            }
            else
            {
                reader.Skip();
            }
        }

        return (type, Limit(id), Limit(name), Limit(username));
    }

    private static string Limit(string text) => Texts.Cut(text.Trim(), Limits.Alias);
}
