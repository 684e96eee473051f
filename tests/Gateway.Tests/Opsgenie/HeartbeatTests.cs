using System.Text;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class HeartbeatTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Fact]
    public async Task A_heartbeat_is_made_changed_listed_and_deleted()
    {
        var name = server.NewAlias();
        var created = (await server.SendAsync("POST", "/v2/heartbeats/", new
        {
            name,
            interval = 10,
            intervalUnit = "minutes",
            enabled = true,
            description = "d",
            ownerTeam = new { name = "serving" },
            alertMessage = "silent",
            alertTags = new[] { "a" },
            alertPriority = "P1",
        })).Is(201);
        Assert.Equal($$"""{"name":"{{name}}","enabled":true,"expired":false}""", created.Data.GetRawText());
        (await server.SendAsync("POST", "/v2/heartbeats", new { name, interval = 1, intervalUnit = "days" })).Is(409);

        var whole = (await server.SendAsync("GET", "/v2/heartbeats/" + name)).Is(200).Data;
        Assert.Equal((10, "minutes", "silent", "P1", "d", OpsgenieServer.TeamId), (
            whole.Number("interval"), whole.Text("intervalUnit"),
            whole.Text("alertMessage"), whole.Text("alertPriority"),
            whole.Text("description"), whole.GetProperty("ownerTeam").Text("id")));
        Assert.False(whole.TryGetProperty("lastPingTime", out _));

        (await server.SendAsync("PATCH", "/v2/heartbeats/" + name,
            """{"interval":2,"intervalUnit":"hours","ownerTeam":{}}""")).Is(200);
        var changed = (await server.SendAsync("GET", "/v2/heartbeats/" + name)).Is(200).Data;
        Assert.Equal((2, "hours", "silent"), (
            changed.Number("interval"), changed.Text("intervalUnit"), changed.Text("alertMessage")));

        var listed = (await server.SendAsync("GET", "/v2/heartbeats/")).Is(200).Data.GetProperty("heartbeats");
        Assert.Contains(listed.EnumerateArray(), h => h.Text("name") == name);

        Assert.Equal("Deleted",
            (await server.SendAsync("DELETE", "/v2/heartbeats/" + name)).Is(200).Body.Text("result"));
        foreach (var (method, action) in new[] { ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/enable"),
            ("POST", "/disable") })
        {
            (await server.SendAsync(method, $"/v2/heartbeats/{name}{action}", "{}")).Is(404);
        }
    }

    [Fact]
    public async Task Without_a_message_it_shows_what_its_alert_would_say()
    {
        var name = server.NewAlias();
        (await server.SendAsync("POST", "/v2/heartbeats", new { name, interval = 1, intervalUnit = "days" })).Is(201);
        Assert.Equal(
            $"{name} is expired",
            (await server.SendAsync("GET", "/v2/heartbeats/" + name)).Is(200).Data.Text("alertMessage"));
    }

    [Fact]
    public async Task The_interval_of_a_source_follows_it_until_a_PATCH_sets_it()
    {
        var name = server.NewAlias();
        await HearAsync(5);
        (await server.SendAsync("PATCH", "/v2/heartbeats/" + name, """{"description":"d"}""")).Is(200);
        (await server.SendAsync("POST", $"/v2/heartbeats/{name}/disable")).Is(200);
        (await server.SendAsync("POST", $"/v2/heartbeats/{name}/enable")).Is(200);
        await HearAsync(720);
        Assert.Equal(720, await IntervalAsync());

        (await server.SendAsync("PATCH", "/v2/heartbeats/" + name, """{"interval":720}""")).Is(200);
        await HearAsync(900);
        Assert.Equal(720, await IntervalAsync());

        Task HearAsync(int minutes) => server.TellAsync(
            new GrainId(GrainKind.Heartbeat, name),
            new HeartbeatCommand.Hear(new(name, "", minutes, "minutes", Enabled: true, "", "", [], Priority.P2), null, Resolved: false));

        async Task<long?> IntervalAsync() =>
            (await server.SendAsync("GET", "/v2/heartbeats/" + name)).Is(200).Data.Number("interval");
    }

    [Fact]
    public async Task Enable_and_disable_take_any_body()
    {
        var name = server.NewAlias();
        (await server.SendAsync("POST", "/v2/heartbeats",
            new { name, interval = 1, intervalUnit = "days", enabled = false })).Is(201);
        var enabled = await server.SendAsync("POST", $"/v2/heartbeats/{name}/enable", "null");
        Assert.True(enabled.Is(200).Data.Flag("enabled"));
        Assert.False((await server.SendAsync("POST", $"/v2/heartbeats/{name}/disable/")).Is(200).Data.Flag("enabled"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task A_ping_is_taken_by_any_verb_with_any_body_from_any_key(string method)
    {
        var name = server.NewAlias();
        var settings = new { name, interval = 1, intervalUnit = "minutes" };
        (await server.SendAsync("POST", "/v2/heartbeats", settings)).Is(201);
        var body = method == "GET" ? null : "{junk";
        var pong = await server.SendAsync(method, $"/v2/heartbeats/{name}/ping", body, OpsgenieServer.AccountKey);
        Assert.Equal("PONG - Heartbeat received", pong.Is(202).Body.Text("result"));
        var seen = (await server.SendAsync("GET", "/v2/heartbeats/" + name)).Is(200).Data;
        Assert.NotEqual(default, seen.GetProperty("lastPingTime").GetDateTimeOffset());

        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(":" + OpsgenieServer.SenderKey));
        (await server.SendAsync(method, $"/v2/heartbeats/{name}/ping/", null, basic, "Basic")).Is(202);
    }

    [Fact]
    public async Task A_ping_of_an_unknown_name_is_taken_and_does_nothing()
    {
        (await server.SendAsync("GET", "/v2/heartbeats/no%2Fsuch%20one/ping")).Is(202);
        (await server.SendAsync("GET", "/v2/heartbeats/no%2Fsuch%20one")).Is(404);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":"x"}""", "interval")]
    [InlineData("""{"name":"x","interval":0,"intervalUnit":"minutes"}""", "interval")]
    [InlineData("""{"name":"x","interval":"5","intervalUnit":"minutes"}""", "interval")]
    [InlineData("""{"name":"x","interval":1.5,"intervalUnit":"minutes"}""", "interval")]
    [InlineData("""{"name":"x","interval":2147483647,"intervalUnit":"days"}""", "interval")]
    [InlineData("""{"name":"x","interval":5,"intervalUnit":"weeks"}""", "intervalUnit")]
    [InlineData("""{"name":"x","interval":5,"intervalUnit":"days","enabled":"maybe"}""", "enabled")]
    [InlineData("""{"name":"x","interval":5,"intervalUnit":"days","ownerTeam":{"name":"nobody"}}""", "ownerTeam")]
    [InlineData("""{"name":"x","interval":5,"intervalUnit":"days","alertPriority":"P0"}""", "alertPriority")]
    public async Task A_wrong_setting_is_named(string body, string field) =>
        (await server.SendAsync("POST", "/v2/heartbeats", body)).Blames(field);

    [Fact]
    public async Task Settings_need_configuration_rights_and_a_ping_does_not()
    {
        (await server.SendAsync("POST", "/v2/heartbeats", "{}", OpsgenieServer.SenderKey)).Is(403);
        (await server.SendAsync("GET", "/v2/heartbeats", null, OpsgenieServer.AccountKey)).Is(200);
        (await server.SendAsync("POST", "/v2/heartbeats/x/ping", null, OpsgenieServer.SenderKey)).Is(202);
    }
}
