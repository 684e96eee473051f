using System.Net.Http.Headers;
using System.Text.Json;
using Correlation.Gateway.Admin;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Query;
using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Admin;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Requests;

/// <summary>Nobody is answered by an empty page.</summary>
public sealed class UnknownPathTests : IAsyncLifetime
{
    private RunningEngine _engine = null!;
    private GatewayHost _host = null!;

    public async Task InitializeAsync()
    {
        _engine = await RunningEngine.StartAsync(TestKit.Policies.Small);
        _host = await GatewayHost.StartAsync(
            _engine.Grains,
            _engine.Reads,
            app =>
            {
                app.MapAdmin();
                app.MapNative();
                app.MapAlertmanager();
                app.MapOpsgenie();
                app.MapUnknownPaths();
            },
            services =>
                services.AddNative().AddAdmin().AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well)));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Theory]
    [InlineData("PUT", "/api/v2/alerts", "POST, GET, HEAD", "message")]
    [InlineData("DELETE", "/api/v2/alerts", "POST, GET, HEAD", "message")]
    [InlineData("POST", "/api/v2/silence/4711", "GET, HEAD, DELETE", "message")]
    [InlineData("PATCH", "/api/v1/incidents", "GET", "detail")]
    [InlineData("PUT", "/webhooks/alertmanager", "POST", "detail")]
    [InlineData("DELETE", "/metrics", "GET", "detail")]
    public async Task A_method_that_a_path_has_not_is_answered_by_those_that_it_has(
        string method, string path, string allowed, string words)
    {
        using var answer = await SendAsync(method, path);

        Assert.Equal(405, (int)answer.StatusCode);
        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow));
        Assert.Equal($"There is no {method} {path}: use {allowed}.", await WordsAsync(answer, words));
    }

    [Theory]
    [InlineData("/nowhere", "detail")]
    [InlineData("/api/v2/nowhere", "message")]
    public async Task A_path_that_is_not_there_is_named(string path, string words)
    {
        using var answer = await SendAsync("GET", path);

        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Equal($"There is no GET {path}.", await WordsAsync(answer, words));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_told()
    {
        _host.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "GenieKey", "00000000-0000-4000-8000-000000000000");

        using var answer = await SendAsync("PUT", "/api/v2/alerts");

        Assert.Equal(401, (int)answer.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await _host.Http.SendAsync(request);
    }

    private static async Task<string?> WordsAsync(HttpResponseMessage answer, string field) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty(field).GetString();
}
