using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Opsgenie.Schedules;
using Correlation.Gateway.Seams;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>Escalations with their rules, which are our steps.</summary>
internal sealed class EscalationApi(IGrains grains, ResourceWrites writes) : ResourceApi<Escalation>(
    SetOf(grains), writes)
{
    protected override Resource Read(ApiCall call, BodyObject body, Escalation? before) =>
        new Resource.OfEscalation(EscalationBody.Read(call, body, Policy, before ?? new Escalation("", "", null, []) { Id = Writes.NewId() }));

    protected override Escalation Of(Resource resource) => ((Resource.OfEscalation)resource).Escalation;

    protected override void Write(Utf8JsonWriter json, ApiCall call, Escalation ladder, bool whole)
    {
        json.WriteStartObject();
        json.WriteString("id", People.IdOf(ladder));
        json.WriteString("name", ladder.Name);
        json.WriteString("description", ladder.Description);
        TeamApi.WriteMeta(json, "ownerTeam", Policy, ladder.Team);
        json.WriteStartArray("rules");
        foreach (var step in ladder.Steps.OrderBy(step => step.Delay))
        {
            WriteRule(json, step);
        }

        json.WriteEndArray();
        if (ladder.Repeat is { } repeat)
        {
            WriteRepeat(json, repeat);
        }
        else if (whole && call.Query["identifierType"].Equals("name", StringComparison.OrdinalIgnoreCase))
        {
            // Terraform's data source, which alone asks by name, takes one for granted; its resource takes one for a
            // change when its files have none.
            WriteRepeat(json, new EscalationRepeat(null, 0, ResetsAcknowledgement: false, ClosesAfterAll: false));
        }

        json.WriteEndObject();
    }

    private static void WriteRepeat(Utf8JsonWriter json, EscalationRepeat repeat)
    {
        json.WriteStartObject("repeat");
        json.WriteNumber("waitInterval", (long)(repeat.Wait ?? TimeSpan.Zero).TotalMinutes);
        json.WriteNumber("count", repeat.Count ?? 0);
        json.WriteBoolean("resetRecipientStates", repeat.ResetsAcknowledgement);
        json.WriteBoolean("closeAlertAfterAll", repeat.ClosesAfterAll);
        json.WriteEndObject();
    }

    private static ResourceSet<Escalation> SetOf(IGrains grains) => new(
        grains, "escalation", "escalations", "name", policy => policy.Escalations, ladder => ladder.Name, People.IdOf,
        ladder => ladder.ByApi, (call, ladder) => call.Key.Sees(ladder.Team ?? ""));

    private void WriteRule(Utf8JsonWriter json, EscalationStep step)
    {
        var (type, notify) = OnCallJson.WordsOf(step.Target.Type);
        json.WriteStartObject();
        json.WriteString("condition", step.Condition == StepCondition.IfNotClosed ? "if-not-closed" : "if-not-acked");
        json.WriteString(
            "notifyType", step is { Said.Length: > 0, Target.Type: StepTargetType.Team } ? step.Said : notify);
        DurationJson.Write(json, "delay", step.Delay);
        json.WriteStartObject("recipient");
        json.WriteString("type", type);
        json.WriteString("id", People.IdOf(Policy, type, step.Target.Name));
        json.WriteString(type == "user" ? "username" : "name", step.Target.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
