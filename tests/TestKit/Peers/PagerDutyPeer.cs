using System.Globalization;
using System.Text.Json;
using Correlation.TestKit.Processes;

namespace Correlation.TestKit.Peers;

/// <summary>PagerDuty's Events API v2, with the alerts that it keeps.</summary>
public sealed class PagerDutyPeer : Peer
{
    public const string RoutingKey = "0123456789abcdef0123456789abcdef";

    private static readonly string[] Severities = ["critical", "error", "warning", "info"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _alerts = [];

    public override int Taken => Alerts.Count;

    /// <summary>Status of each open alert, by its dedup key.</summary>
    public IReadOnlyDictionary<string, string> Alerts
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, string>(_alerts);
            }
        }
    }

    protected override SinkAnswer Answer(SinkRequest request)
    {
        if (request.Method != "POST" || request.Path != "/v2/enqueue")
        {
            return new SinkAnswer(404);
        }

        if (request.Body.Length > 512 * 1024)
        {
            return new SinkAnswer(413);
        }

        var sent = request.Json;
        var errors = Errors(sent).ToList();
        if (!IsJson(request) || errors.Count > 0)
        {
            return Json(400, new { status = "invalid event", message = "Event object is invalid", errors });
        }

        var key = Text(sent, "dedup_key");
        lock (_lock)
        {
            switch (Text(sent, "event_action"))
            {
                case "trigger":
                    _alerts[key] = "triggered";
                    break;
                case "acknowledge" when _alerts.ContainsKey(key):
                    _alerts[key] = "acknowledged";
                    break;
                case "resolve":
                    _alerts.Remove(key);
                    break;
            }
        }

        return Json(202, new { status = "success", message = "Event processed", dedup_key = key });
    }

    private static IEnumerable<string> Errors(JsonElement sent)
    {
        if (Text(sent, "routing_key") != RoutingKey)
        {
            yield return "'routing_key' is invalid";
        }

        if (Text(sent, "dedup_key").Length is 0 or > 255)
        {
            yield return "'dedup_key' is invalid";
        }

        switch (Text(sent, "event_action"))
        {
            case "acknowledge" or "resolve":
                yield break;
            case not "trigger":
                yield return "'event_action' is invalid";
                yield break;
        }

        var payload = Find(sent, "payload");
        if (Text(payload, "summary").Length is 0 or > 1_024 || Text(payload, "source").Length == 0)
        {
            yield return "'payload.summary' and 'payload.source' are required";
        }

        if (!Severities.Contains(Text(payload, "severity")))
        {
            yield return "'payload.severity' is invalid";
        }

        if (!DateTimeOffset.TryParse(Text(payload, "timestamp"), CultureInfo.InvariantCulture, out _))
        {
            yield return "'payload.timestamp' is invalid";
        }
    }
}
