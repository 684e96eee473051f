using System.Text.Json;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// The alert as clients decode it: the short number is a text, times that are not there are left out (never ""), every
/// responder has an id, values of details are texts.
/// </summary>
internal static class AlertJson
{
    /// <summary>Opsgenie's count stops here; the native API shows the exact one.</summary>
    private const long MostCounted = 100;

    public static void WriteListItem(Utf8JsonWriter writer, AlertView view, PolicyVersion policy)
    {
        writer.WriteStartObject();
        WriteBase(writer, view, policy);
        writer.WriteEndObject();
    }

    public static void WriteWhole(Utf8JsonWriter writer, AlertView view, PolicyVersion policy)
    {
        var alert = view.Alert;
        writer.WriteStartObject();
        WriteBase(writer, view, policy);
        WriteTexts(writer, "actions", alert.Class.Actions);
        writer.WriteString("entity", alert.Signal.Entity.Length > 0 ? alert.Signal.Entity : alert.Class.Entity);
        writer.WriteString("description", alert.Description);
        writer.WriteStartObject("details");
        foreach (var (name, value) in alert.Details)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } at)
        {
            writer.WriteString(name, at.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void WriteBase(Utf8JsonWriter writer, AlertView view, PolicyVersion policy)
    {
        var (alert, handling) = (view.Alert, AlertHandling.Of(view));
        writer.WriteString("id", alert.Id);
        writer.WriteString("tinyId", alert.Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        writer.WriteString("alias", alert.Alias);
        writer.WriteString("message", alert.Message);
        writer.WriteString("status", alert.Status == AlertStatus.Open ? "open" : "closed");
        writer.WriteBoolean("acknowledged", handling.Acknowledged);
        writer.WriteBoolean("isSeen", alert.Seen);
        writer.WriteBoolean("seen", alert.Seen);
        WriteTexts(writer, "tags", alert.Tags);
        writer.WriteBoolean("snoozed", handling.SnoozedUntil is not null);
        WriteTime(writer, "snoozedUntil", handling.SnoozedUntil);
        writer.WriteNumber("count", Math.Min(alert.Count.Seen, MostCounted));
        WriteTime(writer, "lastOccurredAt", alert.Count.LastSeenAt);
        WriteTime(writer, "createdAt", alert.CreatedAt);
        WriteTime(writer, "updatedAt", alert.UpdatedAt);
        writer.WriteString("source", alert.Signal.Source);
        writer.WriteString("owner", handling.Owner);
        var team = alert.Class.Team;
        writer.WriteString("ownerTeamId", team.Length > 0 ? People.IdOf(policy, "team", team) : "");
        writer.WriteString("priority", alert.Priority.ToString());
        WriteResponders(writer, alert, policy);
        WriteIntegration(writer, alert.Signal.Integration);
        WriteReport(writer, alert, handling);
    }

    private static void WriteResponders(Utf8JsonWriter writer, AlertState alert, PolicyVersion policy)
    {
        var responders = alert.Signal.Responders
            .Concat(alert.Edits.AddedResponders)
            .Append(new Responder("team", alert.Class.Team))
            .Where(r => r.Name.Length > 0)
            .Select(r => (r.Type, Id: People.IdOf(policy, r.Type, r.Name)))
            .Distinct()
            .ToList();
        writer.WriteStartArray("responders");
        foreach (var (type, id) in responders)
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("id", id);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("teams");
        foreach (var (_, id) in responders.Where(r => r.Type == "team"))
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteIntegration(Utf8JsonWriter writer, Integration integration)
    {
        writer.WriteStartObject("integration");
        writer.WriteString("id", integration.Id);
        writer.WriteString("name", integration.Name);
        writer.WriteString("type", integration.Type);
        writer.WriteEndObject();
    }

    /// <summary>Times are whole milliseconds since the creation.</summary>
    private static void WriteReport(Utf8JsonWriter writer, AlertState alert, AlertHandling handling)
    {
        writer.WriteStartObject("report");
        WriteSince(writer, "ackTime", alert.CreatedAt, handling.AcknowledgedAt);
        WriteSince(writer, "closeTime", alert.CreatedAt, alert.ClosedAt);
        WriteIfAny(writer, "acknowledgedBy", handling.AcknowledgedBy);
        WriteIfAny(writer, "closedBy", alert.ClosedBy);
        writer.WriteEndObject();
    }

    private static void WriteSince(Utf8JsonWriter writer, string name, DateTimeOffset created, DateTimeOffset? at)
    {
        if (at is { } time)
        {
            writer.WriteNumber(name, Math.Max(0, (long)(time - created).TotalMilliseconds));
        }
    }

    private static void WriteIfAny(Utf8JsonWriter writer, string name, string text)
    {
        if (text.Length > 0)
        {
            writer.WriteString(name, text);
        }
    }
}
