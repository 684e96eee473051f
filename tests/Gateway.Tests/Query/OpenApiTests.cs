using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class OpenApiTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task Every_operation_of_the_native_api_and_nothing_else_is_described()
    {
        using var document = JsonDocument.Parse(await server.Http.GetStringAsync("/openapi/v1.json"));
        var paths = document.RootElement.GetProperty("paths").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        Assert.All(paths.Keys, path => Assert.StartsWith("/api/v1/", path, StringComparison.Ordinal));
        var expected = server.Routes
            .Where(route => route.StartsWith("/api/v1/", StringComparison.Ordinal))
            .Select(route => route.Replace("{**", "{", StringComparison.Ordinal).TrimEnd('/'))
            .Distinct()
            .ToList();
        Assert.Contains("/api/v1/incidents/{id}", expected);
        Assert.Equal(expected.Order(StringComparer.Ordinal), paths.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            paths.Values.SelectMany(p => p.EnumerateObject()),
            operation => Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!));
    }

    [Fact]
    public async Task Bodies_answers_and_parameters_have_their_shapes()
    {
        using var document = JsonDocument.Parse(await server.Http.GetStringAsync("/openapi/v1.json"));
        var text = document.RootElement.GetRawText();
        var paths = document.RootElement.GetProperty("paths");
        var snooze = paths.GetProperty("/api/v1/incidents/{id}/snooze").GetProperty("post");
        Assert.Contains("duration", Resolve(document, snooze.GetProperty("requestBody")), StringComparison.Ordinal);
        Assert.Contains("\"200\"", snooze.GetProperty("responses").GetRawText(), StringComparison.Ordinal);
        Assert.Contains(
            "memberCount",
            Resolve(document, snooze.GetProperty("responses").GetProperty("200")),
            StringComparison.Ordinal);
        Assert.Contains(
            "field", Resolve(document, snooze.GetProperty("responses").GetProperty("400")), StringComparison.Ordinal);
        var parameters = paths.GetProperty("/api/v1/incidents")
            .GetProperty("get")
            .GetProperty("parameters")
            .EnumerateArray();
        Assert.Equal(
            ["cursor", "limit", "owner", "priority", "since", "status", "team", "until"],
            parameters.Select(p => p.GetProperty("name").GetString()!.ToLowerInvariant()).Order());
        Assert.Contains("securitySchemes", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_that_are_read_and_bodies_that_are_too_large_are_named()
    {
        using var document = JsonDocument.Parse(await server.Http.GetStringAsync("/openapi/v1.json"));
        var operations = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(o => (Name: $"{o.Name} {path.Name}", o.Value)))
            .ToList();
        Assert.All(operations, operation =>
        {
            var writes = !operation.Name.StartsWith("get ", StringComparison.Ordinal);
            Assert.True(Headers(operation.Value).Contains("Idempotency-Key") == writes, operation.Name);
            Assert.True(
                operation.Value.GetProperty("responses").TryGetProperty("413", out _) ==
                operation.Value.TryGetProperty("requestBody", out _),
                operation.Name);
        });
        Assert.Equal(["Last-Event-ID"], Headers(operations.Single(o => o.Name == "get /api/v1/events").Value));

        static IEnumerable<string> Headers(JsonElement operation) =>
            operation.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray()
                    .Where(p => p.GetProperty("in").GetString() == "header")
                    .Select(p => p.GetProperty("name").GetString()!)
                : [];
    }

    [Fact]
    public async Task The_document_needs_a_key()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.TryAddWithoutValidation("Authorization", "GenieKey 00000000-0000-4000-8000-000000000000");
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(401, (int)answer.StatusCode);
    }

    /// <summary>The part's schema as text, its reference followed.</summary>
    private static string Resolve(JsonDocument document, JsonElement part)
    {
        var schema = part.GetProperty("content").EnumerateObject().First().Value.GetProperty("schema");
        if (!schema.TryGetProperty("$ref", out var reference))
        {
            return schema.GetRawText();
        }

        var name = reference.GetString()!.Split('/')[^1];
        return document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(name).GetRawText();
    }
}
