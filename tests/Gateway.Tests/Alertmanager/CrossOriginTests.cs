using System.Net;
using System.Net.Http.Headers;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

/// <summary>What a browser needs of an Alertmanager before it lets another site's script call it.</summary>
public sealed class CrossOriginTests(AlertmanagerServer server) : IClassFixture<AlertmanagerServer>
{
    [Theory]
    [InlineData("POST", "/api/v2/silences")]
    [InlineData("DELETE", "/api/v2/silence/11111111-2222-4333-8444-555555555555")]
    [InlineData("GET", "/api/v2/alerts/groups")]
    public async Task The_question_before_the_call_is_answered_without_a_key(string method, string target)
    {
        using var answer = await server.AskAsync(method, target);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("*", One(answer.Headers, "Access-Control-Allow-Origin"));
        Assert.Contains(method, One(answer.Headers, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Authorization, ", One(answer.Headers, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Contains("Content-Type", One(answer.Headers, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("GET", "/api/v2/silences", 200)]
    [InlineData("POST", "/api/v2/alerts", 200)]
    [InlineData("POST", "/api/v2/silences", 400)]
    [InlineData("PUT", "/api/v2/alerts", 405)]
    public async Task Every_answer_may_be_read_by_any_site_and_kept_by_none(string method, string target, int status)
    {
        var answer = (await server.SendAsync(method, target, method == "GET" ? null : "[]")).Is(status);
        AssertOpen(answer.Headers);
    }

    [Fact]
    public async Task The_call_itself_needs_a_key_and_its_refusal_can_be_read() =>
        AssertOpen((await server.SendAsync("POST", "/api/v2/silences", "{}", Guid.Empty.ToString())).Is(401).Headers);

    [Fact]
    public async Task Nothing_else_is_open()
    {
        using var answer = await server.AskAsync("POST", "/webhooks/alertmanager");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static void AssertOpen(HttpResponseHeaders headers)
    {
        Assert.Equal("*", One(headers, "Access-Control-Allow-Origin"));
        Assert.Contains("Retry-After", One(headers, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.True(headers.CacheControl?.NoStore);
    }

    private static string One(HttpResponseHeaders headers, string name) => Assert.Single(headers.GetValues(name));
}
