using System.Text;
using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class BadInputTests(NativeServer server) : IClassFixture<NativeServer>
{
    private const string Nobody = "00000000-0000-4000-8000-000000000000";

    [Theory]
    [InlineData("/api/v1/incidents?status=closed", "status")]
    [InlineData("/api/v1/incidents?priority=P6", "priority")]
    [InlineData("/api/v1/incidents?since=12/01/2026", "since")]
    [InlineData("/api/v1/incidents?until=0001-01-01T00:00:00%2B14:00", "until")]
    [InlineData("/api/v1/incidents?until=9999-12-31T23:59:59-14:00", "until")]
    [InlineData("/api/v1/incidents?limit=0", "limit")]
    [InlineData("/api/v1/incidents?limit=101", "limit")]
    [InlineData("/api/v1/incidents?limit=ten", "limit")]
    [InlineData("/api/v1/incidents?cursor=x", "cursor")]
    [InlineData("/api/v1/incidents?cursor=!!!", "cursor")]
    [InlineData("/api/v1/incidents?cursor=aW5jaWRlbnRzCjk5OTk5OTk5OTk5OTk5OTk5OTk5Cmlk", "cursor")]
    [InlineData("/api/v1/incidents?team=a%00b", "team")]
    [InlineData("/api/v1/alerts?query=status:", "query")]
    [InlineData("/api/v1/alerts?query=(((", "query")]
    [InlineData("/api/v1/alerts?cursor=YWxlcnRzCjk5OTk5OQ", "cursor")]
    [InlineData("/api/v1/alerts?cursor=aW5jaWRlbnRzCjEKaWQ", "cursor")]
    [InlineData("/api/v1/silences?attention=perhaps", "attention")]
    [InlineData("/api/v1/silences?status=gone", "status")]
    [InlineData("/api/v1/heartbeats?limit=-1", "limit")]
    [InlineData("/api/v1/incidents/" + Nobody + "/timeline?cursor=dGltZWxpbmUKeA", "cursor")]
    public async Task A_wrong_parameter_is_named(string path, string field) =>
        Assert.Equal(field, Text(await server.GetAsync(path, 400), "field"));

    [Theory]
    [InlineData("acknowledge", "{", "body")]
    [InlineData("acknowledge", "[]", "body")]
    [InlineData("acknowledge", "{} x", "body")]
    [InlineData("acknowledge", "7", "body")]
    [InlineData("acknowledge", "\"x\"", "body")]
    [InlineData("acknowledge", "{\"user\":7}", "user")]
    [InlineData("acknowledge", "{\"user\":{\"a\":[1]}}", "user")]
    [InlineData("acknowledge", "{\"usr\":\"x\"}", "usr")]
    [InlineData("acknowledge", "{\"user\":\"a\",\"user\":\"b\"}", "user")]
    [InlineData("acknowledge", "{\"user\":\"\\ud800\"}", "user")]
    [InlineData("acknowledge", "{\"user\":\"a\\u0000b\"}", "user")]
    [InlineData("snooze", "{}", "until")]
    [InlineData("snooze", "{\"until\":\"later\"}", "until")]
    [InlineData("snooze", "{\"duration\":\"0s\"}", "duration")]
    [InlineData("snooze", "{\"duration\":\"99999d999999h\"}", "duration")]
    [InlineData("snooze", "{\"until\":\"2190-01-01\",\"duration\":\"1h\"}", "until")]
    [InlineData("note", "{}", "note")]
    [InlineData("note", "{\"note\":\"  \"}", "note")]
    [InlineData("assign", "{}", "owner")]
    [InlineData("merge", "{\"with\":\"x\"}", "with")]
    public async Task A_wrong_body_is_answered_with_the_fields_name(string action, string body, string field)
    {
        var problem = await server.SendAsync(
            HttpMethod.Post,
            $"/api/v1/incidents/{Nobody}/{action}",
            new StringContent(body, Encoding.UTF8, "application/json"),
            400);
        Assert.Equal(field, Text(problem, "field"));
        Assert.NotEmpty(Text(problem, "detail"));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_deep_nesting_and_long_notes_are_wrong_bodies()
    {
        var path = $"/api/v1/incidents/{Nobody}/note";
        var invalid = new ByteArrayContent([.. "{\"note\":\""u8, 0xFF, 0xFE, .. "\"}"u8]);
        await server.SendAsync(HttpMethod.Post, path, invalid, 400);
        await server.SendAsync(HttpMethod.Post, path, new StringContent(new string('[', 100_000)), 400);
        var longNote = JsonSerializer.Serialize(new { note = new string('x', 25_001) });
        Assert.Equal(
            "note", Text(await server.SendAsync(HttpMethod.Post, path, new StringContent(longNote), 400), "field"));
        await server.SendAsync(
            HttpMethod.Post, path, new StringContent("{\"note\":\"" + new string('x', 10_000_000) + "\"}"), 413);
    }

    [Fact]
    public async Task Rubbish_is_never_a_fault_of_ours()
    {
        using var document = JsonDocument.Parse(await server.Http.GetStringAsync("/openapi/v1.json"));
        var writes = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(
                path => path.Value.EnumerateObject().Select(o => (Method: o.Name.ToUpperInvariant(), Path: path.Name)))
            .Where(o => o.Method != "GET" && !o.Path.StartsWith("/api/v1/hold/", StringComparison.Ordinal))
            .ToList();
        var names = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Where(operation => operation.Value.TryGetProperty("requestBody", out _))
            .SelectMany(operation =>
                NamesIn(
                    document,
                    operation.Value.GetProperty("requestBody")
                        .GetProperty("content")
                        .GetProperty("application/json")
                        .GetProperty("schema"),
                    4))
            .Concat(["é", ""])
            .Distinct()
            .ToList();
        Assert.True(writes.Count > 25 && names.Count >= 40, $"{writes.Count} operations, {names.Count} names");
        var incident = Text(await server.OpenAsync(server.NewName()), "id");
        var random = new Random(11);
        for (var i = 0; i < 1_500; i++)
        {
            var (method, path) = writes[random.Next(writes.Count)];
            var target = path
                .Replace(
                    "{name}",
                    path.Contains("/users/", StringComparison.Ordinal) ? NativeServer.Ada : "pager",
                    StringComparison.Ordinal)
                .Replace("{urn}", "model:filed", StringComparison.Ordinal)
                .Replace("{id}", random.Next(2) == 0 ? incident : Nobody, StringComparison.Ordinal);
            var body = Rubbish(random, names, 4);
            using var request = new HttpRequestMessage(new HttpMethod(method), target) { Content = new StringContent(body) };
            using var answer = await server.Http.SendAsync(request);
            Assert.True(
                (int)answer.StatusCode is >= 200 and < 500,
                $"{method} {target} answered {(int)answer.StatusCode} to {body}");
        }
    }

    [Fact]
    public async Task A_body_without_or_with_an_odd_content_type_is_read_all_the_same()
    {
        var id = Text(await server.OpenAsync(server.NewName()), "id");
        var form = new StringContent("{\"note\":\"by curl\"}", Encoding.UTF8, "application/x-www-form-urlencoded");
        await server.SendAsync(HttpMethod.Post, $"/api/v1/incidents/{id}/note", form);
        await server.SendAsync(HttpMethod.Post, $"/api/v1/incidents/{id}/acknowledge", new StringContent("null"));
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found_in_the_same_words()
    {
        await server.GetAsync("/api/v1/incidents/none", 404);
        await server.GetAsync("/api/v1/incidents/" + Nobody, 404);
        await server.GetAsync("/api/v1/no/such/thing", 404);
        await server.PostAsync($"/api/v1/incidents/{Nobody}/acknowledge", status: 404);
        await server.PostAsync($"/api/v1/incidents/{Nobody}/explode", status: 404);
    }

    [Fact]
    public async Task A_long_idempotency_key_is_refused()
    {
        var problem = await server.PostAsync(
            $"/api/v1/incidents/{Nobody}/acknowledge", status: 400, idempotencyKey: new string('k', 256));
        Assert.Equal("Idempotency-Key", Text(problem, "field"));
    }

    /// <summary>JSON of the fields that are known and others, cut off at times.</summary>
    private static string Rubbish(Random random, List<string> names, int depth)
    {
        string[] texts =
        [
            "", "1h", "99999d", "2190-01-01", "0000-00-00",
            "{a=\\\"b\\\"}", "model:filed", "2026-01-05T08:00:00Z", "PT1H", NativeServer.Bob, "{a=~\\\"[\\\"}",
            "\\u0000", "\\ud800", "\\n", Nobody,
        ];
        var value = random.Next(depth > 0 ? 9 : 6) switch
        {
            0 => "null",
            1 => random.Next(2) == 0 ? "true" : "false",
            2 => random.NextDouble() > 0.5
                ? "1e999"
                : random.Next().ToString(System.Globalization.CultureInfo.InvariantCulture),
            3 or 4 or 5 => $"\"{texts[random.Next(texts.Length)]}\"",
            6 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Rubbish(random, names, depth - 1)))}]",
            _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Field()))}}}",
        };
        return random.Next(20) == 0 ? value[..random.Next(value.Length + 1)] : value;

        string Field() => $"\"{names[random.Next(names.Count)]}\":{Rubbish(random, names, depth - 1)}";
    }

    /// <summary>Of all fields of the schema, those of its parts too.</summary>
    private static IEnumerable<string> NamesIn(JsonDocument document, JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth == 0)
        {
            return [];
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!.Split('/')[^1];
            return NamesIn(
                document,
                document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(name),
                depth);
        }

        var fields = schema.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().ToList()
            : [];
        return fields.Select(field => field.Name)
            .Concat(fields.SelectMany(field => NamesIn(document, field.Value, depth - 1)))
            .Concat(schema.TryGetProperty("items", out var items) ? NamesIn(document, items, depth - 1) : [])
            .Concat(
                schema.TryGetProperty("oneOf", out var oneOf)
                    ? oneOf.EnumerateArray().SelectMany(one => NamesIn(document, one, depth - 1))
                    : []);
    }

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString() ?? "";
}
