using System.Text;

namespace Correlation.EndToEnd.Durability;

/// <param name="Names">What the answer must hold: a field's name where the body has fields.</param>
internal sealed record BadBody(string Name, byte[] Bytes, string Names = "");

/// <summary>Bodies that must be refused.</summary>
internal static class BadBodies
{
    private const int Megabytes10 = 10_000_000;
    private const int Depth = 100_000;
    private const int Many = 100_000;

    /// <summary>Wherever they are sent. No notification is too large: one without alerts is refused for that.</summary>
    public static IReadOnlyList<BadBody> Any(string path) =>
    [
        Of("no JSON", "hello"),
        Of("half an object", "{\"message\":\"m\",\"ali"),
        Of("a number", "5"),
        Of("nested arrays", Repeat("[", Depth)),
        Of("nested objects", Repeat("{\"a\":", Depth)),
        Of("bytes that are no text", "\0\u0001\u0002"),
        Of(
            "10 MB",
            $"{{\"message\":\"{Repeat("x", Megabytes10)}\"}}",
            path == "/webhooks/alertmanager" ? "alerts" : "4194304"),
    ];

    private static string Pairs { get; } = string.Join(',', Enumerable.Range(0, Many).Select(i => $"\"l{i}\":\"v\""));

    public static IReadOnlyList<BadBody> Of(string path) => path switch
    {
        "/v2/alerts" =>
        [
            Of("an array", "[]", "body"),
            Of("an empty object", "{}", "message"),
            Of("a message of another type", """{"message":5}""", "message"),
            Of("tags of another type", """{"message":"m","tags":"x"}""", "tags"),
            Of("an unknown priority", """{"message":"m","priority":"P9"}""", "priority"),
            Of("a responder of another type", """{"message":"m","responders":[5]}""", "responders[0]"),
            Of("a long alias", $$"""{"message":"m","alias":"{{Repeat("a", 513)}}"}""", "alias"),
            new("no UTF-8", [.. "{\"message\":\""u8, 0xFF, 0xFE, .. "\"}"u8], "UTF-8"),
            Of("half a surrogate pair", """{"message":"\ud800"}""", "UTF-8"),
        ],
        "/v2/heartbeats" =>
        [
            Of("an empty object", "{}", "name"),
            Of("an interval of another type", """{"name":"n","interval":"x","intervalUnit":"minutes"}""", "interval"),
            Of("an unknown unit", """{"name":"n","interval":5,"intervalUnit":"years"}""", "intervalUnit"),
        ],
        "/v2/schedules" =>
        [
            Of("an empty object", "{}", "name"),
            Of("rotations of another type", """{"name":"n","rotations":5}""", "rotations"),
            Of("a rotation without anything", """{"name":"n","rotations":[{}]}""", "rotations[0].startDate"),
            Of("half a surrogate pair", """{"name":"\ud800"}""", "UTF-8"),
        ],
        "/api/v2/alerts" =>
        [
            Of("an object", "{}", "array"),
            Of("labels of another type", """[{"labels":5}]""", "[0].labels"),
            Of("no labels", """[{"annotations":{}}]""", "[0].labels"),
            Of("a label of another type", """[{"labels":{"alertname":5}}]""", "[0].labels.alertname"),
            Of("no time", """[{"labels":{"alertname":"a"},"startsAt":"yesterday"}]""", "[0].startsAt"),
            Of("an end before the start",
                """[{"labels":{"alertname":"a"},"startsAt":"2026-01-02T00:00:00Z","endsAt":"2026-01-01T00:00:00Z"}]""", "[0].endsAt"),
            Of("many labels", $$$"""[{"labels":{{{{Pairs}}}}}]""", "[0].labels"),
            new("no UTF-8", [.. "[{\"labels\":{\"alertname\":\""u8, 0xFF, .. "\"}}]"u8], "alertname"),
        ],
        "/api/v2/silences" =>
        [
            Of("an empty object", "{}", "matchers"),
            Of("matchers of another type", """{"matchers":5}""", "matchers"),
        ],
        "/webhooks/alertmanager" =>
        [
            Of("an array", "[]", "alerts"),
            Of("alerts of another type", """{"alerts":5}""", "alerts"),
            Of("labels of another type", """{"alerts":[{"status":"firing","labels":5}]}""", "[0].labels"),
            Of("many labels", $$$"""{"alerts":[{"status":"firing","labels":{{{{Pairs}}}}}]}""", "[0].labels"),
        ],
        "/api/v1/silences" =>
        [
            Of("an array", "[]", "body"),
            Of("an empty object", "{}", "endsAt"),
            Of("no time", """{"startsAt":"yesterday"}""", "startsAt"),
            Of("unknown fields", "{" + Pairs + "}", "l0"),
        ],
        "/api/v1/schedules/ml-infra/overrides" =>
        [
            Of("an array", "[]", "body"),
            Of("an empty object", "{}", "until"),
            Of("rotations of another type", """{"rotations":5}""", "rotations"),
        ],
        _ =>
        [
            Of("an array", "[]", "body"),
            Of("a user of another type", """{"user":5}""", "user"),
        ],
    };

    private static BadBody Of(string name, string text, string names = "") =>
        new(name, Encoding.UTF8.GetBytes(text), names);

    private static string Repeat(string text, int times) =>
        new StringBuilder(text.Length * times).Insert(0, text, times).ToString();
}
