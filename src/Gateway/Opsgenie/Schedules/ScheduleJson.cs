using System.Text.Json;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>
/// Schedules, rotations and overrides as clients read them. Times are UTC: Terraform puts a Z behind any other.
/// </summary>
internal static class ScheduleJson
{
    public static void Write(Utf8JsonWriter json, PolicyVersion policy, Schedule schedule, bool withRotations)
    {
        json.WriteStartObject();
        json.WriteString("id", schedule.Id);
        json.WriteString("name", schedule.Name);
        json.WriteString("description", schedule.Description);
        json.WriteString("timezone", schedule.TimeZone);
        json.WriteBoolean("enabled", schedule.Enabled);
        if (schedule.Team is { } team)
        {
            json.WriteStartObject("ownerTeam");
            json.WriteString("id", People.IdOf(policy, "team", team));
            json.WriteString("name", team);
            json.WriteEndObject();
        }

        json.WriteStartArray("rotations");
        foreach (var rotation in withRotations ? schedule.Rotations : [])
        {
            Write(json, policy, schedule, rotation, withParent: false);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteBrief(Utf8JsonWriter json, Schedule schedule)
    {
        json.WriteStartObject();
        json.WriteString("id", schedule.Id);
        json.WriteString("name", schedule.Name);
        json.WriteBoolean("enabled", schedule.Enabled);
        json.WriteEndObject();
    }

    public static void WriteParent(Utf8JsonWriter json, Schedule schedule)
    {
        json.WritePropertyName("_parent");
        WriteBrief(json, schedule);
    }

    public static void Write(
        Utf8JsonWriter json, PolicyVersion policy, Schedule schedule, Rotation rotation, bool withParent)
    {
        var zone = DateTimeZoneProviders.Tzdb[rotation.TimeZone ?? schedule.TimeZone];
        var (type, length) = TypeOf(rotation);
        json.WriteStartObject();
        if (withParent)
        {
            WriteParent(json, schedule);
        }

        json.WriteString("id", rotation.Key);
        json.WriteString("name", rotation.Name);
        WriteTime(json, "startDate", rotation.Start, zone);
        if (rotation.End is { } end)
        {
            WriteTime(json, "endDate", end, zone);
        }

        json.WriteString("type", type);
        json.WriteNumber("length", length);
        json.WriteStartArray("participants");
        foreach (var participant in rotation.Participants)
        {
            json.WriteStartObject();
            WriteRecipient(json, policy, participant);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (rotation.Restrictions.Count > 0)
        {
            RestrictionJson.Write(json, rotation.Restrictions);
        }

        json.WriteEndObject();
    }

    public static void Write(
        Utf8JsonWriter json, PolicyVersion policy, Schedule schedule, Override made, OverrideShift shift,
        bool withParent)
    {
        json.WriteStartObject();
        if (withParent)
        {
            WriteParent(json, schedule);
        }

        json.WriteString("alias", made.Id);
        json.WriteStartObject("user");
        WriteRecipient(json, policy, shift.Who);
        json.WriteEndObject();
        AlertJson.WriteTime(json, "startDate", shift.From);
        AlertJson.WriteTime(json, "endDate", shift.Until);
        json.WriteStartArray("rotations");
        foreach (var named in shift.Rotations)
        {
            // One that is gone is still named: without a rotation it would read as an override of all of them.
            var rotation = schedule.FindRotation(named);
            json.WriteStartObject();
            json.WriteString("id", rotation?.Key ?? named);
            json.WriteString("name", rotation?.Name ?? named);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>As in rotations and overrides: a user has a username.</summary>
    public static void WriteRecipient(Utf8JsonWriter json, PolicyVersion policy, Participant who)
    {
        json.WriteString("type", TypeOf(who.Type));
        if (who.Type == ParticipantType.Nobody)
        {
            return;
        }

        json.WriteString("id", People.IdOf(policy, TypeOf(who.Type), who.Name));
        json.WriteString(who.Type == ParticipantType.User ? "username" : "name", who.Name);
    }

    /// <summary>As in on-calls and timelines: everybody has a name.</summary>
    public static void WriteParticipant(Utf8JsonWriter json, PolicyVersion policy, Participant who)
    {
        json.WriteString("type", TypeOf(who.Type));
        if (who.Type == ParticipantType.Nobody)
        {
            return;
        }

        json.WriteString("id", People.IdOf(policy, TypeOf(who.Type), who.Name));
        json.WriteString("name", who.Name);
    }

    private static string TypeOf(ParticipantType type) =>
        type == ParticipantType.Nobody ? "none" : type.ToString().ToLowerInvariant();

    /// <summary>Opsgenie has no turns of odd lengths: those it can say in whole days or hours.</summary>
    private static (string Type, int Length) TypeOf(Rotation rotation) => rotation switch
    {
        { Type: RotationType.Custom } when rotation.Length % TimeWindow.DayMinutes == 0 =>
            ("daily", rotation.Length / TimeWindow.DayMinutes),
        { Type: RotationType.Custom } => ("hourly", Math.Max(1, rotation.Length / 60)),
        _ => (rotation.Type.ToString().ToLowerInvariant(), rotation.Length),
    };

    private static void WriteTime(Utf8JsonWriter json, string name, LocalDateTime local, DateTimeZone zone) =>
        AlertJson.WriteTime(json, name, zone.AtLeniently(local).ToDateTimeOffset());
}
