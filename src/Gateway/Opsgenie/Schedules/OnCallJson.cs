using System.Text.Json;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>
/// Who is on call, as a tree or flat. The names of the lists are swapped between on-calls and next on-calls; that is
/// how clients expect them.
/// </summary>
internal static class OnCallJson
{
    public static void Write(Utf8JsonWriter json, PolicyVersion policy, Schedule schedule, DateTimeOffset at, bool flat)
    {
        var onCall = OnCall.At(policy, schedule, at).Participants;
        json.WriteStartObject();
        ScheduleJson.WriteParent(json, schedule);
        if (flat)
        {
            AlertJson.WriteTexts(json, "onCallRecipients", OnCallPeople.Of(policy, onCall, at));
        }
        else
        {
            WriteAll(json, policy, "onCallParticipants", onCall);
        }

        json.WriteEndObject();
    }

    /// <summary>Next by the order of turns, and exactly next by the calendar with its hours and overrides.</summary>
    public static void WriteNext(
        Utf8JsonWriter json, PolicyVersion policy, Schedule schedule, DateTimeOffset at, bool flat)
    {
        var next = OnCallOrder.Next(schedule, Roster.Of(policy), at);
        var exactly = OnCallCalendar.Next(schedule, Roster.Of(policy), at)?.Participants ?? [];
        json.WriteStartObject();
        ScheduleJson.WriteParent(json, schedule);
        if (flat)
        {
            AlertJson.WriteTexts(json, "nextOnCallParticipants", OnCallPeople.Of(policy, next, at));
            AlertJson.WriteTexts(json, "exactNextOnCallParticipants", OnCallPeople.Of(policy, exactly, at));
        }
        else
        {
            WriteAll(json, policy, "nextOnCallRecipients", next);
            WriteAll(json, policy, "exactNextOnCallRecipients", exactly);
        }

        json.WriteEndObject();
    }

    /// <summary>Whom a step notifies, and whom of them.</summary>
    public static (string Type, string Notify) WordsOf(StepTargetType target) => target switch
    {
        StepTargetType.Next => ("schedule", "next"),
        StepTargetType.Previous => ("schedule", "previous"),
        StepTargetType.Admins => ("team", "admins"),
        StepTargetType.Random => ("team", "random"),
        StepTargetType.Team => ("team", "all"),
        var other => (other.ToString().ToLowerInvariant(), "default"),
    };

    private static void WriteAll(
        Utf8JsonWriter json, PolicyVersion policy, string name, IEnumerable<Participant> participants)
    {
        json.WriteStartArray(name);
        foreach (var participant in participants)
        {
            json.WriteStartObject();
            ScheduleJson.WriteParticipant(json, policy, participant);
            WriteWithin(json, policy, participant);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>One level: clients lose what is nested deeper.</summary>
    private static void WriteWithin(Utf8JsonWriter json, PolicyVersion policy, Participant who)
    {
        if (who.Type == ParticipantType.Team && policy.FindTeam(who.Name) is { } team)
        {
            json.WriteStartArray("onCallParticipants");
            foreach (var member in team.Members)
            {
                json.WriteStartObject();
                ScheduleJson.WriteParticipant(json, policy, Participant.User(member.User));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else if (who.Type == ParticipantType.Escalation && policy.FindEscalation(who.Name) is { } ladder)
        {
            json.WriteStartArray("onCallParticipants");
            foreach (var step in ladder.Steps)
            {
                Write(json, policy, step);
            }

            json.WriteEndArray();
        }
    }

    private static void Write(Utf8JsonWriter json, PolicyVersion policy, EscalationStep step)
    {
        var (type, notify) = WordsOf(step.Target.Type);
        json.WriteStartObject();
        json.WriteString("id", People.IdOf(policy, type, step.Target.Name));
        json.WriteString("name", step.Target.Name);
        json.WriteString("type", type);
        json.WriteNumber("escalationTime", (long)step.Delay.TotalMinutes);
        json.WriteString("notifyType", notify);
        json.WriteEndObject();
    }
}
