using System.Text.Json;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>An alert or a notification policy; a PUT says all of it, as Terraform sends it.</summary>
internal static class PolicyBody
{
    private const int LongestText = 15_000;
    private const int Most = 50;
    private const string Alert = "alert";
    private const string Notification = "notification";

    public static AlertPolicy Read(BodyObject body, PolicyVersion policy, AlertPolicy before)
    {
        var isNew = before.Name.Length == 0;
        var type = body.Text("type")?.ToLowerInvariant() ?? (isNew ? Alert : TypeOf(before));
        if (type is not (Alert or Notification) || (!isNew && type != TypeOf(before)))
        {
            body.Errors.Add("type", "type must be alert or notification, and stays as it is.");
        }

        return type == Notification ? ReadPaging(body, before) : ReadShaping(body, policy, before);
    }

    public static string TypeOf(AlertPolicy rule) => rule.Paging is null ? Alert : Notification;

    private static AlertPolicy ReadPaging(BodyObject body, AlertPolicy before)
    {
        if (before.Team is null)
        {
            body.Errors.Add("teamId", "teamId can not be empty: a notification policy is of one team.");
        }

        return ReadCommon(body, before) with { Paging = PagingBody.Read(body) };
    }

    private static AlertPolicy ReadCommon(BodyObject body, AlertPolicy before) =>
        new(before.Id, Names.Read(body, "name", before.Name), CriteriaJson.Read(body, "filter"))
        {
            Team = before.Team,
            Rank = before.Rank,
            About = Text(body, "policyDescription", ""),
            Enabled = body.Flag("enabled") ?? before.Enabled,
            Hours = RestrictionJson.Read(body.Object("timeRestrictions") ?? body.Object("timeRestriction")),
        };

    private static AlertPolicy ReadShaping(BodyObject body, PolicyVersion policy, AlertPolicy before)
    {
        if (body.Text("alias") is { } alias && alias.Replace(" ", "", StringComparison.Ordinal) != "{{alias}}")
        {
            body.Errors.Add(
                "alias", "alias can only be {{alias}}: what an alert is the same as is said by who sends it.");
        }

        return ReadCommon(body, before) with
        {
            Continues = body.Flag("continue") ?? false,
            Message = Text(body, "message", "{{message}}"),
            Description = Text(body, "alertDescription", Text(body, "description", "{{description}}")),
            Entity = Text(body, "entity", "{{entity}}"),
            Source = Text(body, "source", "{{source}}"),
            Priority = ReadPriority(body),
            Actions = Strings(body, "actions"),
            Tags = Strings(body, "tags"),
            Responders = ReadResponders(body, policy),
            Details = ReadDetails(body),
            DropsActions = body.Flag("ignoreOriginalActions") ?? false,
            DropsTags = body.Flag("ignoreOriginalTags") ?? false,
            DropsResponders = body.Flag("ignoreOriginalResponders") ?? false,
            DropsDetails = body.Flag("ignoreOriginalDetails") ?? false,
            DropsTeams = body.Flag("ignoreOriginalTeams") ?? false,
        };
    }

    /// <summary>What a list leaves out.</summary>
    public static void Write(Utf8JsonWriter json, PolicyVersion policy, AlertPolicy rule)
    {
        json.WriteString("policyDescription", rule.About);
        json.WriteString("teamId", rule.Team is { } team ? People.IdOf(policy, "team", team) : "");
        CriteriaJson.Write(json, "filter", rule.Filter);
        if (rule.Hours.Count > 0)
        {
            RestrictionJson.Write(json, rule.Hours, "timeRestrictions");
        }

        if (rule.Paging is { } paging)
        {
            PagingBody.Write(json, paging);
            return;
        }

        json.WriteString("message", rule.Message);
        json.WriteString("alias", "{{alias}}");
        json.WriteString("description", rule.Description);
        json.WriteString("alertDescription", rule.Description);
        json.WriteString("entity", rule.Entity);
        json.WriteString("source", rule.Source);
        if (rule.Priority is { } priority)
        {
            json.WriteString("priority", priority.ToString());
        }

        AlertJson.WriteTexts(json, "actions", rule.Actions);
        AlertJson.WriteTexts(json, "tags", rule.Tags);
        WriteResponders(json, policy, rule.Responders);
        json.WriteStartObject("details");
        foreach (var (name, value) in rule.Details)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteBoolean("continue", rule.Continues);
        json.WriteBoolean("ignoreOriginalActions", rule.DropsActions);
        json.WriteBoolean("ignoreOriginalTags", rule.DropsTags);
        json.WriteBoolean("ignoreOriginalResponders", rule.DropsResponders);
        json.WriteBoolean("ignoreOriginalDetails", rule.DropsDetails);
        json.WriteBoolean("ignoreOriginalTeams", rule.DropsTeams);
    }

    /// <summary>By id alone: Terraform compares all that is there with what its files have, which is that.</summary>
    private static void WriteResponders(Utf8JsonWriter json, PolicyVersion policy, ValueList<Responder> responders)
    {
        json.WriteStartArray("responders");
        foreach (var responder in responders)
        {
            json.WriteStartObject();
            json.WriteString("type", responder.Type);
            json.WriteString("id", People.IdOf(policy, responder.Type, responder.Name));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Text(BodyObject body, string name, string otherwise) =>
        Texts.Cut(body.Text(name) ?? otherwise, LongestText);

    private static Priority? ReadPriority(BodyObject body)
    {
        if (body.Text("priority") is not { } text)
        {
            return null;
        }

        if (PriorityRules.TryParse(text, out var priority))
        {
            return priority;
        }

        body.Errors.Add("priority", "priority must be one of P1, P2, P3, P4, P5.");
        return null;
    }

    private static ValueList<string> Strings(BodyObject body, string name)
    {
        var texts = body.Strings(name) ?? [];
        if (texts.Count > Most)
        {
            body.Errors.Add(name, $"{name} must hold at most {Most}.");
        }

        return texts.Take(Most).ToValueList();
    }

    private static ValueList<Responder> ReadResponders(BodyObject body, PolicyVersion policy) => (body.Objects("responders") ?? []).Take(Most)
        .Select(responder =>
        {
            var type = responder.Text("type")?.ToLowerInvariant() ?? (responder.Has("username") ? "user" : "team");
            if (type is not ("user" or "team" or "escalation" or "schedule"))
            {
                responder.Errors.Add(responder.PathOf("type"), "type must be one of user, team, escalation, schedule.");
                return new Responder("team", "");
            }

            return new Responder(type, Names.Reference(responder, type, policy));
        })
        .ToValueList();

    /// <summary>A map; the Go SDK makes one of <c>name:value</c>.</summary>
    private static Labels ReadDetails(BodyObject body)
    {
        if (body.Raw("details") is { ValueKind: JsonValueKind.Array })
        {
            return Labels.From((body.Strings("details") ?? []).Take(Most).Select(text => text.Split(':', 2))
                .Select(parts => KeyValuePair.Create(parts[0].Trim(), parts.Length > 1 ? parts[1].Trim() : "")));
        }

        return body.Object("details") is { } map
            ? Labels.From(
                map.Names.Take(Most).Select(name => KeyValuePair.Create(Texts.Clean(name), map.Text(name) ?? "")))
            : Labels.Empty;
    }
}
