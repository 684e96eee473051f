using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Correlation.Gateway.Alertmanager;
using Correlation.Gateway.Keys;
using Correlation.Gateway.Opsgenie;
using Correlation.Gateway.Query;
using Correlation.Gateway.Seams;
using Correlation.Gateway.Tests.Admin;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

/// <summary>What no alert can be made of is kept, whichever adapter it came to.</summary>
public sealed class QuarantineTests : IAsyncLifetime
{
    private const string TeamKey = "11111111-2222-4333-8444-555555555555";

    private RunningEngine _engine = null!;
    private GatewayHost _host = null!;

    private MemoryQuarantine Room => _host.Services.GetRequiredService<MemoryQuarantine>();

    public async Task InitializeAsync()
    {
        _engine = await RunningEngine.StartAsync(Policies.Small with
        {
            Keys =
            [
                new ApiKey(
                    "of a team", KeyHash.Of(Guid.Parse(TeamKey)), ApiKeyType.Integration, "ml-platform", KeyRights.All),
            ],
        });
        _host = await GatewayHost.StartAsync(
            _engine.Grains,
            _engine.Reads,
            app =>
            {
                app.MapNative();
                app.MapAlertmanager();
                app.MapOpsgenie();
            },
            services => services.AddNative().AddSingleton<IReadiness>(new FixedReadiness(FixedReadiness.Well)));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Theory]
    [InlineData("/v2/alerts", "opsgenie", "{", 400, "Could not parse")]
    [InlineData("/v2/alerts", "opsgenie", """{"alias":"a"}""", 422, "message: Message can not be empty.")]
    [InlineData("/v2/alerts", "opsgenie", """{"message":"m","priority":"P9"}""", 422, "priority: ")]
    [InlineData("/api/v2/alerts", "alertmanager", "{}", 400, "array of alerts")]
    [InlineData("/api/v2/alerts", "alertmanager", """[{"labels":{}}]""", 400, "label")]
    [InlineData("/api/v2/alerts", "alertmanager", "[{", 400, "parsing the body failed")]
    [InlineData("/webhooks/alertmanager", "alertmanager-webhook", "nothing", 400, "parsing")]
    [InlineData("/webhooks/alertmanager", "alertmanager-webhook", """{"version":"4","alerts":[{"labels":{}}]}""", 400, "label")]
    public async Task A_body_that_cannot_be_used_is_kept_with_its_reason(
        string path, string source, string body, int status, string reason)
    {
        Assert.Equal(status, await PostAsync(path, body));
        var kept = Assert.Single(Room.Kept);
        Assert.Equal((source, "administrator", body.Length), (kept.Source, kept.Key, kept.Size));
        Assert.Equal(body, Encoding.UTF8.GetString(kept.Begin.Span));
        Assert.Contains(reason, kept.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(GatewayHost.Administrator, kept.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_be_used_of_a_body_is_used_and_the_body_kept()
    {
        Assert.Equal(400, await PostAsync(
            "/api/v2/alerts", """[{"labels":{"alertname":"Good"}},{"labels":{}}]"""));
        Assert.Single(Room.Kept);
        using var alerts = JsonDocument.Parse(await _host.Http.GetStringAsync("/api/v2/alerts"));
        Assert.Equal("Good", alerts.RootElement[0].GetProperty("labels").GetProperty("alertname").GetString());
    }

    [Fact]
    public async Task What_is_used_whole_is_not_kept()
    {
        Assert.Equal(202, await PostAsync("/v2/alerts", """{"message":"m"}"""));
        Assert.Equal(200, await PostAsync("/api/v2/alerts", """[{"labels":{"alertname":"Good"}}]"""));
        Assert.Empty(Room.Kept);
    }

    [Fact]
    public async Task A_stranger_leaves_nothing()
    {
        foreach (var path in new[] { "/v2/alerts", "/api/v2/alerts", "/webhooks/alertmanager" })
        {
            Assert.Equal(401, await PostAsync(path, "{", key: "00000000-0000-4000-8000-000000000000"));
        }

        Assert.Empty(Room.Kept);
    }

    [Theory]
    [InlineData("/v2/alerts")]
    [InlineData("/api/v2/alerts")]
    public async Task Of_a_large_body_the_beginning_is_kept_and_of_one_too_large_that_it_came(string path)
    {
        Assert.Equal(400, await PostAsync(path, "{" + new string(' ', 100_000) + "}}"));
        Assert.Equal(413, await PostAsync(path, new string(' ', 5 << 20)));
        Assert.Equal([(100_003, 65_536), (5 << 20, 0)], Room.Kept.Select(kept => ((int)kept.Size, kept.Begin.Length)));
    }

    [Fact]
    public async Task A_quarantine_that_is_down_changes_no_answer()
    {
        Room.Fault = new SqliteException("disk I/O error", 10);
        Assert.Equal(400, await PostAsync("/v2/alerts", "{"));
        Assert.Equal(400, await PostAsync("/api/v2/alerts", "{"));
        Assert.Empty(Room.Kept);
    }

    [Fact]
    public async Task It_is_listed_from_the_newest_page_by_page()
    {
        foreach (var body in new[] { "{1", "{2", "{3" })
        {
            await PostAsync("/v2/alerts", body);
        }

        var first = await ListAsync("?limit=2");
        Assert.Equal(["{3", "{2"], Bodies(first));
        var item = first.GetProperty("items")[0];
        Assert.Equal(
            ("opsgenie", "administrator"),
            (item.GetProperty("source").GetString(), item.GetProperty("key").GetString()));
        Assert.Equal((2, false), (item.GetProperty("size").GetInt32(), item.GetProperty("truncated").GetBoolean()));
        Assert.Equal(["{1"], Bodies(await ListAsync("?limit=2&cursor=" + first.GetProperty("next").GetString())));
        using var wrong = await _host.Http.GetAsync("/api/v1/quarantine?cursor=x");
        Assert.Equal(400, (int)wrong.StatusCode);
    }

    [Fact]
    public async Task A_teams_key_sees_what_came_under_its_teams_keys()
    {
        await PostAsync("/v2/alerts", "{of nobody");
        await PostAsync("/v2/alerts", "{of the team", TeamKey);
        Assert.Equal(["{of the team"], Bodies(await ListAsync("", TeamKey)));
        Assert.Equal(2, Bodies(await ListAsync("")).Count());
    }

    private static IEnumerable<string?> Bodies(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("body").GetString());

    private async Task<int> PostAsync(string path, string body, string key = GatewayHost.Administrator)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, key, body);
        return (int)answer.StatusCode;
    }

    private async Task<JsonElement> ListAsync(string query, string key = GatewayHost.Administrator)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/api/v1/quarantine" + query, key);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string key, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("GenieKey", key);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await _host.Http.SendAsync(request);
    }
}
