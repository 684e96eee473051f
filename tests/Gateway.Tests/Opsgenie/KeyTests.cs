using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class KeyTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Theory]
    [InlineData("/v2/alerts")]
    [InlineData("/v2/heartbeats/x/ping")]
    [InlineData("/prefix//v2/alerts/x/close")]
    [InlineData("/v1/incidents")]
    [InlineData("/v2/nothing")]
    public async Task Without_a_known_key_every_path_is_401_in_shape(string target)
    {
        Assert.Equal("Could not authenticate",
            (await server.SendAsync("POST", target, "{}", Guid.Empty.ToString())).Is(401).Message);
        (await server.SendAsync("POST", target, "{}", "not-a-uuid")).Is(401);
        (await server.SendAsync("POST", target, "{}", GatewayHost.Administrator, "Digest")).Is(401);
    }

    [Fact]
    public async Task An_account_key_reads_and_never_touches_alerts()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        (await server.SendAsync("GET", $"/v2/alerts/{alias}?identifierType=alias", null,
            OpsgenieServer.AccountKey)).Is(200);
        var create = await server.SendAsync("POST", "/v2/alerts", new { message = "m" }, OpsgenieServer.AccountKey);
        Assert.Equal(40301, create.Is(403).Body.Number("code"));
        foreach (var action in new[] { "close", "acknowledge", "notes", "tags" })
        {
            (await server.PostAsync(alias, $"{action}", "{}", OpsgenieServer.AccountKey)).Is(403);
        }

        (await server.SendAsync("DELETE", $"/v2/alerts/{alias}?identifierType=alias", null,
            OpsgenieServer.SenderKey)).Is(403);
        (await server.SendAsync("GET", "/v2/alerts", null, OpsgenieServer.SenderKey)).Is(403);
    }

    [Fact]
    public async Task A_teams_key_gives_its_team_the_alert_and_sees_no_others()
    {
        var (mine, others) = (server.NewAlias(), server.NewAlias());
        (await server.SendAsync("POST", "/v2/alerts", new
        {
            message = "m",
            alias = mine,
            responders = new[] { new { type = "team", name = "ml-platform" } },
        }, OpsgenieServer.TeamKey)).Is(202);
        await server.CreateAsync(others);

        var alert = await server.GetAsync(mine);
        Assert.Equal(OpsgenieServer.TeamId, alert.Text("ownerTeamId"));
        Assert.Equal($$"""[{"type":"team","id":"{{OpsgenieServer.TeamId}}"}]""", alert.Raw("responders"));

        var target = $"/v2/alerts/{others}?identifierType=alias";
        (await server.SendAsync("GET", target, null, OpsgenieServer.TeamKey)).Is(403);
        (await server.PostAsync(others, "close", null, OpsgenieServer.TeamKey)).Is(403);
        Assert.Equal("open", (await server.GetAsync(others)).Text("status"));
        var listed = (await server.SendAsync("GET", "/v2/alerts?limit=100", null, OpsgenieServer.TeamKey)).Is(200).Data;
        Assert.All(listed.EnumerateArray(), a => Assert.Equal(OpsgenieServer.TeamId, a.Text("ownerTeamId")));
        Assert.Contains(listed.EnumerateArray(), a => a.Text("alias") == mine);
        var searched = await server.SendAsync("GET", $"/v2/alerts/count?query=status:open%20OR%20alias:{others}",
            null, OpsgenieServer.TeamKey);
        Assert.Equal(listed.GetArrayLength(), searched.Is(200).Data.Number("count"));
        (await server.PostAsync(mine, "close", null, OpsgenieServer.TeamKey)).Is(202);
    }

    [Fact]
    public async Task A_teams_key_sees_its_own_heartbeats_and_no_others()
    {
        var (mine, others) = (server.NewAlias(), server.NewAlias());
        var made = new { name = mine, interval = 1, intervalUnit = "days", ownerTeam = new { name = "ml-platform" } };
        (await server.SendAsync("POST", "/v2/heartbeats", made, OpsgenieServer.TeamKey)).Is(201);
        (await server.SendAsync("POST", "/v2/heartbeats", made with { name = others })).Is(201);

        var whole = (await server.SendAsync("GET", "/v2/heartbeats/" + mine, null, OpsgenieServer.TeamKey))
            .Is(200).Data;
        Assert.Equal("serving", whole.GetProperty("ownerTeam").Text("name"));
        (await server.SendAsync("PATCH", "/v2/heartbeats/" + mine, made, OpsgenieServer.TeamKey)).Is(200);
        (await server.SendAsync("GET", $"/v2/heartbeats/{mine}/ping", null, OpsgenieServer.TeamKey)).Is(202);
        (await server.SendAsync("GET", $"/v2/heartbeats/{mine}", null, OpsgenieServer.OtherTeamKey)).Is(403);

        var listed = (await server.SendAsync("GET", "/v2/heartbeats", null, OpsgenieServer.TeamKey)).Is(200).Data;
        var names = listed.GetProperty("heartbeats").EnumerateArray().Select(h => h.Text("name")).ToList();
        Assert.Contains(mine, names);
        Assert.DoesNotContain(others, names);
        foreach (var (method, action) in new[] { ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/enable"),
            ("POST", "/disable"), ("POST", "/ping") })
        {
            var target = $"/v2/heartbeats/{others}{action}";
            var refused = (await server.SendAsync(method, target, "{}", OpsgenieServer.TeamKey)).Is(403);
            Assert.Equal(40301, refused.Body.Number("code"));
        }

        var left = (await server.SendAsync("GET", "/v2/heartbeats/" + others)).Is(200).Data;
        Assert.False(left.TryGetProperty("lastPingTime", out _));
    }

    [Fact]
    public async Task A_teams_key_sees_what_became_of_its_own_requests_and_of_no_others()
    {
        var (mine, others, beat) = (server.NewAlias(), server.NewAlias(), server.NewAlias());
        var create = new { message = "m", alias = mine };
        var own = (await server.SendAsync("POST", "/v2/alerts", create, OpsgenieServer.TeamKey)).Is(202);
        var foreign = (await server.SendAsync("POST", "/v2/alerts", create with { alias = others })).Is(202);
        (await server.SendAsync("POST", "/v2/heartbeats", new
        {
            name = beat,
            interval = 1,
            intervalUnit = "days",
            ownerTeam = new { name = "ml-platform" },
        })).Is(201);
        var ping = (await server.SendAsync("POST", $"/v2/heartbeats/{beat}/ping")).Is(202);
        var unknown = (await server.PostAsync(server.NewAlias(), "close", null, OpsgenieServer.TeamKey)).Is(202);

        (await StatusAsync(own)).Is(200);
        Assert.False((await StatusAsync(unknown)).Is(200).Data.Flag("success"));
        Assert.Equal(40301, (await StatusAsync(foreign)).Is(403).Body.Number("code"));
        Assert.Equal(40301, (await StatusAsync(ping)).Is(403).Body.Number("code"));

        Task<OpsgenieAnswer> StatusAsync(OpsgenieAnswer accepted) => server.SendAsync(
            "GET", "/v2/alerts/requests/" + accepted.RequestId, null, OpsgenieServer.TeamKey);
    }
}
