using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correlation.TestKit.Processes;

namespace Correlation.TestKit.Peers;

/// <summary>An ntfy server (2.16 or later) that wants a token, and what a phone that listens shows of it.</summary>
public sealed partial class NtfyPeer : Peer
{
    public const string Token = "tk_secret0123456789";

    private const int LargestBody = 8 * 1024;
    private const int LongestMessage = 4_096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonElement> _shown = [];

    public override int Taken => Shown.Count;

    /// <summary>By topic and sequence: a later message of a sequence takes the place of the earlier.</summary>
    public IReadOnlyDictionary<string, JsonElement> Shown
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, JsonElement>(_shown);
            }
        }
    }

    protected override SinkAnswer Answer(SinkRequest request)
    {
        if (request.Method is not ("POST" or "PUT") || request.Path != "/")
        {
            return Refused(404, 40401, "page not found");
        }

        if (Header(request, "Authorization") != $"Bearer {Token}")
        {
            return Refused(401, 40101, "unauthorized");
        }

        if (request.Body.Length > LargestBody)
        {
            return Refused(413, 41303, "JSON body too large");
        }

        JsonElement message;
        try
        {
            message = request.Json;
        }
        catch (JsonException)
        {
            return Refused(400, 40017, "invalid request: request body must be valid JSON");
        }

        var topic = Text(message, "topic");
        if (!Topic().IsMatch(topic))
        {
            return Refused(400, 40009, "invalid request: topic invalid");
        }

        if (!Find(message, "priority").TryGetInt32(out var priority) || priority is < 1 or > 5)
        {
            return Refused(400, 40007, "invalid request: priority invalid");
        }

        if (Encoding.UTF8.GetByteCount(Text(message, "message")) > LongestMessage)
        {
            return Refused(400, 40014, "invalid request: attachments not allowed");
        }

        var actions = Find(message, "actions");
        if (actions.ValueKind == JsonValueKind.Array &&
            (actions.GetArrayLength() > 3 || !actions.EnumerateArray().All(IsAction)))
        {
            return Refused(400, 40018, "invalid request: actions invalid");
        }

        lock (_lock)
        {
            var id = $"m{_shown.Count:D11}";
            _shown[$"{topic}/{Text(message, "sequence_id")}"] = message.Clone();
            return Json(
                200, new { id, time = 1767607200, @event = "message", topic, message = Text(message, "message") });
        }
    }

    private static bool IsAction(JsonElement action) =>
        Text(action, "action") == "http" && Text(action, "label").Length > 0 &&
        Uri.TryCreate(Text(action, "url"), UriKind.Absolute, out _);

    private static SinkAnswer Refused(int http, int code, string error) => Json(http, new { code, http, error });

    [GeneratedRegex("^[-_A-Za-z0-9]{1,64}$")]
    private static partial Regex Topic();
}
