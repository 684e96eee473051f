using System.Globalization;
using System.Text.Json;
using Correlation.TestKit.Processes;

namespace Correlation.TestKit.Peers;

/// <summary>
/// Slack's Web API, as far as an app that posts and updates messages meets it, and an incoming webhook.
/// </summary>
public sealed class SlackPeer : Peer
{
    public const string Token = "xoxb-1111-secret-token";
    public const string Hook = "/services/T000/B000/secret-part";

    private static readonly string[] KnownBlocks = ["header", "section", "actions", "context"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonElement> _messages = [];

    public override int Taken => Messages.Count;

    /// <summary>What is shown now, by channel and time stamp.</summary>
    public IReadOnlyDictionary<string, JsonElement> Messages
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, JsonElement>(_messages);
            }
        }
    }

    protected override SinkAnswer Answer(SinkRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/api/chat.postMessage") => Api(request, Post),
        ("POST", "/api/chat.update") => Api(request, Update),
        ("POST", Hook) => Webhook(request),
        ("POST", _) when request.Path.StartsWith("/services/", StringComparison.Ordinal) =>
            new SinkAnswer(404, "no_service"),
        _ => Refused("unknown_method"),
    };

    private static SinkAnswer Api(SinkRequest request, Func<JsonElement, SinkAnswer> method) =>
        !IsJson(request) ? Refused("invalid_form_data")
        : Header(request, "Authorization") is not { Length: > 0 } authorization ? Refused("not_authed")
        : authorization != $"Bearer {Token}" ? Refused("invalid_auth")
        : method(request.Json);

    private SinkAnswer Post(JsonElement message)
    {
        var channel = Text(message, "channel");
        if (channel.Length == 0 || channel[0] is not ('C' or 'U' or 'D'))
        {
            return Refused("channel_not_found");
        }

        lock (_lock)
        {
            var ts = string.Create(CultureInfo.InvariantCulture, $"1767607200.{_messages.Count + 1:D6}");
            return Keep(channel, ts, message);
        }
    }

    private SinkAnswer Update(JsonElement message)
    {
        lock (_lock)
        {
            var (channel, ts) = (Text(message, "channel"), Text(message, "ts"));
            return _messages.ContainsKey($"{channel}/{ts}") ? Keep(channel, ts, message) : Refused("message_not_found");
        }
    }

    private SinkAnswer Keep(string channel, string ts, JsonElement message)
    {
        if (Fault(message) is { } fault)
        {
            return Refused(fault);
        }

        _messages[$"{channel}/{ts}"] = message.Clone();
        return Json(200, new { ok = true, channel, ts, message = new { text = Text(message, "text") } });
    }

    private SinkAnswer Webhook(SinkRequest request)
    {
        if (!IsJson(request) || Fault(request.Json) is not null)
        {
            return new SinkAnswer(400, "invalid_payload");
        }

        lock (_lock)
        {
            _messages[$"hook/{_messages.Count}"] = request.Json.Clone();
        }

        return new SinkAnswer(200, "ok");
    }

    private static string? Fault(JsonElement message)
    {
        if (Text(message, "text").Length is 0 or > 40_000)
        {
            return "no_text";
        }

        var blocks = Find(message, "blocks");
        return blocks.ValueKind == JsonValueKind.Array && blocks.GetArrayLength() <= 50 &&
            blocks.EnumerateArray().All(IsBlock)
                ? null
                : "invalid_blocks";
    }

    private static bool IsBlock(JsonElement block) => KnownBlocks.Contains(Text(block, "type")) && Text(block, "type") switch
    {
        "header" => IsText(Find(block, "text"), 150, "plain_text"),
        "section" => Find(block, "fields") is { ValueKind: JsonValueKind.Array } fields
            ? fields.GetArrayLength() is > 0 and <= 10 && fields.EnumerateArray().All(f => IsText(f, 2_000))
            : IsText(Find(block, "text"), 3_000),
        "actions" => Elements(block).Count is > 0 and <= 25 && Elements(block).TrueForAll(IsButton),
        _ => Elements(block).Count is > 0 and <= 10 && Elements(block).TrueForAll(e => IsText(e, 3_000)),
    };

    private static bool IsButton(JsonElement button) =>
        Text(button, "type") == "button" && IsText(Find(button, "text"), 75, "plain_text") &&
        Text(button, "value").Length <= 2_000 && Text(button, "action_id").Length is > 0 and <= 255;

    private static List<JsonElement> Elements(JsonElement block) =>
        Find(block, "elements") is { ValueKind: JsonValueKind.Array } elements ? [.. elements.EnumerateArray()] : [];

    private static bool IsText(JsonElement text, int longest, string? type = null) =>
        Text(text, "type") is "plain_text" or "mrkdwn" && (type ?? Text(text, "type")) == Text(text, "type") &&
        Text(text, "text").Length > 0 && Text(text, "text").Length <= longest;

    private static SinkAnswer Refused(string error) => Json(200, new { ok = false, error });
}
