using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>How a person is told of what, as Terraform says it.</summary>
public sealed class NotificationRuleTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Fact]
    public async Task A_rule_is_made_read_back_as_it_was_sent_changed_and_deleted()
    {
        var (user, second) = await MakeUserAsync();
        var rules = $"/v2/users/{user}/notification-rules";
        var made = (await server.SendAsync("POST", rules, new
        {
            name = "urgent",
            actionType = "create-alert",
            order = 0,
            enabled = true,
            criteria = new { type = "match-all-conditions", conditions = new[] { new { field = "priority", operation = "greater-than", expectedValue = "P3" } } },
            timeRestriction = new { type = "time-of-day", restriction = new { startHour = 8, startMin = 0, endHour = 18, endMin = 30 } },
            notificationTime = Array.Empty<string>(),
            repeat = new { loopAfter = 0, enabled = false },
            steps = new object[]
            {
                new { enabled = true, sendAfter = new { timeAmount = 1, timeUnit = "minute" }, contact = new { method = "email", to = second } },
                new { enabled = false, contact = new { method = "email", to = user } },
            },
        })).Is(201).Data;
        Assert.Equal("urgent", made.Text("name"));
        var path = $"{rules}/{made.Text("id")}";
        var read = (await server.SendAsync("GET", path)).Is(200).Data;
        Assert.Equal(("urgent", "create-alert", 0), (read.Text("name"), read.Text("actionType"), read.Number("order")));
        Assert.Equal("P3", read.GetProperty("criteria").GetProperty("conditions")[0].Text("expectedValue"));
        Assert.Equal(30, read.GetProperty("timeRestriction").GetProperty("restriction").Number("endMin"));
        Assert.Equal(
            [(second, 1, true), (user, 0, false)],
            read.GetProperty("steps").EnumerateArray().Select(step => (
                step.GetProperty("contact").Text("to"), step.GetProperty("sendAfter").Number("timeAmount"), step.GetProperty("enabled").GetBoolean())));

        (await server.SendAsync("PATCH", path, new { name = "loud", timeRestriction = (object?)null, criteria = new { type = "match-all" } })).Is(200);
        var patched = (await server.SendAsync("GET", path)).Is(200).Data;
        Assert.Equal(("loud", "match-all", 2), (patched.Text("name"), patched.GetProperty("criteria").Text("type"), patched.GetProperty("steps").GetArrayLength()));
        (await server.SendAsync("POST", path + "/disable")).Is(200);
        Assert.False((await server.SendAsync("GET", path)).Is(200).Data.GetProperty("enabled").GetBoolean());
        (await server.SendAsync("POST", path + "/enable")).Is(200);
        Assert.True((await server.SendAsync("GET", path)).Is(200).Data.GetProperty("enabled").GetBoolean());

        (await server.SendAsync("DELETE", path)).Is(200);
        (await server.SendAsync("GET", path)).Is(404);
        (await server.SendAsync("DELETE", path)).Is(404);
    }

    [Fact]
    public async Task Rules_keep_their_order_and_the_default_one_comes_last_and_stays_as_it_is()
    {
        var (user, second) = await MakeUserAsync();
        var rules = $"/v2/users/{user}/notification-rules";
        var ids = new List<string?>();
        foreach (var name in new[] { "a", "b" })
        {
            ids.Add((await server.SendAsync("POST", rules, new { name, actionType = "assigned-alert", steps = Steps(second) })).Is(201).Data.Text("id"));
        }

        (await server.SendAsync("POST", $"{rules}/{ids[1]}/change-order", new { order = 0 })).Is(200);
        (await server.SendAsync("POST", $"{rules}/{ids[1]}/change-order", new { order = -1 })).Blames("order");
        var listed = (await server.SendAsync("GET", rules)).Is(200).Data.EnumerateArray().ToList();
        Assert.Equal(["b", "a", "New Alert"], listed.Select(rule => rule.Text("name")));
        Assert.Equal([0, 1, 2], listed.Select(rule => rule.Number("order")));
        Assert.Equal(
            [user, second],
            listed[2].GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("contact").Text("to")));
        (await server.SendAsync("PATCH", $"{rules}/{listed[2].Text("id")}", new { name = "x" })).Is(422);
        (await server.SendAsync("DELETE", $"{rules}/{listed[2].Text("id")}")).Is(422);
    }

    [Fact]
    public async Task Steps_are_made_changed_and_deleted_one_by_one()
    {
        var (user, second) = await MakeUserAsync();
        var rule = (await server.SendAsync("POST", $"/v2/users/{user}/notification-rules", new { name = "r", actionType = "create-alert" })).Is(201).Data.Text("id");
        var steps = $"/v2/users/{user}/notification-rules/{rule}/steps";
        var id = (await server.SendAsync(
            "POST", steps, new { contact = new { method = "email", to = second }, sendAfter = new { timeAmount = 2 }, enabled = true })).Is(201).Data.Text("id");
        var read = (await server.SendAsync("GET", $"{steps}/{id}")).Is(200).Data;
        Assert.Equal((rule, second), (read.GetProperty("_parent").Text("id"), read.GetProperty("contact").Text("to")));
        (await server.SendAsync("PATCH", $"{steps}/{id}", new { sendAfter = new { timeAmount = 7 } })).Is(200);
        (await server.SendAsync("POST", $"{steps}/{id}/disable")).Is(200);
        var changed = Assert.Single((await server.SendAsync("GET", steps)).Is(200).Data.EnumerateArray());
        Assert.Equal(
            (7, false),
            (changed.GetProperty("sendAfter").Number("timeAmount"), changed.GetProperty("enabled").GetBoolean()));
        (await server.SendAsync("POST", $"{steps}/{id}/enable")).Is(200);
        (await server.SendAsync("POST", steps, new { contact = new { method = "email", to = "who@example.com" } }))
            .Blames("contact.to");
        (await server.SendAsync("POST", steps, new { sendAfter = new { timeAmount = 2 } })).Blames("contact");
        (await server.SendAsync("DELETE", $"{steps}/{id}")).Is(200);
        (await server.SendAsync("GET", $"{steps}/{id}")).Is(404);
        (await server.SendAsync("DELETE", $"{steps}/{id}")).Is(404);
    }

    [Fact]
    public async Task A_page_goes_by_the_rule_that_takes_it_and_else_to_all_contacts()
    {
        var (user, second) = await MakeUserAsync();
        (await server.SendAsync("POST", $"/v2/users/{user}/notification-rules", new
        {
            name = "urgent",
            actionType = "create-alert",
            criteria = new { type = "match-any-condition", conditions = new[] { new { field = "priority", operation = "equals", expectedValue = "P1" } } },
            steps = new object[]
            {
                new { contact = new { method = "email", to = user }, sendAfter = new { timeAmount = 3 } },
                new { contact = new { method = "email", to = second } },
            },
        })).Is(201);
        var team = server.NewAlias("rules");
        (await server.SendAsync("POST", "/v2/teams", new { name = team, members = new[] { new { user = new { username = user } } } })).Is(201);

        var urgent = await PagesOfAsync(team, "P1");
        Assert.Equal([second, user], urgent.Select(page => page.Targets[0].Address));
        Assert.EndsWith("by mail after 3m", urgent[1].Reason, StringComparison.Ordinal);
        var other = Assert.Single(await PagesOfAsync(team, "P3"));
        Assert.Equal([user, second], other.Targets.Select(target => target.Address));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_by_name_and_a_file_is_changed_there()
    {
        var (user, _) = await MakeUserAsync();
        var rules = $"/v2/users/{user}/notification-rules";
        (await server.SendAsync("POST", rules, new { name = "a", actionType = "schedule-start" })).Blames("actionType");
        (await server.SendAsync("POST", rules, new { name = "a", actionType = "create-alert", repeat = new { loopAfter = 5, enabled = true } })).Blames("repeat");
        (await server.SendAsync("POST", rules, new { name = "a", actionType = "create-alert", notificationTime = new[] { "just-before" } })).Blames("notificationTime");
        (await server.SendAsync("POST", rules, new { name = "a", actionType = "create-alert", schedules = new[] { new { type = "schedule", name = "weekly" } } })).Blames("schedules");
        var tags = new { type = "match-any-condition", conditions = new[] { new { field = "tags", operation = "contains", expectedValue = "x" } } };
        (await server.SendAsync("POST", rules, new { name = "a", actionType = "create-alert", criteria = tags }))
            .Blames("criteria.conditions[0].field");
        (await server.SendAsync("POST", rules, new { name = "a", steps = Steps("who@example.com") }))
            .Blames("steps[0].contact.to");
        (await server.SendAsync("POST", rules, new { name = "a" })).Blames("actionType");
        (await server.SendAsync("POST", rules, new { actionType = "create-alert" })).Blames("name");

        var ofFile = (await server.SendAsync("POST", "/v2/users/ada@example.com/notification-rules", new { name = "a", actionType = "create-alert" })).Is(409);
        Assert.Contains("'site.yaml'", ofFile.Message, StringComparison.Ordinal);
    }

    private static object[] Steps(string to) => [new { contact = new { method = "email", to } }];

    private async Task<(string Name, string SecondAddress)> MakeUserAsync(
        [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        var name = server.NewAlias(test) + "@example.com";
        (await server.SendAsync("POST", "/v2/users", new { username = name })).Is(201);
        (await server.SendAsync("POST", $"/v2/users/{name}/contacts", new { method = "email", to = "second." + name }))
            .Is(201);
        return (name, "second." + name);
    }

    private async Task<IReadOnlyList<Grains.Incidents.Page>> PagesOfAsync(string team, string priority)
    {
        var alias = server.NewAlias();
        await server.CreateAsync(
            alias,
            new { priority, entity = "node:" + alias, responders = new[] { new { type = "team", name = team } } });
        return (await server.IncidentOfAsync(alias, incident => incident.Pages.Count > 0, "somebody is paged")).Pages;
    }
}
