using System.Globalization;
using System.Net;
using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>An answer that keeps the rules every answer keeps: checked as it is read.</summary>
public sealed record OpsgenieAnswer(HttpStatusCode Status, JsonElement Body, string RequestId, string? RetryAfter, string Allow)
{
    public JsonElement Data => Body.GetProperty("data");

    public string Message => Body.GetProperty("message").GetString()!;

    public static async Task<OpsgenieAnswer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.False((int)response.StatusCode is >= 300 and < 400, $"A redirect: {response.StatusCode}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var body = JsonDocument.Parse(text).RootElement;
        Assert.Equal(JsonValueKind.Object, body.ValueKind);
        Assert.InRange(body.GetProperty("took").GetDouble(), 0.001, 60);
        var requestId = body.GetProperty("requestId").GetString()!;
        Assert.True(Guid.TryParse(requestId, out _), requestId);
        Assert.Equal(requestId, response.Headers.GetValues("X-Request-Id").Single());
        Assert.Equal("OK", response.Headers.GetValues("X-RateLimit-State").Single());
        Assert.True(double.TryParse(response.Headers.GetValues("X-Response-Time").Single(),
            CultureInfo.InvariantCulture, out _));
        Assert.Equal(
            response.StatusCode == HttpStatusCode.MethodNotAllowed, response.Content.Headers.Allow.Count > 0);
        if (!response.IsSuccessStatusCode)
        {
            Assert.NotEqual("", body.GetProperty("message").GetString());
        }

        if (body.TryGetProperty("errors", out var errors))
        {
            Assert.All(errors.EnumerateObject(), error => Assert.Equal(JsonValueKind.String, error.Value.ValueKind));
        }

        if (body.TryGetProperty("paging", out var paging))
        {
            Assert.All(paging.EnumerateObject(), link =>
                Assert.StartsWith("http", link.Value.GetString(), StringComparison.Ordinal));
        }

        return new OpsgenieAnswer(
            response.StatusCode, body, requestId, response.Headers.TryGetValues("Retry-After", out var wait)
                ? wait.Single()
                : null,
            string.Join(", ", response.Content.Headers.Allow));
    }

    public OpsgenieAnswer Is(int status)
    {
        Assert.True(status == (int)Status, $"Expected {status}, got {(int)Status}: {Body}");
        return this;
    }

    public OpsgenieAnswer Blames(string field)
    {
        Assert.True(Body.GetProperty("errors").TryGetProperty(field, out _), $"No error for {field}: {Body}");
        return Is(422);
    }
}
