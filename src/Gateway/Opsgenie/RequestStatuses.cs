using Correlation.Gateway.Keys;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// GET /v2/alerts/requests/{id}: what became of an accepted write. The id is the position in the log, so the answer is
/// there as soon as the client can ask.
/// </summary>
internal sealed class RequestStatuses(IGrains grains, IReads reads)
{
    public async ValueTask<ApiAnswer> FindAsync(ApiCall call, string requestId)
    {
        if (!LogPosition.TryParse(requestId, out var position) ||
            await reads.FindRequestAsync(position, call.Aborted) is not { } status)
        {
            return ApiAnswer.NotFound($"There is no request '{requestId}', or its status is no longer kept.");
        }

        if (call.Key.Team is not null && await TeamOfAsync(status, call.Aborted) is { } team && !call.Key.Sees(team))
        {
            return ApiAnswer.OtherTeam(call.Key, $"what the request '{requestId}' was for");
        }

        var done = status.Outcome is Outcome.Material or Outcome.Repeat &&
            !status.Reason.StartsWith("Alert is already", StringComparison.Ordinal);
        return ApiAnswer.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success", done);
            json.WriteBoolean("isSuccess", done);
            json.WriteString("action", ActionOf(status.Action));
            AlertJson.WriteTime(json, "processedAt", status.At);
            json.WriteString("integrationId", "");
            json.WriteString("status", status.Reason);
            json.WriteString("alertId", status.AlertId?.ToString() ?? "");
            json.WriteString("alias", status.Alias ?? "");
            json.WriteEndObject();
        });
    }

    /// <summary>Null when what was asked for is not there: its status is then about nobody's things.</summary>
    private async ValueTask<string?> TeamOfAsync(RequestStatus status, CancellationToken cancellationToken) =>
        status.AlertId is { } id && await reads.FindAlertAsync(AlertRef.ById(id), cancellationToken) is { } view
            ? view.Alert.Class.Team
            : await grains.ReadAsync(status.Grain) switch
            {
                AlertState alert => alert.Class.Team,
                HeartbeatState heartbeat => heartbeat.Settings.OwnerTeam,
                IncidentState incident => incident.Team,
                _ => null,
            };

    private static string ActionOf(string command) => WithoutFamily(command) switch
    {
        "receive" => "Create",
        "close" => "Close",
        "delete" => "Delete",
        "acknowledge" => "Acknowledge",
        "unacknowledge" => "UnAcknowledge",
        "snooze" => "Snooze",
        "assign" => "Assign",
        "escalate" => "EscalateNext",
        "addNote" => "AddNote",
        "addTags" => "AddTags",
        "removeTags" => "RemoveTags",
        "addDetails" => "AddDetails",
        "removeDetails" => "RemoveDetails",
        "setMessage" => "UpdateMessage",
        "setDescription" => "UpdateDescription",
        "setPriority" => "UpdatePriority",
        "addResponder" => "AddResponder",
        "runAction" => "ExecuteCustomAction",
        "ping" => "Ping",
        var other => other,
    };

    private static string WithoutFamily(string command) =>
        command[(command.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
