using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>Teams with their members, and the one routing rule that each has: to its escalation.</summary>
internal static class TeamApi
{
    public static FileOwnedApi<Team> Of(IGrains grains) => new(
        new FileOwned<Team>(
            grains, "team", "teams", "name", policy => policy.Teams, team => team.Name,
            (policy, team) => People.IdOf(policy, "team", team.Name), (call, team) => call.Key.Sees(team.Name)),
        (json, _, team, whole) => Write(json, grains.Policy, team, whole),
        (_, team, path) => Part(grains.Policy, team, path));

    public static void WriteMeta(Utf8JsonWriter json, string property, PolicyVersion policy, string? team)
    {
        if (string.IsNullOrEmpty(team))
        {
            return;
        }

        json.WriteStartObject(property);
        json.WriteString("id", People.IdOf(policy, "team", team));
        json.WriteString("name", team);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PolicyVersion policy, Team team, bool whole)
    {
        json.WriteStartObject();
        json.WriteString("id", People.IdOf(policy, "team", team.Name));
        json.WriteString("name", team.Name);
        json.WriteString("description", team.Description);
        if (whole)
        {
            json.WriteStartArray("members");
            foreach (var member in team.Members)
            {
                json.WriteStartObject();
                json.WriteStartObject("user");
                json.WriteString("id", People.IdOf(policy, "user", member.User));
                json.WriteString("username", member.User);
                json.WriteEndObject();
                json.WriteString("role", member.Admin ? "admin" : "user");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static ApiAnswer? Part(PolicyVersion policy, Team team, string[] path)
    {
        var rule = People.DerivedIdOf("routing rule", team.Name);
        return path switch
        {
            ["routing-rules"] => ApiAnswer.Ok(json =>
            {
                json.WriteStartArray();
                WriteRule(json, policy, team, rule);
                json.WriteEndArray();
            }),
            ["routing-rules", var id] when id == rule => ApiAnswer.Ok(json => WriteRule(json, policy, team, rule)),
            ["routing-rules", var id] => ApiAnswer.NotFound($"The team '{team.Name}' has no routing rule '{id}'."),
            ["roles"] => Lists.Empty(),
            ["logs"] => ApiAnswer.Ok(json =>
            {
                json.WriteStartObject();
                json.WriteString("offset", "");
                json.WriteStartArray("logs");
                json.WriteEndArray();
                json.WriteEndObject();
            }),
            _ => null,
        };
    }

    private static void WriteRule(Utf8JsonWriter json, PolicyVersion policy, Team team, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("name", "Default Routing Rule");
        json.WriteBoolean("isDefault", true);
        json.WriteNumber("order", 0);
        json.WriteStartObject("criteria");
        json.WriteString("type", "match-all");
        json.WriteEndObject();
        json.WriteString("timezone", "UTC");
        json.WriteStartObject("notify");
        json.WriteString("type", "escalation");
        json.WriteString("id", People.IdOf(policy, "escalation", team.Escalation));
        json.WriteString("name", team.Escalation);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
