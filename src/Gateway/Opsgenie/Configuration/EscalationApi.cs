using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>Escalations with their rules, which are our steps.</summary>
internal static class EscalationApi
{
    public static FileOwnedApi<Escalation> Of(IGrains grains) => new(
        new FileOwned<Escalation>(
            grains, "escalation", "escalations", "name", policy => policy.Escalations, ladder => ladder.Name,
            (policy, ladder) => People.IdOf(policy, "escalation", ladder.Name), (call, ladder) => call.Key.Sees(ladder.Team ?? "")),
        (json, _, ladder, _) => Write(json, grains.Policy, ladder),
        (_, _, _) => null);

    private static void Write(Utf8JsonWriter json, PolicyVersion policy, Escalation ladder)
    {
        json.WriteStartObject();
        json.WriteString("id", People.IdOf(policy, "escalation", ladder.Name));
        json.WriteString("name", ladder.Name);
        json.WriteString("description", ladder.Description);
        TeamApi.WriteMeta(json, "ownerTeam", policy, ladder.Team);
        json.WriteStartArray("rules");
        foreach (var step in ladder.Steps.OrderBy(step => step.Delay))
        {
            WriteRule(json, policy, step);
        }

        json.WriteEndArray();
        if (ladder.Repeat is { } repeat)
        {
            json.WriteStartObject("repeat");
            json.WriteNumber("waitInterval", (long)(repeat.Wait ?? TimeSpan.Zero).TotalMinutes);
            json.WriteNumber("count", repeat.Count ?? 0);
            json.WriteBoolean("resetRecipientStates", repeat.ResetsAcknowledgement);
            json.WriteBoolean("closeAlertAfterAll", repeat.ClosesAfterAll);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, PolicyVersion policy, EscalationStep step)
    {
        var (type, notify) = OnCallJson.WordsOf(step.Target.Type);
        json.WriteStartObject();
        json.WriteString("condition", step.Condition == StepCondition.IfNotClosed ? "if-not-closed" : "if-not-acked");
        json.WriteString("notifyType", notify);
        json.WriteStartObject("delay");
        json.WriteNumber("timeAmount", (long)step.Delay.TotalMinutes);
        json.WriteString("timeUnit", "minutes");
        json.WriteEndObject();
        json.WriteStartObject("recipient");
        json.WriteString("type", type);
        json.WriteString("id", People.IdOf(policy, type, step.Target.Name));
        json.WriteString(type == "user" ? "username" : "name", step.Target.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
