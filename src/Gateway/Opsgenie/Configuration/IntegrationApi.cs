using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// An integration is a key of that type. The key itself is shown when it is made, and never again: only its hash is
/// kept.
/// </summary>
internal sealed class IntegrationApi(IGrains grains, ResourceWrites writes) : ResourceApi<ApiKey>(SetOf(grains), writes)
{
    /// <summary>By type and by team, as the query says.</summary>
    protected override ApiAnswer List(ApiCall call)
    {
        var (type, id, name) = (call.Query["type"], call.Query["teamId"], call.Query["teamName"]);
        var listed = Things.Seen(call)
            .Where(key => type.Length == 0 || Same(key.IntegrationType, type))
            .Where(key => id.Length == 0 || (key.Team is { } team && Same(People.IdOf(Policy, "team", team), id)))
            .Where(key => name.Length == 0 || Same(key.Team, name));
        return Lists.Of(listed, (json, key) => Write(json, call, key, whole: false));
    }

    protected override Resource Read(ApiCall call, BodyObject body, ApiKey? before) =>
        new Resource.OfKey(IntegrationBody.Read(call, body, Policy, before ?? IntegrationBody.New(Writes.NewId())));

    protected override ApiKey Of(Resource resource) => ((Resource.OfKey)resource).Key;

    protected override ValueTask<ApiAnswer> CreatedAsync(ApiCall call, Resource resource)
    {
        var key = KeyHash.Random();
        var made = Of(resource) with { Sha256 = KeyHash.Of(key) };
        return Writes.CreateAsync(call, new Resource.OfKey(made), json =>
        {
            WriteMeta(json, made);
            json.WriteString("apiKey", key.ToString());
        });
    }

    protected override void Write(Utf8JsonWriter json, ApiCall call, ApiKey key, bool whole)
    {
        json.WriteStartObject();
        json.WriteString("id", key.IntegrationId);
        json.WriteString("name", key.Name);
        WriteMeta(json, key);
        if (whole)
        {
            json.WriteBoolean("isAdvanced", false);
            json.WriteBoolean("allowWriteAccess", key.May(KeyRights.CreateAndUpdate));
            json.WriteBoolean("allowReadAccess", key.May(KeyRights.Read));
            json.WriteBoolean("allowDeleteAccess", key.May(KeyRights.Delete));
            json.WriteBoolean("allowConfigurationAccess", key.May(KeyRights.Configure));
            json.WriteBoolean("suppressNotifications", false);
            json.WriteBoolean("ignoreRespondersFromPayload", false);
            TeamApi.WriteMeta(json, "ownerTeam", Policy, key.Team);
            json.WriteStartArray("responders");
            if (key.Team is { } owner)
            {
                json.WriteStartObject();
                json.WriteString("type", "team");
                json.WriteString("id", People.IdOf(Policy, "team", owner));
                json.WriteString("name", owner);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            AlertJson.WriteTexts(json, "_readOnly", ["id", "type", "isAdvanced", "teamId"]);
        }

        json.WriteEndObject();
    }

    protected override ApiAnswer? Part(ApiCall call, ApiKey key, string[] path) =>
        path is ["actions"] ? ApiAnswer.Ok(json => WriteActions(json, key)) : null;

    protected override ValueTask<ApiAnswer> WritePartAsync(ApiCall call, ApiKey key, string[] path) => (call.Method.ToUpperInvariant(), path) switch
    {
        ("POST", ["enable"]) => SwitchAsync(call, key, true),
        ("POST", ["disable"]) => SwitchAsync(call, key, false),
        (_, ["actions"]) => new(ApiAnswer.NotSupported(
            "An integration takes every action of the API, without filters: see kinds and routes in the configuration's files.")),
        _ => new(NoPart(call)),
    };

    private ValueTask<ApiAnswer> SwitchAsync(ApiCall call, ApiKey key, bool enabled) => Writes.ChangeAsync(
        call, key.Id, before => (new Resource.OfKey(Of(before) with { Enabled = enabled }), null),
        enabled ? "Enabled" : "Disabled", 201);

    private static ResourceSet<ApiKey> SetOf(IGrains grains) => new(
        grains, "integration", "keys", "name", policy =>
            policy.Keys.Where(key => key.Type == ApiKeyType.Integration), key => key.Name,
        key => key.IntegrationId, key => key.ByApi, (call, key) => call.Key.Sees(key.Team ?? ""));

    private void WriteMeta(Utf8JsonWriter json, ApiKey key)
    {
        json.WriteBoolean("enabled", key.Enabled);
        json.WriteString("type", key.IntegrationType);
        json.WriteString("teamId", key.Team is { } team ? People.IdOf(Policy, "team", team) : "");
    }

    /// <summary>A key takes every action of the API, without filters.</summary>
    private static void WriteActions(Utf8JsonWriter json, ApiKey key)
    {
        json.WriteStartObject();
        json.WriteStartObject("_parent");
        json.WriteString("id", key.IntegrationId);
        json.WriteString("name", key.Name);
        json.WriteBoolean("enabled", key.Enabled);
        json.WriteString("type", key.IntegrationType);
        json.WriteEndObject();
        foreach (var kind in new[] { "ignore", "create", "close", "acknowledge", "addNote" })
        {
            json.WriteStartArray(kind);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static bool Same(string? one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
