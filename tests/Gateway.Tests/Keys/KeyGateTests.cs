using System.Net;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Opsgenie;
using Correlation.Grains.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Correlation.Gateway.Tests.Keys;

public sealed class KeyGateTests : IAsyncLifetime
{
    private const string Administrator = GatewayHost.Administrator;
    private const string Sender = "11111111-2222-4333-8444-555555555555";
    private const string Tool = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

    private readonly PolicyOnly _grains = new(
        new ApiKey(
            "alertmanager",
            KeyHash.Of(Guid.Parse(Sender)),
            ApiKeyType.Integration,
            "serving",
            KeyRights.CreateAndUpdate),
        new ApiKey("console", KeyHash.Of(Guid.Parse(Tool)), ApiKeyType.Account, null, KeyRights.All));

    private static readonly string[] Paths =
        ["/v1/json/x", "/v2/alerts", "/api/v1/incidents", "/api/v2/alerts", "/metrics"];

    private GatewayHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await GatewayHost.StartAsync(_grains, new EmptyReads(), app =>
        {
            foreach (var path in Paths.Concat(["/healthz", "/readyz"]))
            {
                app.Map(path, (HttpContext context) => context.Features.Get<ApiKey>()?.Name ?? "nobody");
            }

            app.MapOpsgenie();
            app.MapPost("/api/v2/create", context => context.Response.WriteAsync("created"))
                .RequireRight(KeyRights.CreateAndUpdate);
            app.MapGet("/api/v1/configuration", () => "configured").RequireRight(KeyRights.Configure);
        });
        _host.Http.DefaultRequestHeaders.Authorization = null;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("GenieKey " + Sender)]
    [InlineData("geniekey " + Sender)]
    [InlineData("GENIEKEY   " + Sender + " ")]
    [InlineData("Bearer " + Sender)]
    public async Task A_known_key_lets_in_and_says_who_it_is(string authorization) =>
        Assert.Equal((HttpStatusCode.OK, "alertmanager"), await SendAsync("/v2/alerts", authorization));

    [Theory]
    [InlineData("")]
    [InlineData("anything at all")]
    public async Task Basic_takes_the_key_as_password_whatever_the_user(string user) =>
        Assert.Equal((HttpStatusCode.OK, "alertmanager"), await SendAsync("/api/v2/alerts", Basic($"{user}:{Sender}")));

    [Fact]
    public async Task Letter_case_of_a_key_does_not_matter() =>
        Assert.Equal(
            (HttpStatusCode.OK, "console"),
            await SendAsync("/api/v1/incidents", "GenieKey " + Tool.ToUpperInvariant()));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("GenieKey")]
    [InlineData("GenieKey ")]
    [InlineData("GenieKey not-a-uuid")]
    [InlineData("GenieKey 11111111-2222-4333-8444-555555555556")]
    [InlineData("GenieKey {11111111-2222-4333-8444-555555555555}")]
    [InlineData("GenieKey 11111111222243338444555555555555")]
    [InlineData("Digest " + Sender)]
    [InlineData(Sender)]
    [InlineData("Basic !!!")]
    [InlineData("Basic " + Sender)]
    public async Task Anything_else_stays_outside(string? authorization)
    {
        foreach (var path in Paths.Concat(["/", "/no/such/path"]))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(path, authorization)).Status);
        }
    }

    [Fact]
    public async Task A_key_in_the_address_counts_only_where_old_senders_put_it()
    {
        Assert.Equal((HttpStatusCode.OK, "alertmanager"), await SendAsync("/v1/json/x?apiKey=" + Sender, null));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("/v2/alerts?apiKey=" + Sender, null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("/v1/json/x?apiKey=" + Guid.Empty, null)).Status);
    }

    [Fact]
    public async Task Health_needs_no_key_and_nothing_beside_it_is_open()
    {
        Assert.Equal((HttpStatusCode.OK, "nobody"), await SendAsync("/healthz", null));
        Assert.Equal((HttpStatusCode.OK, "nobody"), await SendAsync("/readyz", null));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("/healthz/more", null)).Status);
    }

    [Fact]
    public async Task Keys_follow_the_policy_in_force_and_the_administrator_stays()
    {
        _grains.Policy = _grains.Policy with { Version = 2, Keys = [] };
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("/v2/alerts", "GenieKey " + Sender)).Status);
        Assert.Equal((HttpStatusCode.OK, "administrator"), await SendAsync("/v2/alerts", "GenieKey " + Administrator));
    }

    [Fact]
    public async Task An_account_key_configures_but_never_touches_alerts_whatever_its_rights_say()
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("/api/v1/configuration", "GenieKey " + Tool)).Status);
        Assert.Equal(
            HttpStatusCode.Forbidden, (await SendAsync("/api/v2/create", "GenieKey " + Tool, HttpMethod.Post)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync("/api/v1/configuration", "GenieKey " + Sender)).Status);
        Assert.Equal(
            (HttpStatusCode.OK, "created"), await SendAsync("/api/v2/create", "GenieKey " + Sender, HttpMethod.Post));
    }

    [Fact]
    public async Task An_opsgenie_client_is_refused_in_opsgenie_envelopes()
    {
        using var missing = await _host.Http.GetAsync("/v2/heartbeats");
        var body = await JsonAsync(missing);
        Assert.Equal("Could not authenticate", body.GetProperty("message").GetString());
        Assert.Equal(missing.Headers.GetValues("X-Request-Id").Single(), body.GetProperty("requestId").GetString());
        Assert.True(body.GetProperty("took").GetDouble() > 0);

        using var request = Request("/v2/alerts/x/close", "GenieKey " + Tool, HttpMethod.Post);
        using var forbidden = await _host.Http.SendAsync(request);
        Assert.Equal(40301, (await JsonAsync(forbidden)).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Others_are_refused_in_their_own_words_and_told_the_scheme()
    {
        using var native = await _host.Http.GetAsync("/api/v1/incidents");
        Assert.Equal("application/problem+json", native.Content.Headers.ContentType?.MediaType);
        Assert.Equal(401, (await JsonAsync(native)).GetProperty("status").GetInt32());

        using var alertmanager = await _host.Http.GetAsync("/api/v2/alerts");
        Assert.Equal(401, (await JsonAsync(alertmanager)).GetProperty("code").GetInt32());
        Assert.Equal("Basic", alertmanager.Headers.WwwAuthenticate.Single().Scheme);
    }

    private static string Basic(string credentials) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    private static HttpRequestMessage Request(string path, string? authorization, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return request;
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(
        string path, string? authorization, HttpMethod? method = null)
    {
        using var request = Request(path, authorization, method);
        using var response = await _host.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed class EmptyReads : NoReads;
}
