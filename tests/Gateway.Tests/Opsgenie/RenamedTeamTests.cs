using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>A team that is renamed keeps all that is its own, whatever that is called.</summary>
public sealed class RenamedTeamTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Fact]
    public async Task A_team_is_renamed_with_what_was_made_with_it_which_goes_on_paging_and_goes_with_it()
    {
        var (id, was, name) = await RenamedAsync();

        Assert.Equal(name, (await server.SendAsync("GET", "/v2/teams/" + id)).Is(200).Data.Text("name"));
        (await server.SendAsync("GET", $"/v2/teams/{was}?identifierType=name")).Is(404);
        var escalation = (await server.SendAsync("GET", $"/v2/escalations/{was}_escalation?identifierType=name"))
            .Is(200).Data;
        Assert.Equal((id, name), (escalation.GetProperty("ownerTeam").Text("id"), escalation.GetProperty("ownerTeam").Text("name")));
        var all = escalation.GetProperty("rules")[2].GetProperty("recipient");
        Assert.Equal((id, name), (all.Text("id"), all.Text("name")));
        var schedule = (await server.SendAsync("GET", $"/v2/schedules/{was}_schedule?identifierType=name"))
            .Is(200).Data;
        Assert.Equal(name, schedule.GetProperty("ownerTeam").Text("name"));

        // As a sender goes on naming it.
        foreach (var called in new[] { was, name })
        {
            var alias = server.NewAlias();
            await server.CreateAsync(alias, new { entity = "node:" + alias, responders = new[] { new { type = "team", name = called } } });
            Assert.Equal(was + "_escalation", await server.LadderOfAsync(alias));
        }

        // Who leaves it has no turn any more.
        (await server.SendAsync("DELETE", $"/v2/teams/{id}/members/bob@example.com")).Is(200);
        Assert.Empty(server.Policy.FindSchedule(was + "_schedule")!.Rotations);

        (await server.SendAsync("DELETE", "/v2/teams/" + id)).Is(200);
        (await server.SendAsync("GET", $"/v2/escalations/{was}_escalation?identifierType=name")).Is(404);
        (await server.SendAsync("GET", $"/v2/schedules/{was}_schedule?identifierType=name")).Is(404);
    }

    [Fact]
    public async Task Its_key_sees_what_came_under_its_former_name_and_closes_it()
    {
        var id = await server.MakeTeamAsync("bob@example.com");
        var key = (await server.SendAsync("POST", "/v2/integrations", new { name = server.NewAlias("k"), ownerTeam = new { id } }))
            .Is(201).Data.Text("apiKey")!;
        var alias = server.NewAlias();
        (await server.SendAsync("POST", "/v2/alerts", new { message = "x", alias, entity = "node:" + alias }, key)).Is(202);
        await server.LadderOfAsync(alias);
        (await server.SendAsync("PATCH", "/v2/teams/" + id, new { name = server.NewAlias("renamed") })).Is(200);

        (await server.SendAsync("GET", $"/v2/alerts/{alias}?identifierType=alias", key: key)).Is(200);
        foreach (var query in new[] { "", "?query=status:open" })
        {
            var listed = Assert.Single((await server.SendAsync("GET", "/v2/alerts" + query, key: key)).Is(200).Data.EnumerateArray());
            Assert.Equal(alias, listed.Text("alias"));
        }

        var closed = await server.SendAsync("POST", $"/v2/alerts/{alias}/close?identifierType=alias", new { user = "bob" }, key);
        Assert.True((await server.StatusAsync(closed)).GetProperty("isSuccess").GetBoolean());
    }

    [Fact]
    public async Task Its_alerts_are_found_by_either_name_under_whichever_they_came()
    {
        var (_, was, name) = await RenamedAsync();
        foreach (var called in new[] { was, name })
        {
            await server.CreateAsync(server.NewAlias(), new { responders = new[] { new { type = "team", name = called } } });
        }

        foreach (var (field, called) in new[] { ("teams", was), ("teams", name), ("responders", was), ("responders", name) })
        {
            var query = Uri.EscapeDataString($"{field}:\"{called}\"");
            var counted = await server.SendAsync("GET", "/v2/alerts/count?query=" + query);
            Assert.Equal(2, counted.Is(200).Data.GetProperty("count").GetInt32());
        }
    }

    [Fact]
    public async Task A_new_team_does_not_get_the_former_name_of_another()
    {
        var (_, was, name) = await RenamedAsync();

        var refused = (await server.SendAsync("POST", "/v2/teams", new { name = was })).Is(409);

        Assert.Contains($"what the team '{name}' was called", refused.Message, StringComparison.Ordinal);
    }

    private async Task<(string Id, string Was, string Name)> RenamedAsync()
    {
        var id = await server.MakeTeamAsync("bob@example.com");
        var was = (await server.SendAsync("GET", "/v2/teams/" + id)).Is(200).Data.Text("name")!;
        var name = server.NewAlias("renamed");
        (await server.SendAsync("PATCH", "/v2/teams/" + id, new { name })).Is(200);
        return (id, was, name);
    }
}
