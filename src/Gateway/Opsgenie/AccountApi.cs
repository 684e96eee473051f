using System.Text.Json;
using Correlation.Gateway.Seams;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// What clients ask before they begin: the account, the limits. There is one account and no limit it pays for.
/// </summary>
internal sealed class AccountApi(IGrains grains)
{
    private static readonly string[] Domains =
        ["alert", "heartbeat", "integration", "configuration", "incident", "search"];

    public ApiAnswer Account() => ApiAnswer.Ok(json =>
    {
        json.WriteStartObject();
        json.WriteString("name", "Correlation");
        json.WriteNumber("userCount", grains.Policy.Users.Count);
        json.WriteStartObject("plan");
        json.WriteNumber("maxUserCount", int.MaxValue);
        json.WriteString("name", "Self-hosted");
        json.WriteBoolean("isYearly", false);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>The backup tool refuses fields it does not know and wants the periods 1 and 60.</summary>
    public static ApiAnswer RequestLimits() => ApiAnswer.Ok(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("rateLimits");
        foreach (var domain in Domains)
        {
            json.WriteStartObject();
            json.WriteString("domain", domain);
            json.WriteStartArray("limits");
            WriteLimit(json, 10_000, 1);
            WriteLimit(json, 600_000, 60);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>
    /// Opsgenie's incidents are another thing than ours, which are under /api/v1: this list is always empty.
    /// </summary>
    public static ApiAnswer Incidents(ApiCall call) => ApiAnswer.Ok(json =>
    {
        json.WriteStartArray();
        json.WriteEndArray();
    }) with
    { Paging = Paging.ByOffset(call, 0, 20, more: false) };

    private static void WriteLimit(Utf8JsonWriter json, int limit, int seconds)
    {
        json.WriteStartObject();
        json.WriteNumber("limit", limit);
        json.WriteNumber("periodInSeconds", seconds);
        json.WriteEndObject();
    }
}
