using System.Text.Json;
using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>A maintenance as it is shown, wherever it was made.</summary>
/// <param name="Start">Null, as is the end, for a recurring one that never comes again.</param>
internal sealed record MaintenanceJson(
    string Id, string Description, string Status, string TimeType, DateTimeOffset? Start, DateTimeOffset? End,
    ValueList<string> Integrations)
{
    public static MaintenanceJson Of(MaintenanceState state, DateTimeOffset now) => new(
        state.Window.Id,
        state.Window.Description,
        state.Cancelled ? "cancelled" : state.EndsAt <= now ? "past" : state.StartsAt <= now ? "active" : "planned",
        state.TimeType,
        state.StartsAt,
        state.EndsAt,
        state.Window.Scope.Integrations);

    /// <summary>Of one that recurs the time that is in force or comes next.</summary>
    public static MaintenanceJson Of(MaintenanceWindow window, DateTimeOffset now)
    {
        var next = window.From(now).Select(o => (MaintenanceOccurrence?)o).FirstOrDefault();
        return new MaintenanceJson(
            window.Id,
            window.Description.Length > 0 ? $"{window.Name}: {window.Description}" : window.Name,
            next is not { } occurrence ? "past" : occurrence.IsActive(now) ? "active" : "planned",
            MaintenanceBody.Schedule,
            next?.Start,
            next?.End,
            []);
    }

    public void Write(Utf8JsonWriter json, bool withRules)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("status", Status);
        json.WriteString("description", Description);
        json.WriteStartObject("time");
        json.WriteString("type", TimeType);
        AlertJson.WriteTime(json, "startDate", Start);
        AlertJson.WriteTime(json, "endDate", End);
        json.WriteEndObject();
        if (withRules)
        {
            json.WriteStartArray("rules");
            foreach (var integration in Integrations)
            {
                json.WriteStartObject();
                json.WriteString("state", "disabled");
                json.WriteStartObject("entity");
                json.WriteString("id", integration);
                json.WriteString("type", "integration");
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
