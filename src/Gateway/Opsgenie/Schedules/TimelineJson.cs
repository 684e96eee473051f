using System.Text.Json;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>
/// The calendar, rotation by rotation. Who stands in for the whole schedule is in each: an override of no rotation is
/// one of all of them. A schedule without rotations has a row of its own for them.
/// </summary>
internal sealed class TimelineJson(
    PolicyVersion policy, Schedule schedule, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
{
    private static readonly Func<Duty, bool> Everybody = _ => true;

    public void Write(Utf8JsonWriter json, IReadOnlyCollection<string> expand)
    {
        json.WriteStartObject();
        ScheduleJson.WriteParent(json, schedule);
        AlertJson.WriteTime(json, "startDate", from);
        AlertJson.WriteTime(json, "endDate", to);
        var roster = Roster.Of(policy);
        Write(json, "finalTimeline", roster, Everybody);
        if (expand.Contains("base", StringComparer.OrdinalIgnoreCase))
        {
            Write(json, "baseTimeline", roster.WithoutOverrides(), Everybody);
        }

        if (expand.Contains("override", StringComparer.OrdinalIgnoreCase))
        {
            Write(json, "overrideTimeline", roster, duty => duty.Override is not null);
        }

        if (expand.Contains("forwarding", StringComparer.OrdinalIgnoreCase))
        {
            Write(json, "forwardingTimeline", roster.WithoutOverrides(), _ => false);
        }

        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, string name, Roster onCall, Func<Duty, bool> shown)
    {
        var segments = OnCallCalendar.Between(schedule, onCall, from, to).ToList();
        json.WriteStartObject(name);
        json.WriteStartArray("rotations");
        foreach (var (order, rotation) in schedule.Rotations.Index())
        {
            Write(json, (rotation.Key, rotation.Name, order + 1), Periods(segments, rotation, shown));
        }

        if (schedule.Rotations.Count == 0 && Periods(segments, null, shown) is { Count: > 0 } ofNone)
        {
            Write(json, (schedule.Id, schedule.Name, 1), ofNone);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(
        Utf8JsonWriter json, (string Id, string Name, int Order) row,
        List<(Duty Duty, DateTimeOffset From, DateTimeOffset Until)> periods)
    {
        json.WriteStartObject();
        json.WriteString("id", row.Id);
        json.WriteString("name", row.Name);
        json.WriteNumber("order", row.Order);
        json.WriteStartArray("periods");
        foreach (var (duty, since, until) in periods)
        {
            Write(json, duty, since, until);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A segment ends when anything changes; a period only when its own rotation does.</summary>
    /// <param name="rotation">Null for who stands in on a schedule that has none.</param>
    private static List<(Duty Duty, DateTimeOffset From, DateTimeOffset Until)> Periods(
        List<Segment> segments, Rotation? rotation, Func<Duty, bool> shown)
    {
        var periods = new List<(Duty Duty, DateTimeOffset From, DateTimeOffset Until)>();
        foreach (var segment in segments)
        {
            if (segment.OnCall.FirstOrDefault(duty => duty.Rotation is null || rotation?.Is(duty.Rotation) == true) is not { } duty || !shown(duty))
            {
                continue;
            }

            if (periods.Count > 0 && periods[^1] is var last && last.Until == segment.From && last.Duty == duty)
            {
                periods[^1] = last with { Until = segment.Until };
            }
            else
            {
                periods.Add((duty, segment.From, segment.Until));
            }
        }

        return periods;
    }

    private void Write(Utf8JsonWriter json, Duty duty, DateTimeOffset since, DateTimeOffset until)
    {
        json.WriteStartObject();
        AlertJson.WriteTime(json, "startDate", since);
        AlertJson.WriteTime(json, "endDate", until);
        json.WriteString("type", duty.Override is not null ? "override" : until <= now ? "historical" : "default");
        json.WriteStartObject("recipient");
        ScheduleJson.WriteParticipant(json, policy, duty.Who);
        json.WriteEndObject();
        if (duty.Instead is { Type: ParticipantType.User } instead)
        {
            json.WriteStartObject("fromUser");
            ScheduleJson.WriteParticipant(json, policy, instead);
            json.WriteEndObject();
        }

        if (duty.Who.Type is ParticipantType.Team or ParticipantType.Escalation)
        {
            json.WriteStartArray("flattenedRecipients");
            foreach (var user in OnCallPeople.Of(policy, [duty.Who], since))
            {
                json.WriteStartObject();
                ScheduleJson.WriteParticipant(json, policy, Participant.User(user));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
