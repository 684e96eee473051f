using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>Policies as Terraform makes them: what they do to alerts and their pages, and which are refused.</summary>
public sealed class PolicyTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Fact]
    public async Task An_alert_policy_changes_alerts_as_they_open()
    {
        var tag = NewName("tag");
        var made = (await server.SendAsync("POST", "/v2/policies", new
        {
            type = "alert",
            name = "GPU nodes",
            policyDescription = "for Terraform",
            enabled = true,
            filter = new { type = "match-all-conditions", conditions = new[] { new { field = "tags", operation = "contains", expectedValue = tag } } },
            message = "[gpu] {{message}}",
            alias = "{{alias}}",
            priority = "P1",
            tags = new[] { "hardware" },
            ignoreOriginalTags = true,
            details = new { runbook = "gpu.md" },
            responders = new[] { new { type = "team", id = OpsgenieServer.TeamId } },
            @continue = true,
        })).Is(201).Data;
        Assert.Equal(("GPU nodes", "alert"), (made.Text("name"), made.Text("type")));
        var path = "/v2/policies/" + made.Text("id");
        var read = (await server.SendAsync("GET", path)).Is(200).Data;
        Assert.Equal(
            ("for Terraform", "[gpu] {{message}}", "P1"),
            (read.Text("policyDescription"), read.Text("message"), read.Text("priority")));
        Assert.Equal(OpsgenieServer.TeamId, read.GetProperty("responders")[0].Text("id"));
        Assert.Equal("gpu.md", read.GetProperty("details").Text("runbook"));

        var team = (await server.SendAsync("POST", $"/v2/policies?teamId={OpsgenieServer.TeamId}", new
        {
            type = "alert",
            name = "serving's",
            message = "{{message}} ({{priority}})",
            filter = new { type = "match-all" },
        })).Is(201).Data.Text("id");
        var alert = await OpenAsync(new { tags = new[] { tag } });
        Assert.Equal(("[gpu] Model Accuracy Drop - x (P1)", "P1"), (alert.Text("message"), alert.Text("priority")));
        Assert.Equal(["hardware"], alert.GetProperty("tags").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("gpu.md", alert.GetProperty("details").Text("runbook"));
        Assert.Contains(
            OpsgenieServer.TeamId, alert.GetProperty("responders").EnumerateArray().Select(one => one.Text("id")));
        Assert.Equal("Model Accuracy Drop - x", (await OpenAsync(new { tags = new[] { "other" } })).Text("message"));

        var listed = (await server.SendAsync("GET", "/v2/policies/alert")).Is(200).Data.EnumerateArray();
        Assert.Contains(made.Text("id"), listed.Select(one => one.Text("id")));
        Assert.Equal(
            [team],
            (await server.SendAsync("GET", $"/v2/policies/alert?teamId={OpsgenieServer.TeamId}"))
                .Is(200).Data.EnumerateArray()
                .Select(one => one.Text("id")));

        (await server.SendAsync("POST", path + "/disable")).Is(200);
        Assert.Equal("Model Accuracy Drop - x", (await OpenAsync(new { tags = new[] { tag } })).Text("message"));
        (await server.SendAsync("POST", path + "/enable")).Is(200);
        (await server.SendAsync("PUT", path, new { type = "alert", name = "GPU", filter = new { type = "match-all" } }))
            .Is(200);
        Assert.Equal("", (await server.SendAsync("GET", path)).Is(200).Data.Text("policyDescription"));
        (await server.SendAsync("DELETE", path)).Is(200);
        (await server.SendAsync("DELETE", "/v2/policies/" + team)).Is(200);
        (await server.SendAsync("GET", path)).Is(404);

        (await server.SendAsync("POST", "/v2/policies", new { type = "notice", name = "quiet", filter = new { type = "match-all" } })).Blames("type");
        (await server.SendAsync("POST", "/v2/policies", new { type = "alert", name = "a", alias = "{{message}}" }))
            .Blames("alias");
        (await server.SendAsync("POST", "/v2/policies?teamId=who", new { type = "alert", name = "a" }))
            .Blames("teamId");
    }

    [Fact]
    public async Task A_notification_policy_holds_the_pages_of_its_teams_alerts_back_until_it_is_switched_off()
    {
        var team = await server.MakeTeamAsync("bob@example.com");
        var name = (await server.SendAsync("GET", "/v2/teams/" + team)).Is(200).Data.Text("name");
        var policies = "/v2/policies?teamId=" + team;
        var made = (await server.SendAsync("POST", policies, new
        {
            type = "notification",
            name = "quiet",
            policyDescription = "for Terraform",
            filter = new { type = "match-any-condition", conditions = new[] { new { field = "tags", operation = "contains", expectedValue = "quiet" } } },
            suppress = true,
            delayAction = new { delayOption = "next-monday", untilHour = 9, untilMinute = 30 },
            autoCloseAction = new { duration = new { timeAmount = 2, timeUnit = "hours" } },
        })).Is(201).Data;
        Assert.Equal(("quiet", "notification"), (made.Text("name"), made.Text("type")));
        var path = $"/v2/policies/{made.Text("id")}?teamId={team}";
        var read = (await server.SendAsync("GET", path)).Is(200).Data;
        Assert.Equal(
            ("for Terraform", team, "next-monday"),
            (read.Text("policyDescription"), read.Text("teamId"), read.GetProperty("delayAction").Text("delayOption")));
        Assert.Equal((9, 30), (read.GetProperty("delayAction").Number("untilHour"), read.GetProperty("delayAction").Number("untilMinute")));
        Assert.Equal(2, read.GetProperty("autoCloseAction").GetProperty("duration").Number("timeAmount"));
        Assert.True(read.GetProperty("suppress").GetBoolean());
        Assert.Equal(made.Text("id"), Assert.Single((await server.SendAsync("GET", "/v2/policies/notification?teamId=" + team)).Is(200).Data.EnumerateArray()).Text("id"));
        Assert.Empty(
            (await server.SendAsync("GET", "/v2/policies/alert?teamId=" + team)).Is(200).Data.EnumerateArray());

        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { tags = new[] { "quiet" }, entity = "node:" + alias, responders = new[] { new { type = "team", name } } });
        var held = await server.IncidentOfAsync(alias, _ => true, "an incident holds it");
        Assert.Equal(["policy:quiet"], held.SuppressedBy);
        Assert.Empty(held.Pages);

        // What waits until Monday is not paged at once either: it is the delay that then holds.
        (await server.SendAsync("PUT", path, new { type = "notification", name = "quiet", enabled = false, filter = new { type = "match-all" } })).Is(200);
        Assert.Empty((await server.IncidentOfAsync(alias, one => one.SuppressedBy.Count == 0, "nothing holds it back")).SuppressedBy);
        (await server.SendAsync("PUT", path, new { type = "alert", name = "quiet", filter = new { type = "match-all" } })).Blames("type");
        Assert.Contains(
            "is used by the policy 'quiet'",
            (await server.SendAsync("DELETE", "/v2/teams/" + team)).Is(428).Message,
            StringComparison.Ordinal);
        (await server.SendAsync("DELETE", path)).Is(200);
        (await server.SendAsync("DELETE", "/v2/teams/" + team)).Is(200);
    }

    [Fact]
    public async Task What_a_notification_policy_cannot_do_here_is_refused_by_name()
    {
        var policies = "/v2/policies?teamId=" + OpsgenieServer.TeamId;
        var duration = new { timeAmount = 5, timeUnit = "minutes" };
        (await server.SendAsync("POST", policies, new { type = "notification", name = "a", autoRestartAction = new { duration, maxRepeatCount = 3 } })).Blames("autoRestartAction");
        (await server.SendAsync("POST", policies, new { type = "notification", name = "a", deduplicationAction = new { deduplicationActionType = "value-based", count = 3 } }))
            .Blames("deduplicationAction");
        (await server.SendAsync("POST", policies, new { type = "notification", name = "a", delayAction = new { delayOption = "later" } })).Blames("delayAction.delayOption");
        (await server.SendAsync("POST", policies, new { type = "notification", name = "a", delayAction = new { delayOption = "next-time", untilHour = 24 } }))
            .Blames("delayAction.untilHour");
        (await server.SendAsync("POST", policies, new { type = "notification", name = "a", autoCloseAction = new { duration = new { timeAmount = 0 } } }))
            .Blames("autoCloseAction.duration");
        (await server.SendAsync("POST", "/v2/policies", new { type = "notification", name = "a" })).Blames("teamId");
    }

    [Fact]
    public async Task Policies_are_asked_in_their_order_until_one_does_not_continue()
    {
        var tag = NewName("order");
        var filter = new { type = "match-any-condition", conditions = new[] { new { field = "tags", operation = "equals", expectedValue = tag } } };
        var made = new List<string>();
        foreach (var (word, goesOn) in new[] { ("a", true), ("b", false), ("c", true) })
        {
            made.Add((await server.SendAsync("POST", "/v2/policies", new { type = "alert", name = tag + word, filter, message = "{{message}}" + word, @continue = goesOn })).Is(201).Data.Text("id")!);
        }

        Assert.Equal("Model Accuracy Drop - xab", (await OpenAsync(new { tags = new[] { tag } })).Text("message"));
        (await server.SendAsync("POST", $"/v2/policies/{made[2]}/change-order", new { targetIndex = 0 })).Is(200);
        Assert.Equal("Model Accuracy Drop - xcab", (await OpenAsync(new { tags = new[] { tag } })).Text("message"));
        Assert.Equal(0, (await server.SendAsync("GET", "/v2/policies/" + made[2])).Is(200).Data.Number("order"));
        foreach (var id in made)
        {
            (await server.SendAsync("DELETE", "/v2/policies/" + id)).Is(200);
        }
    }

    private async Task<JsonElement> OpenAsync(object more)
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, more);
        return await server.GetAsync(alias);
    }

    private string NewName(string word) => server.NewAlias(word);
}
