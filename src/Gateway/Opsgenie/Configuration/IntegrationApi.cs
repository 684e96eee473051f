using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>An integration is a key of that type. The key itself cannot be shown: only its hash is kept.</summary>
internal static class IntegrationApi
{
    public static FileOwnedApi<ApiKey> Of(IGrains grains) => new(
        new FileOwned<ApiKey>(
            grains, "integration", "keys", "name", policy => policy.Keys.Where(key => key.Type == ApiKeyType.Integration), key => key.Name,
            (_, key) => IdOf(key), (call, key) => call.Key.Sees(key.Team ?? "")),
        (json, call, key, whole) => Write(json, call, grains.Policy, key, whole),
        (_, key, path) => path is ["actions"] ? ApiAnswer.Ok(json => WriteActions(json, key)) : null);

    /// <summary>As alerts name it by which they came.</summary>
    public static string IdOf(ApiKey key) => DerivedId.Of("integration", key.Name, 0).ToString();

    private static void Write(Utf8JsonWriter json, ApiCall call, PolicyVersion policy, ApiKey key, bool whole)
    {
        json.WriteStartObject();
        json.WriteString("id", IdOf(key));
        json.WriteString("name", key.Name);
        json.WriteBoolean("enabled", true);
        json.WriteString("type", "API");
        json.WriteString("teamId", key.Team is { } team ? People.IdOf(policy, "team", team) : "");
        if (whole)
        {
            json.WriteBoolean("isAdvanced", false);
            json.WriteBoolean("allowWriteAccess", key.May(KeyRights.CreateAndUpdate));
            json.WriteBoolean("allowReadAccess", key.May(KeyRights.Read));
            json.WriteBoolean("allowDeleteAccess", key.May(KeyRights.Delete));
            json.WriteBoolean("allowConfigurationAccess", key.May(KeyRights.Configure));
            json.WriteBoolean("suppressNotifications", false);
            json.WriteBoolean("ignoreRespondersFromPayload", false);
            TeamApi.WriteMeta(json, "ownerTeam", policy, key.Team);
            json.WriteStartArray("responders");
            if (key.Team is { } owner)
            {
                json.WriteStartObject();
                json.WriteString("type", "team");
                json.WriteString("id", People.IdOf(policy, "team", owner));
                json.WriteString("name", owner);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            AlertJson.WriteTexts(json, "_readOnly", ["id", "type", "isAdvanced", "teamId"]);
        }

        json.WriteEndObject();
    }

    /// <summary>A key takes every action of the API, without filters.</summary>
    private static void WriteActions(Utf8JsonWriter json, ApiKey key)
    {
        json.WriteStartObject();
        json.WriteStartObject("_parent");
        json.WriteString("id", IdOf(key));
        json.WriteString("name", key.Name);
        json.WriteBoolean("enabled", true);
        json.WriteString("type", "API");
        json.WriteEndObject();
        foreach (var kind in new[] { "ignore", "create", "close", "acknowledge", "addNote" })
        {
            json.WriteStartArray(kind);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
