using System.Text.Json;
using Correlation.TestKit.Processes;

namespace Correlation.TestKit.Peers;

/// <summary>An Opsgenie-shaped alert API of somebody else, with the alerts that it keeps.</summary>
public sealed class OpsgeniePeer : Peer
{
    public const string Key = "7f3c2d10-secret-4b7a-9e1f-0123456789ab";

    private const string Alerts = "/v2/alerts";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _alerts = [];
    private readonly Dictionary<string, string> _priorities = [];

    public override int Taken => ByAlias.Count;

    /// <summary>Status of each alert, by its alias.</summary>
    public IReadOnlyDictionary<string, string> ByAlias
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, string>(_alerts);
            }
        }
    }

    /// <summary>Priority of each alert, by its alias.</summary>
    public IReadOnlyDictionary<string, string> Priorities
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, string>(_priorities);
            }
        }
    }

    protected override SinkAnswer Answer(SinkRequest request)
    {
        if (Header(request, "Authorization") != $"GenieKey {Key}")
        {
            return Refused(422, "Key format is not valid!");
        }

        var method = request.Path.EndsWith("/priority", StringComparison.Ordinal) ? "PUT" : "POST";
        if (request.Method != method || !IsJson(request))
        {
            return Refused(415, "Content type is not supported");
        }

        if (request.Path == Alerts)
        {
            return Create(request.Json);
        }

        var path = request.Path[(Alerts.Length + 1)..].Split('/');
        if (path.Length != 2 || request.Query != "?identifierType=alias")
        {
            return Refused(404, "Not found");
        }

        return Act(Uri.UnescapeDataString(path[0]), path[1], request.Json);
    }

    private SinkAnswer Create(JsonElement alert)
    {
        if (Text(alert, "message").Length is 0 or > 130 || Text(alert, "alias").Length is 0 or > 512 ||
            Text(alert, "description").Length > 15_000 || Text(alert, "entity").Length > 512 ||
            Text(alert, "priority") is not ['P', >= '1' and <= '5'])
        {
            return Refused(422, "Request body is not processable. Please check the errors.");
        }

        lock (_lock)
        {
            // One that is open is counted once more, and is otherwise left as it is.
            var alias = Text(alert, "alias");
            if (_alerts.GetValueOrDefault(alias, "closed") == "closed")
            {
                _alerts[alias] = "open";
                _priorities[alias] = Text(alert, "priority");
            }
        }

        return Taken202();
    }

    /// <summary>What does not exist is found out later, behind the answer.</summary>
    private SinkAnswer Act(string alias, string action, JsonElement body)
    {
        lock (_lock)
        {
            var known = _alerts.ContainsKey(alias);
            switch (action)
            {
                case "acknowledge" when known:
                    _alerts[alias] = "acknowledged";
                    break;
                case "close" when known:
                    _alerts[alias] = "closed";
                    break;
                case "priority" when Text(body, "priority") is not ['P', >= '1' and <= '5']:
                    return Refused(422, "Priority should be one of P1, P2, P3, P4 and P5.");
                case "priority" when known:
                    _priorities[alias] = Text(body, "priority");
                    break;
                case "notes" when Text(body, "note").Length == 0:
                    return Refused(422, "Note can not be empty.");
                case "acknowledge" or "close" or "notes" or "priority":
                    break;
                default:
                    return Refused(404, "Not found");
            }
        }

        return Taken202();
    }

    private static SinkAnswer Taken202() => Json(
        202,
        new { result = "Request will be processed", took = 0.12, requestId = "43a29c5c-3dbf-4fa4-9c26-f4f71023e120" });

    private static SinkAnswer Refused(int status, string message) =>
        Json(status, new { message, took = 0.001, requestId = "43a29c5c-3dbf-4fa4-9c26-f4f71023e120" });
}
