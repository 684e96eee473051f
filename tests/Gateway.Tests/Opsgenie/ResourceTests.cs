using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>What Terraform makes, reads back, changes and destroys.</summary>
public sealed class ResourceTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Fact]
    public async Task A_user_is_made_with_all_its_fields_changed_and_deleted_when_nobody_names_it()
    {
        var name = NewName("eve") + "@example.com";
        var made = (await server.SendAsync("POST", "/v2/users", new
        {
            username = name,
            fullName = "Eve Ärger",
            role = new { name = "Owner" },
            timeZone = "Europe/Berlin",
            locale = "de_DE",
            skypeUsername = "eve",
            userAddress = new { country = "Germany", city = "Berlin" },
            tags = new[] { "gpu" },
            details = new { floor = new[] { "3" } },
        })).Is(201);
        Assert.Equal(("Created", name), (made.Body.Text("result"), made.Data.Text("name")));

        var read = (await server.SendAsync("GET", $"/v2/users/{made.Data.Text("id")}?expand=contact")).Is(200).Data;
        Assert.Equal((name, "Eve Ärger", "Europe/Berlin", "de_DE", "eve"),
            (read.Text("username"), read.Text("fullName"), read.Text("timeZone"), read.Text("locale"), read.Text("skypeUsername")));
        Assert.Equal("Owner", read.GetProperty("role").Text("name"));
        Assert.Equal("Berlin", read.GetProperty("userAddress").Text("city"));
        Assert.Equal("gpu", read.GetProperty("tags")[0].GetString());
        Assert.Equal("3", read.GetProperty("details").GetProperty("floor")[0].GetString());
        var contact = Assert.Single(read.GetProperty("userContacts").EnumerateArray());
        Assert.Equal((name, "email"), (contact.Text("to"), contact.Text("contactMethod")));

        (await server.SendAsync("PATCH", "/v2/users/" + name, new { fullName = "Eve", locale = "en_GB" })).Is(200);
        var changed = (await server.SendAsync("GET", "/v2/users/" + name)).Is(200).Data;
        Assert.Equal(
            ("Eve", "en_GB", "Owner"),
            (changed.Text("fullName"), changed.Text("locale"), changed.GetProperty("role").Text("name")));

        var team = await server.MakeTeamAsync(name);
        Assert.Contains(
            "is used by",
            (await server.SendAsync("DELETE", "/v2/users/" + name)).Is(428).Message,
            StringComparison.Ordinal);
        (await server.SendAsync("DELETE", "/v2/teams/" + team)).Is(200);
        (await server.SendAsync("DELETE", "/v2/users/" + name)).Is(200);
        (await server.SendAsync("GET", "/v2/users/" + name)).Is(404);
        (await server.SendAsync("POST", "/v2/users", new { username = name })).Is(201);
        Assert.Single((await server.SendAsync("GET", $"/v2/users/{name}/contacts")).Is(200).Data.EnumerateArray());

        (await server.SendAsync("POST", "/v2/users", new { fullName = "x" })).Blames("username");
        (await server.SendAsync("PATCH", "/v2/users/" + name, new { timeZone = "Mars/North" })).Blames("timeZone");
    }

    [Fact]
    public async Task A_team_comes_with_a_schedule_an_escalation_and_a_routing_rule_and_takes_them_with_it()
    {
        var id = await server.MakeTeamAsync("ada@example.com", "bob@example.com");
        var team = (await server.SendAsync("GET", "/v2/teams/" + id)).Is(200).Data;
        var name = team.Text("name")!;
        Assert.Equal(
            ["ada@example.com", "bob@example.com"],
            team.GetProperty("members").EnumerateArray().Select(m => m.GetProperty("user").Text("username")));

        var schedule = (await server.SendAsync("GET", $"/v2/schedules/{name}_schedule?identifierType=name"))
            .Is(200).Data;
        Assert.Equal((id, 2), (schedule.GetProperty("ownerTeam").Text("id"), schedule.GetProperty("rotations")[0].GetProperty("participants").GetArrayLength()));
        var escalation = (await server.SendAsync("GET", $"/v2/escalations/{name}_escalation?identifierType=name"))
            .Is(200).Data;
        Assert.Equal(
            [("schedule", "default", 0), ("schedule", "next", 5), ("team", "all", 10)],
            escalation.GetProperty("rules").EnumerateArray()
                .Select(rule => (rule.GetProperty("recipient").Text("type"), rule.Text("notifyType"), rule.GetProperty("delay").Number("timeAmount"))));
        var rule = Assert.Single(
            (await server.SendAsync("GET", $"/v2/teams/{id}/routing-rules")).Is(200).Data.EnumerateArray());
        Assert.Equal(escalation.Text("id"), rule.GetProperty("notify").Text("id"));

        (await server.SendAsync("POST", $"/v2/teams/{id}/members", new { user = new { username = "bob@example.com" }, role = "admin" })).Is(200);
        (await server.SendAsync("DELETE", $"/v2/teams/{id}/members/ada@example.com")).Is(200);
        (await server.SendAsync("DELETE", $"/v2/teams/{id}/members/ada@example.com")).Is(404);
        var member = Assert.Single(
            (await server.SendAsync("GET", "/v2/teams/" + id)).Is(200).Data.GetProperty("members").EnumerateArray());
        Assert.Equal(("bob@example.com", "admin"), (member.GetProperty("user").Text("username"), member.Text("role")));
        Assert.Equal(["bob@example.com"], TurnsOf(name));
        (await server.SendAsync("PATCH", "/v2/teams/" + id, new { members = new[] { new { user = new { username = "ada@example.com" } } } })).Is(200);
        Assert.Empty(TurnsOf(name));

        (await server.SendAsync("DELETE", "/v2/teams/" + id)).Is(200);
        (await server.SendAsync("GET", $"/v2/schedules/{name}_schedule?identifierType=name")).Is(404);
        (await server.SendAsync("GET", $"/v2/escalations/{name}_escalation?identifierType=name")).Is(404);
    }

    [Fact]
    public async Task What_was_made_with_a_team_goes_by_itself_when_its_rule_no_longer_names_it()
    {
        var id = await server.MakeTeamAsync("bob@example.com");
        var name = (await server.SendAsync("GET", "/v2/teams/" + id)).Is(200).Data.Text("name");
        var escalation = (await server.SendAsync("GET", $"/v2/escalations/{name}_escalation?identifierType=name"))
            .Is(200).Data.Text("id");
        Assert.Contains(
            name!,
            (await server.SendAsync("DELETE", "/v2/escalations/" + escalation)).Is(428).Message,
            StringComparison.Ordinal);
        var rule = (await server.SendAsync("GET", $"/v2/teams/{id}/routing-rules")).Is(200).Data[0].Text("id");
        (await server.SendAsync("PATCH", $"/v2/teams/{id}/routing-rules/{rule}", new { notify = new { type = "none" } })).Is(200);
        (await server.SendAsync("DELETE", "/v2/escalations/" + escalation)).Is(200);
        (await server.SendAsync("DELETE", $"/v2/schedules/{name}_schedule?identifierType=name")).Is(200);

        (await server.SendAsync("PATCH", $"/v2/teams/{id}/routing-rules/{rule}", new { notify = new { type = "escalation", name = "platform" } })).Is(200);
        var notify = (await server.SendAsync("GET", $"/v2/teams/{id}/routing-rules/{rule}"))
            .Is(200).Data.GetProperty("notify");
        Assert.Equal(("escalation", "platform"), (notify.Text("type"), notify.Text("name")));
        (await server.SendAsync("PATCH", $"/v2/teams/{id}/routing-rules/{rule}", new { notify = new { type = "escalation", name = "x" } })).Blames("notify.name");
    }

    [Fact]
    public async Task An_escalation_is_made_read_back_as_it_was_sent_changed_and_deleted()
    {
        var name = NewName("climb");
        var sent = new
        {
            name,
            description = "for Terraform",
            ownerTeam = new { id = OpsgenieServer.TeamId },
            rules = new object[]
            {
                new { condition = "if-not-acked", notifyType = "default", delay = new { timeAmount = 1 }, recipient = new { type = "user", username = "bob@example.com" } },
                new { condition = "if-not-closed", notifyType = "previous", delay = new { timeAmount = 1, timeUnit = "hour" }, recipient = new { type = "schedule", id = OpsgenieServer.ScheduleId } },
                new { condition = "if-not-acked", notifyType = "random", delay = new { timeAmount = 90 }, recipient = new { type = "team", name = "serving" } },
            },
            repeat = new { waitInterval = 10, count = 2, resetRecipientStates = true, closeAlertAfterAll = true },
        };
        var id = (await server.SendAsync("POST", "/v2/escalations", sent)).Is(201).Data.Text("id");
        var read = (await server.SendAsync("GET", "/v2/escalations/" + id)).Is(200).Data;
        Assert.Equal(
            (name, "for Terraform", OpsgenieServer.TeamId),
            (read.Text("name"), read.Text("description"), read.GetProperty("ownerTeam").Text("id")));
        Assert.Equal(
            [("if-not-acked", "default", 1, "user"), ("if-not-closed", "previous", 60, "schedule"), ("if-not-acked", "random", 90, "team")],
            read.GetProperty("rules").EnumerateArray().Select(rule => (
                rule.Text("condition"), rule.Text("notifyType"), rule.GetProperty("delay").Number("timeAmount"), rule.GetProperty("recipient").Text("type"))));
        Assert.Equal(
            (10, 2), (read.GetProperty("repeat").Number("waitInterval"), read.GetProperty("repeat").Number("count")));
        Assert.True(read.GetProperty("repeat").GetProperty("closeAlertAfterAll").GetBoolean());

        (await server.SendAsync("PATCH", "/v2/escalations/" + id, new { description = "", repeat = new { } })).Is(200);
        var patched = (await server.SendAsync("GET", "/v2/escalations/" + id)).Is(200).Data;
        Assert.Equal(3, patched.GetProperty("rules").GetArrayLength());
        Assert.False(patched.TryGetProperty("repeat", out _));
        (await server.SendAsync("POST", "/v2/escalations", sent)).Is(409);
        (await server.SendAsync("DELETE", "/v2/escalations/" + id)).Is(200);
        (await server.SendAsync("GET", "/v2/escalations/" + id)).Is(404);

        (await server.SendAsync("POST", "/v2/escalations", new { name })).Blames("rules");
        var stranger = new { recipient = new { type = "user", username = "who@example.com" } };
        (await server.SendAsync("POST", "/v2/escalations", new { name, rules = new[] { stranger } }))
            .Blames("rules[0].recipient.name");
    }

    [Fact]
    public async Task An_integration_shows_its_key_once_and_the_key_opens_the_door_until_it_is_switched_off()
    {
        var made = (await server.SendAsync("POST", "/v2/integrations", new
        {
            name = NewName("prometheus"),
            type = "Prometheus",
            ownerTeam = new { name = "serving" },
            responders = new[] { new { type = "team", id = OpsgenieServer.TeamId } },
            allowWriteAccess = true,
            suppressNotifications = false,
        })).Is(201).Data;
        var (id, key) = (made.Text("id"), made.Text("apiKey")!);
        var alias = server.NewAlias();
        (await server.SendAsync("POST", "/v2/alerts", new { message = "x", alias }, key)).Is(202);
        var alert = await server.GetAsync(alias);
        Assert.Equal(
            (id, "Prometheus"),
            (alert.GetProperty("integration").Text("id"), alert.GetProperty("integration").Text("type")));
        Assert.Equal(OpsgenieServer.TeamId, alert.GetProperty("teams")[0].Text("id"));

        (await server.SendAsync("POST", $"/v2/integrations/{id}/disable")).Is(201);
        (await server.SendAsync("POST", "/v2/alerts", new { message = "x", alias }, key)).Is(401);
        (await server.SendAsync("POST", $"/v2/integrations/{id}/enable")).Is(201);

        // As Terraform changes one: what it read, without what is read-only, back whole.
        var read = (await server.SendAsync("GET", "/v2/integrations/" + id)).Is(200).Data;
        var whole = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(read.GetRawText())!;
        Assert.False(whole.ContainsKey("apiKey"));
        read.GetProperty("_readOnly").EnumerateArray().ToList().ForEach(name => whole.Remove(name.GetString()!));
        whole["allowWriteAccess"] = JsonSerializer.SerializeToElement(false);
        (await server.SendAsync("PUT", "/v2/integrations/" + id, whole)).Is(200);
        (await server.SendAsync("POST", "/v2/alerts", new { message = "x", alias }, key)).Is(403);
        Assert.Equal("Prometheus", (await server.SendAsync("GET", "/v2/integrations/" + id)).Is(200).Data.Text("type"));

        (await server.SendAsync("DELETE", "/v2/integrations/" + id)).Is(200);
        (await server.SendAsync("GET", "/v2/alerts", key: key)).Is(401);
        (await server.SendAsync("POST", "/v2/integrations", new { name = NewName("x"), suppressNotifications = true }))
            .Blames("suppressNotifications");
        (await server.SendAsync("POST", "/v2/integrations", new { name = NewName("x"), responders = new[] { new { type = "team", name = "serving" } } })).Blames("responders");
    }

    [Fact]
    public async Task Routing_rules_are_asked_in_their_order_before_the_default_one()
    {
        var id = await server.MakeTeamAsync("bob@example.com");
        var name = (await server.SendAsync("GET", "/v2/teams/" + id)).Is(200).Data.Text("name")!;
        var rules = $"/v2/teams/{id}/routing-rules";
        var second = (await server.SendAsync("POST", rules, new
        {
            name = "gpu",
            criteria = new { type = "match-any-condition", conditions = new[] { new { field = "tags", operation = "contains", expectedValue = "gpu" } } },
            timezone = "Europe/Berlin",
            notify = new { type = "schedule", id = OpsgenieServer.ScheduleId },
        })).Is(201).Data;
        Assert.Equal("gpu", second.Text("name"));
        var first = (await server.SendAsync("POST", rules, new
        {
            order = 0,
            criteria = new
            {
                type = "match-all-conditions",
                conditions = new object[]
                {
                    new { field = "tags", operation = "contains", expectedValue = "GPU" },
                    new { field = "priority", operation = "greater-than", expectedValue = "P2", not = true },
                    new { field = "extra-properties", key = "node", operation = "matches", expectedValue = "n-[0-9]+" },
                },
            },
            notify = new { type = "escalation", name = "platform" },
        })).Is(201).Data.Text("id");
        var listed = (await server.SendAsync("GET", rules)).Is(200).Data.EnumerateArray().ToList();
        Assert.Equal([first, second.Text("id")], listed.SkipLast(1).Select(rule => rule.Text("id")));
        Assert.Equal([0, 1, 2], listed.Select(rule => rule.Number("order")));
        Assert.Equal([false, false, true], listed.Select(rule => rule.GetProperty("isDefault").GetBoolean()));
        var condition = listed[0].GetProperty("criteria").GetProperty("conditions")[2];
        Assert.Equal(("extra-properties", "node", "matches", "n-[0-9]+"),
            (condition.Text("field"), condition.Text("key"), condition.Text("operation"), condition.Text("expectedValue")));
        Assert.Equal(
            ("schedule", "weekly"),
            (listed[1].GetProperty("notify").Text("type"), listed[1].GetProperty("notify").Text("name")));

        Assert.Equal("platform", await PolicyOfAsync(name, "P3", "n-12"));
        Assert.Equal("schedule:weekly", await PolicyOfAsync(name, "P1", "n-12"));
        Assert.Equal(name + "_escalation", await PolicyOfAsync(name, "P3", "n-12", tag: "cpu"));

        (await server.SendAsync("POST", $"{rules}/{first}/change-order", new { order = 1 })).Is(200);
        Assert.Equal("schedule:weekly", await PolicyOfAsync(name, "P3", "n-12"));
        (await server.SendAsync("PATCH", $"{rules}/{second.Text("id")}", new
        {
            timeRestriction = new { type = "time-of-day", restriction = new { startHour = 8, startMin = 0, endHour = 18, endMin = 0 } },
            notify = new { type = "escalation", name = "platform" },
        })).Is(200);
        var patched = (await server.SendAsync("GET", $"{rules}/{second.Text("id")}")).Is(200).Data;
        Assert.Equal(18, patched.GetProperty("timeRestriction").GetProperty("restriction").Number("endHour"));
        Assert.Equal("gpu", patched.Text("name"));
        (await server.SendAsync("DELETE", $"{rules}/{second.Text("id")}")).Is(200);
        (await server.SendAsync("DELETE", $"{rules}/{second.Text("id")}")).Is(404);
        (await server.SendAsync("DELETE", $"{rules}/{listed[2].Text("id")}")).Is(422);

        (await server.SendAsync("POST", rules, new { name = "nobody", notify = new { type = "none" } }))
            .Blames("notify.type");
        var broken = new { field = "message", operation = "matches", expectedValue = "(" };
        (await server.SendAsync("POST", rules, new { criteria = new { type = "match-any-condition", conditions = new[] { broken } } }))
            .Blames("criteria.conditions[0].operation");
    }

    [Theory]
    [InlineData("""{"waitInterval":-1,"count":1}""", "repeat.waitInterval")]
    [InlineData("""{"waitInterval":1,"count":-3}""", "repeat.count")]
    [InlineData("""{"waitInterval":10,"closeAlertAfterAll":true}""", "repeat.count")]
    public async Task A_repeat_that_would_page_for_ever_or_close_unheard_is_refused(string repeat, string field)
    {
        var body = $$$"""{"name":"{{{NewName("r")}}}","rules":[{"recipient":{"type":"user","username":"bob@example.com"}}],"repeat":{{{repeat}}}}""";
        (await server.SendAsync("POST", "/v2/escalations", body)).Blames(field);
    }

    [Fact]
    public async Task A_repeat_without_a_count_goes_on_until_somebody_answers()
    {
        var name = NewName("r");
        var body = $$$"""{"name":"{{{name}}}","rules":[{"recipient":{"type":"user","username":"bob@example.com"}}],"repeat":{"waitInterval":10}}""";
        (await server.SendAsync("POST", "/v2/escalations", body)).Is(201);
        var repeat = server.Policy.FindEscalation(name)!.Repeat!;
        Assert.Equal((TimeSpan.FromMinutes(10), null), (repeat.Wait, repeat.Count));
    }

    [Fact]
    public async Task Wrong_numbers_and_conditions_that_would_be_left_out_are_refused()
    {
        var recipient = new { type = "user", username = "bob@example.com" };
        var forever = new { delay = new { timeAmount = 2_000_000_000, timeUnit = "days" }, recipient };
        (await server.SendAsync("POST", "/v2/escalations", new { name = NewName("e"), rules = new[] { forever } }))
            .Blames("rules[0].delay.timeAmount");
        (await server.SendAsync("POST", "/v2/escalations", new { name = "schedule:weekly", rules = new[] { new { recipient } } })).Blames("name");
        var conditions = new[] { new { field = "tags", operation = "contains", expectedValue = "x" } };
        (await server.SendAsync("POST", "/v2/policies", new { type = "alert", name = "a", filter = new { conditions } })).Blames("filter.conditions");
        var id = (await server.SendAsync("POST", "/v2/policies", new { type = "alert", name = "a", filter = new { type = "match-all" }, enabled = false })).Is(201).Data.Text("id");
        (await server.SendAsync("POST", $"/v2/policies/{id}/change-order", new { targetIndex = -1 }))
            .Blames("targetIndex");
        (await server.SendAsync("DELETE", "/v2/policies/" + id)).Is(200);
        (await server.SendAsync("POST", "/v2/integrations", new { name = NewName("i"), type = "Email", emailUsername = "x" })).Blames("type");
        (await server.SendAsync("POST", "/v2/users", new { username = NewName("u"), tags = "x" })).Blames("tags");
        (await server.SendAsync("POST", "/v2/users", new { username = NewName("u"), details = new { a = "b" } }))
            .Blames("details");
    }

    [Fact]
    public async Task A_schedule_and_a_user_that_others_need_keep_their_names()
    {
        var id = await server.MakeTeamAsync("bob@example.com");
        var name = (await server.SendAsync("GET", "/v2/teams/" + id)).Is(200).Data.Text("name");
        var renamed = (await server.SendAsync("PATCH", $"/v2/schedules/{name}_schedule?identifierType=name", new { name = NewName("s") })).Is(409);
        Assert.Contains("keeps its name", renamed.Message, StringComparison.Ordinal);
        Assert.Contains("make one of the new name", renamed.Message, StringComparison.Ordinal);
        var user = NewName("u") + "@example.com";
        (await server.SendAsync("POST", "/v2/users", new { username = user })).Is(201);
        (await server.SendAsync("PATCH", "/v2/users/" + user, new { username = "x" + user })).Is(409);

        // One that was switched off goes with its user: who gets the name later is somebody else.
        var contact = (await server.SendAsync("GET", $"/v2/users/{user}/contacts")).Is(200).Data[0].Text("id");
        (await server.SendAsync("POST", $"/v2/users/{user}/contacts/{contact}/disable")).Is(200);
        (await server.SendAsync("DELETE", "/v2/users/" + user)).Is(200);
        Assert.DoesNotContain(server.Policy.MadeContacts, made => made.User == user);
    }

    [Fact]
    public async Task A_team_goes_with_rules_that_name_what_is_its_own()
    {
        var id = await server.MakeTeamAsync("bob@example.com");
        var name = (await server.SendAsync("GET", "/v2/teams/" + id)).Is(200).Data.Text("name");
        foreach (var (type, own) in new[] { ("escalation", name + "_escalation"), ("schedule", name + "_schedule") })
        {
            (await server.SendAsync("POST", $"/v2/teams/{id}/routing-rules", new { notify = new { type, name = own } }))
                .Is(201);
        }

        (await server.SendAsync("DELETE", "/v2/teams/" + id)).Is(200);
        (await server.SendAsync("GET", $"/v2/schedules/{name}_schedule?identifierType=name")).Is(404);
    }

    [Fact]
    public async Task What_a_team_does_not_own_is_not_taken_over_by_a_new_team_of_that_name()
    {
        var name = NewName("t");
        var rules = new[] { new { recipient = new { type = "user", username = "bob@example.com" } } };
        (await server.SendAsync("POST", "/v2/escalations", new { name = name + "_escalation", rules }, OpsgenieServer.TeamKey)).Is(201);
        var id = (await server.SendAsync("POST", "/v2/teams", new { name })).Is(201).Data.Text("id");
        var notify = (await server.SendAsync("GET", $"/v2/teams/{id}/routing-rules"))
            .Is(200).Data[0]
            .GetProperty("notify");
        Assert.Equal("none", notify.Text("type"));
    }

    [Fact]
    public async Task A_teams_key_gives_no_right_it_has_not_and_changes_no_one_of_another_team()
    {
        var id = await server.MakeTeamAsync("ada@example.com");
        var name = (await server.SendAsync("GET", "/v2/teams/" + id)).Is(200).Data.Text("name");
        var key = (await server.SendAsync(
            "POST", "/v2/integrations", new { name = NewName("k"), ownerTeam = new { name }, allowConfigurationAccess = true, allowWriteAccess = false })).Is(201).Data.Text("apiKey")!;
        var made = (await server.SendAsync("POST", "/v2/integrations", new { name = NewName("k"), allowWriteAccess = true }, key)).Is(201).Data;
        var rights = (await server.SendAsync("GET", "/v2/integrations/" + made.Text("id"))).Is(200).Data;
        Assert.False(rights.GetProperty("allowWriteAccess").GetBoolean());
        (await server.SendAsync("POST", "/v2/users/ada@example.com/contacts", new { method = "email", to = "x@example.com" }, key)).Is(403);
    }

    [Fact]
    public async Task A_teams_key_makes_what_is_its_teams_and_nothing_else()
    {
        (await server.SendAsync("POST", "/v2/teams", new { name = NewName("t") }, OpsgenieServer.TeamKey)).Is(403);
        (await server.SendAsync("POST", "/v2/users", new { username = NewName("u") }, OpsgenieServer.TeamKey)).Is(403);
        var made = (await server.SendAsync(
            "POST", "/v2/integrations", new { name = NewName("k"), ownerTeam = new { name = "ml-platform" } }, OpsgenieServer.TeamKey)).Is(201).Data;
        Assert.Equal(OpsgenieServer.TeamId, made.Text("teamId"));
        (await server.SendAsync("GET", "/v2/integrations/" + made.Text("id"), key: OpsgenieServer.OtherTeamKey))
            .Is(403);
        (await server.SendAsync("DELETE", "/v2/integrations/" + made.Text("id"), key: OpsgenieServer.OtherTeamKey))
            .Is(403);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("users")]
    [InlineData("all")]
    [InlineData("admins")]
    public async Task What_a_rule_of_an_escalation_calls_the_members_of_a_team_is_read_back_as_it_was_written(
        string notifyType)
    {
        var rules = new[] { new { notifyType, recipient = new { type = "team", name = "serving" } } };
        var id = (await server.SendAsync("POST", "/v2/escalations", new { name = NewName("e"), rules }))
            .Is(201).Data.Text("id");
        Assert.Equal(
            notifyType,
            (await server.SendAsync("GET", "/v2/escalations/" + id))
                .Is(200).Data.GetProperty("rules")[0]
                .Text("notifyType"));
    }

    private IEnumerable<string> TurnsOf(string team) => server.Policy.FindSchedule(team + "_schedule")!.Rotations
        .SelectMany(rotation => rotation.Participants).Select(who => who.Name);

    /// <summary>The escalation that pages for an alert of the team.</summary>
    private async Task<string?> PolicyOfAsync(string team, string priority, string node, string tag = "gpu")
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new
        {
            priority,
            tags = new[] { tag },
            details = new { node },
            entity = "node:" + alias,
            responders = new[] { new { type = "team", name = team } },
        });
        return await server.LadderOfAsync(alias);
    }

    private string NewName(string word) => server.NewAlias(word);
}
