using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

/// <summary>
/// Generated rubbish at every endpoint over HTTP: a clear refusal in Alertmanager's shape, and never a 5xx.
/// </summary>
public sealed class RubbishTests(AlertmanagerServer server) : IClassFixture<AlertmanagerServer>
{
    private const string Silence = """
        {"matchers":[{"name":"a","value":"b","isRegex":false,"isEqual":true}],"startsAt":"2026-01-05T10:00:00Z",
         "endsAt":"2099-01-05T10:00:00Z","createdBy":"ada","comment":"known","id":""}
        """;

    private const string Alerts = """
        [{"labels":{"alertname":"x","job":"y"},"annotations":{"a":"b"},"startsAt":"2026-01-05T10:00:00Z","generatorURL":"http://p"}]
        """;

    private const string Notification = """
        {"version":"4","receiver":"r","status":"firing","externalURL":"http://a","groupLabels":{"alertname":"x"},
         "alerts":[{"status":"firing","labels":{"alertname":"x"},"annotations":{},"startsAt":"2026-01-05T10:00:00Z"}]}
        """;

    private static readonly (string Target, string Body)[] Writes =
        [("/api/v2/silences", Silence), ("/api/v2/alerts", Alerts), ("/webhooks/alertmanager", Notification)];

    /// <summary>Each takes the place of one value.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e400", "\"\"", "[]", "{}", "[[[]]]", "\"\\u0000\"", "\"\\ud800\"",
        "\"2024-13-45T99:99\"",
        "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-14:00\"", "{\"a\":{\"b\":[null,1]}}", "\"([\"",
        "\"(?P<x>a)\"",
    ];

    private static readonly Gen<string> Damaged =
        from piece in Gen.Elements(":", ",", "\"", "{", "}", "[", "]", "a", "2", "Z")
        from value in Gen.Elements(Values)
        from place in Gen.Choose(0, 40)
        select piece + "\n" + place + "\n" + value;

    [Fact]
    public void Bodies_with_a_damaged_place_are_answered() => Check(
        from write in Gen.Elements(Writes)
        from damage in Damaged
        select ("POST", write.Target, Encoding.UTF8.GetBytes(Struck(write.Body, damage.Split('\n')))));

    [Fact]
    public void Bytes_are_answered() => Check(
        from write in Gen.Elements(Writes)
        from at in Gen.Choose(0, write.Body.Length - 1)
        from bytes in ArbMap.Default.GeneratorFor<byte[]>()
        select ("POST", write.Target, (byte[])[.. Encoding.UTF8.GetBytes(write.Body[..at]), .. bytes]));

    [Fact]
    public void Queries_are_answered() => Check(
        from path in Gen.Elements("/api/v2/alerts", "/api/v2/alerts/groups", "/api/v2/silences", "/api/v2/receivers")
        from name in Gen.Elements("filter", "receiver", "active", "silenced", "inhibited", "x")
        from words in Gen.Elements(
            "a", "=", "=~", "!=", "!~", "\"", "{", "}", "(", "[", "*", "\\", ",", " ", "é", "\0", "(?i)", "true", "")
            .ListOf()
        select ("GET", $"{path}?{name}={Uri.EscapeDataString(string.Concat(words))}", Array.Empty<byte>()));

    [Fact]
    public void Paths_of_a_silence_are_answered() => Check(
        from method in Gen.Elements("GET", "DELETE", "PUT", "PATCH")
        from id in Gen.Elements(
            "x", "%00", "%FF", "%2F", "..", "7b0e3a0c-0000-4000-8000-000000000000", "-", "%20", "{}")
        select (method, "/api/v2/silence/" + id, Array.Empty<byte>()));

    [Theory]
    [InlineData("matchers", "[]")]
    [InlineData("matchers", "7")]
    [InlineData("startsAt", "\"tomorrow\"")]
    [InlineData("endsAt", "\"2024-13-45T99:99:99Z\"")]
    [InlineData("endsAt", "7")]
    [InlineData("createdBy", "{}")]
    [InlineData("comment", "[1]")]
    public async Task A_wrong_field_of_a_silence_is_named(string field, string value)
    {
        var parts = JsonDocument.Parse(Silence).RootElement.EnumerateObject()
            .Select(p => $"\"{p.Name}\":{(p.Name == field ? value : p.Value.GetRawText())}");
        var answer = await server.SendAsync("POST", "/api/v2/silences", "{" + string.Join(',', parts) + "}");
        Assert.InRange((int)answer.Status, 400, 422);
        Assert.Contains(field.TrimEnd('s'), answer.Body, StringComparison.Ordinal);
    }

    private void Check(Gen<(string Method, string Target, byte[] Body)> requests) =>
        Prop.ForAll(requests.ToArbitrary(), request =>
        {
            var body = request.Method == "GET" ? null : request.Body;
            var answer = server.SendAsync(request.Method, request.Target, body).GetAwaiter().GetResult();
            Assert.True(
                (int)answer.Status < 500,
                $"{request.Method} {request.Target} answered {(int)answer.Status} {answer.Body} to " +
                Encoding.UTF8.GetString(request.Body));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    /// <summary>After the nth occurrence of a piece, counted round, the value stands there too.</summary>
    private static string Struck(string body, string[] damage)
    {
        var places = Enumerable.Range(0, body.Length).Where(i => body[i] == damage[0][0]).ToList();
        return places.Count == 0
            ? damage[2]
            : body.Insert(places[int.Parse(damage[1], null) % places.Count] + 1, damage[2]);
    }
}
