using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class ConfigurationTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Fact]
    public async Task A_team_is_read_by_id_or_name_with_its_members_and_its_routing_rule()
    {
        var team = (await server.SendAsync("GET", "/v2/teams/serving?identifierType=name")).Is(200).Data;
        Assert.Equal(
            (OpsgenieServer.TeamId, "serving", "bob@example.com", "user"),
            (team.Text("id"), team.Text("name"), team.GetProperty("members")[0].GetProperty("user").Text("username"), team.GetProperty("members")[0].Text("role")));
        var same = (await server.SendAsync("GET", "/v2/teams/" + OpsgenieServer.TeamId)).Is(200).Data;
        Assert.Equal(team.GetRawText(), same.GetRawText());
        var other = (await server.SendAsync("GET", "/v2/teams/ml-platform?identifierType=name")).Is(200).Data;
        Assert.Equal("admin", other.GetProperty("members")[0].Text("role"));

        var rule = Assert.Single(
            (await server.SendAsync("GET", "/v2/teams/serving/routing-rules?teamIdentifierType=name"))
                .Is(200).Data.EnumerateArray());
        Assert.True(rule.GetProperty("isDefault").GetBoolean());
        var escalation = (await server.SendAsync("GET", "/v2/escalations/" + rule.GetProperty("notify").Text("id")))
            .Is(200).Data;
        Assert.Equal("platform", escalation.Text("name"));
        Assert.Equal(
            rule.GetRawText(),
            (await server.SendAsync("GET", $"/v2/teams/serving/routing-rules/{rule.Text("id")}"))
                .Is(200).Data.GetRawText());
        (await server.SendAsync("GET", "/v2/teams/serving/routing-rules/x")).Is(404);
        (await server.SendAsync("GET", "/v2/teams/nobody")).Is(404);
        (await server.SendAsync("GET", "/v2/teams/serving/nothing")).Is(404);
        (await server.SendAsync("GET", "/v2/teams/serving?identifierType=size")).Blames("identifierType");
    }

    [Fact]
    public async Task Lists_are_whole_and_a_teams_key_sees_its_own()
    {
        var teams = (await server.SendAsync("GET", "/v2/teams")).Is(200).Data.EnumerateArray().ToList();
        Assert.Equal(["ml-platform", "serving"], teams.Select(team => team.Text("name")));
        Assert.All(teams, team => Assert.False(team.TryGetProperty("members", out _)));
        var seen = (await server.SendAsync("GET", "/v2/teams", key: OpsgenieServer.TeamKey))
            .Is(200).Data.EnumerateArray();
        Assert.Equal(["serving"], seen.Select(team => team.Text("name")));
        var refused = (await server.SendAsync("GET", "/v2/teams/ml-platform", key: OpsgenieServer.TeamKey)).Is(403);
        Assert.Equal(40301, refused.Body.Number("code"));
    }

    [Fact]
    public async Task An_escalation_has_its_rules_by_delay_with_ids_of_whom_they_notify()
    {
        var rules = (await server.SendAsync("GET", "/v2/escalations/platform?identifierType=name"))
            .Is(200).Data.GetProperty("rules");
        var ada = (await server.SendAsync("GET", "/v2/users/ada@example.com")).Is(200).Data;

        Assert.Equal([0, 5], rules.EnumerateArray().Select(rule => rule.GetProperty("delay").Number("timeAmount")));
        Assert.Equal(
            ("if-not-acked", "default", "user", ada.Text("id")),
            (rules[0].Text("condition"), rules[0].Text("notifyType"), rules[0].GetProperty("recipient").Text("type"), rules[0].GetProperty("recipient").Text("id")));
        Assert.Single((await server.SendAsync("GET", "/v2/escalations")).Is(200).Data.EnumerateArray());
    }

    [Fact]
    public async Task Users_come_in_pages_and_say_how_they_are_reached()
    {
        var page = (await server.SendAsync("GET", "/v2/users/?limit=1&expand=contact")).Is(200);
        Assert.Equal(2, page.Body.Number("totalCount"));
        var ada = Assert.Single(page.Data.EnumerateArray());
        Assert.Equal(
            ("ada@example.com", "Ada", "Admin", "UTC"),
            (ada.Text("username"), ada.Text("fullName"), ada.GetProperty("role").Text("name"), ada.Text("timeZone")));
        var contact = Assert.Single(ada.GetProperty("userContacts").EnumerateArray());
        Assert.Equal("mobile", contact.Text("contactMethod"));
        var next = page.Body.GetProperty("paging").Text("next")!;
        var last = page.Body.GetProperty("paging").Text("last")!;
        var atLast = (await server.SendAsync("GET", new Uri(last).PathAndQuery)).Is(200);
        Assert.NotEqual(0, atLast.Data.GetArrayLength());
        Assert.False(atLast.Body.GetProperty("paging").TryGetProperty("next", out _));
        var bob = Assert.Single(
            (await server.SendAsync("GET", new Uri(next).PathAndQuery)).Is(200).Data.EnumerateArray());
        Assert.Equal(("bob@example.com", "User"), (bob.Text("username"), bob.GetProperty("role").Text("name")));

        var contacts = (await server.SendAsync("GET", "/v2/users/ada@example.com/contacts")).Is(200).Data;
        Assert.Equal(contact.Text("id"), contacts[0].Text("id"));
        Assert.Equal(
            "mobile",
            (await server.SendAsync("GET", $"/v2/users/ada@example.com/contacts/{contact.Text("id")}"))
                .Is(200).Data.Text("method"));
        var rule = (await server.SendAsync("GET", "/v2/users/ada@example.com/notification-rules")).Is(200).Data[0];
        Assert.Equal("create-alert", rule.Text("actionType"));
        var steps = (await server.SendAsync("GET", $"/v2/users/ada@example.com/notification-rules/{rule.Text("id")}/steps")).Is(200).Data;
        Assert.Equal("mobile", steps[0].GetProperty("contact").Text("method"));
        Assert.Equal(
            "ml-platform",
            (await server.SendAsync("GET", "/v2/users/ada@example.com/teams")).Is(200).Data[0].Text("name"));
        Assert.Equal(
            "platform",
            (await server.SendAsync("GET", "/v2/users/ada@example.com/escalations")).Is(200).Data[0].Text("name"));
        Assert.Equal(
            "weekly",
            (await server.SendAsync("GET", "/v2/users/ada@example.com/schedules")).Is(200).Data[0].Text("name"));
    }

    [Theory]
    [InlineData("username:BOB@example.com", "bob@example.com")]
    [InlineData("username:bob*", "bob@example.com")]
    [InlineData("fullName:\"Ada\" AND timeZone:UTC", "ada@example.com")]
    [InlineData("bob", "bob@example.com")]
    [InlineData("username:nobody", null)]
    public async Task Users_are_listed_by_a_query(string query, string? only)
    {
        var answer = (await server.SendAsync("GET", "/v2/users?query=" + Uri.EscapeDataString(query))).Is(200);
        Assert.Equal(only is null ? [] : [only], answer.Data.EnumerateArray().Select(user => user.Text("username")));
        Assert.Equal(only is null ? 0 : 1, answer.Body.Number("totalCount"));
    }

    [Fact]
    public async Task A_query_by_what_users_are_not_searched_by_is_named() =>
        (await server.SendAsync("GET", "/v2/users?query=" + Uri.EscapeDataString("shoeSize:42"))).Blames("query");

    [Fact]
    public async Task Integrations_are_listed_by_type_and_team()
    {
        var all = await NamesAsync("");
        Assert.Contains("sender", all);
        Assert.Equal(all, await NamesAsync("?type=api"));
        Assert.Empty(await NamesAsync("?type=Email"));
        var ofTeam = await NamesAsync("?teamId=" + OpsgenieServer.TeamId);
        Assert.NotEmpty(ofTeam);
        Assert.NotEqual(all, ofTeam);
        Assert.Equal(ofTeam, await NamesAsync("?teamName=serving"));

        async Task<List<string?>> NamesAsync(string query) =>
            [.. (await server.SendAsync("GET", "/v2/integrations" + query)).Is(200).Data.EnumerateArray().Select(one => one.Text("name"))];
    }

    [Fact]
    public async Task An_integration_is_a_key_whose_alerts_name_it_and_hides_what_it_is()
    {
        var listed = (await server.SendAsync("GET", "/v2/integrations")).Is(200).Data.EnumerateArray().ToList();
        var sender = listed.Single(one => one.Text("name") == "sender");
        var alias = server.NewAlias();
        (await server.SendAsync("POST", "/v2/alerts", new { message = "x", alias }, OpsgenieServer.SenderKey)).Is(202);
        Assert.Equal(sender.Text("id"), (await server.GetAsync(alias)).GetProperty("integration").Text("id"));

        var whole = (await server.SendAsync("GET", "/v2/integrations/" + sender.Text("id"))).Is(200).Data;
        Assert.Equal("API", whole.Text("type"));
        Assert.True(whole.GetProperty("allowWriteAccess").GetBoolean());
        Assert.False(whole.TryGetProperty("apiKey", out _));
        Assert.DoesNotContain(OpsgenieServer.SenderKey, whole.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("id", whole.GetProperty("_readOnly").EnumerateArray().Select(one => one.GetString()));
        Assert.Empty(
            (await server.SendAsync("GET", $"/v2/integrations/{sender.Text("id")}/actions"))
                .Is(200).Data.GetProperty("create")
                .EnumerateArray());
    }

    [Fact]
    public async Task A_contact_is_made_changed_switched_off_and_taken_away_and_one_of_a_file_is_not()
    {
        const string contacts = "/v2/users/bob@example.com/contacts";
        var ofFile = (await server.SendAsync("GET", contacts)).Is(200).Data[0];
        var made = (await server.SendAsync("POST", contacts, new { method = "email", to = "bob@home.example.com" }))
            .Is(201).Data;
        var mine = $"{contacts}/{made.Text("id")}";
        Assert.Equal(
            ("email", "bob@home.example.com", true),
            (made.Text("method"), made.Text("to"), made.GetProperty("status").GetProperty("enabled").GetBoolean()));
        Assert.StartsWith("Not verified", made.GetProperty("status").Text("disabledReason"), StringComparison.Ordinal);

        Assert.Equal(
            "bob@new.example.com",
            (await server.SendAsync("PATCH", mine, new { to = "bob@new.example.com" })).Is(200).Data.Text("to"));
        (await server.SendAsync("POST", mine + "/disable")).Is(200);
        Assert.False(
            (await server.SendAsync("GET", mine))
                .Is(200).Data.GetProperty("status")
                .GetProperty("enabled")
                .GetBoolean());
        (await server.SendAsync("POST", mine + "/enable")).Is(200);
        Assert.Equal(
            [ofFile.Text("id"), made.Text("id")],
            (await server.SendAsync("GET", contacts))
                .Is(200).Data.EnumerateArray()
                .Select(contact => contact.Text("id")));

        (await server.SendAsync("DELETE", mine)).Is(200);
        (await server.SendAsync("GET", mine)).Is(404);
        (await server.SendAsync("DELETE", mine)).Is(404);

        (await server.SendAsync("POST", contacts, new { method = "email" })).Blames("to");
        (await server.SendAsync("POST", contacts, new { method = "sms", to = "1-5551234567" })).Blames("method");
        var hers = (await server.SendAsync("GET", "/v2/users/ada@example.com/contacts")).Is(200).Data[0];
        var refused = (await server.SendAsync("DELETE", $"/v2/users/ada@example.com/contacts/{hers.Text("id")}"))
            .Is(409);
        Assert.Contains("site.yaml", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PATCH", "/v2/teams/serving")]
    [InlineData("POST", "/v2/teams/serving/members")]
    [InlineData("DELETE", "/v2/teams/serving/routing-rules/x")]
    [InlineData("DELETE", "/v2/escalations/platform")]
    [InlineData("PATCH", "/v2/users/ada@example.com")]
    [InlineData("POST", "/v2/integrations/sender/disable")]
    public async Task What_a_file_has_is_changed_there_and_the_refusal_names_it(string method, string path)
    {
        var refused = (await server.SendAsync(method, path, "{}")).Is(409);
        Assert.Contains("site.yaml", refused.Message, StringComparison.Ordinal);
        (await server.SendAsync(method, path, "{}", OpsgenieServer.SenderKey)).Is(403);
    }

    [Fact]
    public async Task A_name_that_a_file_has_is_that_files()
    {
        Assert.Contains(
            "site.yaml",
            (await server.SendAsync("POST", "/v2/teams", new { name = "SERVING" })).Is(409).Message,
            StringComparison.Ordinal);
        (await server.SendAsync("POST", "/v2/users", new { username = "ada@example.com" })).Is(409);
        (await server.SendAsync("POST", "/v2/teams", "[")).Is(400);
        (await server.SendAsync("PATCH", "/v2/teams/nobody", "{}")).Is(404);
        (await server.SendAsync("PATCH", "/v2/teams", "{}")).Is(405);
    }

    [Theory]
    [InlineData("/v1/policies", "/v2/policies", 403)]
    [InlineData("/v1/services", "topology", 404)]
    [InlineData("/v1/incident-templates", "topology", 404)]
    [InlineData("/v2/forwarding-rules", "override", 403)]
    [InlineData("/v2/roles/", "rights of keys", 403)]
    public async Task What_there_is_none_of_is_an_empty_list_and_a_refusal_that_says_what_there_is_instead(string path, string instead, int one)
    {
        Assert.Empty((await server.SendAsync("GET", path)).Is(200).Data.EnumerateArray());
        Assert.Contains(instead, (await server.SendAsync("POST", path, "{}")).Is(403).Message, StringComparison.Ordinal);
        Assert.Contains(instead, (await server.SendAsync("GET", path.TrimEnd('/') + "/x")).Is(one).Message, StringComparison.Ordinal);
    }
}
