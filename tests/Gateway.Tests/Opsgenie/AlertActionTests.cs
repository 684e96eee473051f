using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>What people do to an alert, and whom that reaches.</summary>
public sealed class AlertActionTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Fact]
    public async Task Acknowledge_shows_who_and_when_and_a_second_one_is_told_so()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var target = $"/v2/alerts/{alias}/acknowledge?identifierType=alias";
        await server.PagedAsync(alias);
        var done = await server.StatusAsync(
            await server.SendAsync("POST", target, new { user = "ada@example.com", note = "mine" }));
        var id = (await server.GetAsync(alias)).Text("id");
        Assert.Equal(("Acknowledge", true, id, alias), (
            done.Text("action"), done.Flag("isSuccess"),
            done.Text("alertId"), done.Text("alias")));
        var alert = await server.EventuallyAsync(
            alias, a => a.GetProperty("report").TryGetProperty("ackTime", out _), "an acknowledgement with its time");
        Assert.True(alert.Flag("acknowledged"));
        Assert.Equal(("ada@example.com", "ada@example.com"), (
            alert.Text("owner"), alert.GetProperty("report").Text("acknowledgedBy")));

        var again = await server.StatusAsync(await server.SendAsync("POST", target, "null"));
        Assert.Equal("Alert is already acknowledged", again.Text("status"));
        Assert.False(again.Flag("isSuccess"));
        Assert.Equal(("Acknowledge", id, alias), (again.Text("action"), again.Text("alertId"), again.Text("alias")));
        var notes = await server.ListAsync(alias, "notes");
        Assert.Equal("mine", notes[0].Text("note"));

        (await server.PostAsync(alias, "unacknowledge", "")).Is(202);
        await server.EventuallyAsync(alias, a => !a.Flag("acknowledged"), "the acknowledgement taken back");
    }

    [Fact]
    public async Task Acknowledged_by_nobody_by_name_it_is_the_keys()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        await server.PagedAsync(alias);

        (await server.PostAsync(alias, "acknowledge", new { })).Is(202);

        var alert = await server.EventuallyAsync(alias, a => a.Flag("acknowledged"), "acknowledged");
        Assert.Equal(
            (ApiKey.Administrator, ApiKey.Administrator),
            (alert.Text("owner"), alert.GetProperty("report").Text("acknowledgedBy")));
    }

    [Fact]
    public async Task An_acknowledgement_right_after_the_create_is_kept_for_the_incident_to_come()
    {
        for (var i = 0; i < 10; i++)
        {
            var alias = server.NewAlias();
            await server.CreateAsync(alias);
            (await server.PostAsync(alias, "acknowledge", new { user = "ada@example.com" })).Is(202);
            await server.EventuallyAsync(alias, a => a.Flag("acknowledged"), "acknowledged");
        }
    }

    [Fact]
    public async Task Snooze_shows_until_when_and_must_end_in_the_future()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var until = DateTimeOffset.FromUnixTimeMilliseconds(
            TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeMilliseconds());
        var target = $"/v2/alerts/{alias}/snooze?identifierType=alias";
        (await server.SendAsync("POST", target, new { endTime = until.ToString("O") })).Is(202);
        var alert = await server.EventuallyAsync(alias, a => a.Flag("snoozed"), "snoozed");
        Assert.Equal(until, alert.GetProperty("snoozedUntil").GetDateTimeOffset());

        (await server.SendAsync("POST", target, new { endTime = "2020-01-01T00:00:00Z" })).Blames("endTime");
        (await server.SendAsync("POST", target, new { endTime = "tomorrow" })).Blames("endTime");
        (await server.SendAsync("POST", target, new { endTime = "May 2027" })).Blames("endTime");
        (await server.SendAsync("POST", target, "{}")).Blames("endTime");
    }

    [Fact]
    public async Task Assign_escalate_and_responders_reach_the_people()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        (await server.PostAsync(alias, "assign", new { owner = new { username = "bob@example.com" } })).Is(202);
        await server.EventuallyAsync(alias, a => a.Text("owner") == "bob@example.com", "assigned to bob");
        (await server.PostAsync(alias, "escalate", new { escalation = new { name = "platform" } })).Is(202);
        (await server.PostAsync(alias, "responders",
            new { responder = new { type = "User", username = "bob@example.com" } })).Is(202);
        (await server.PostAsync(alias, "teams", new { team = new { id = OpsgenieServer.TeamId } })).Is(202);
        var alert = await server.GetAsync(alias);
        Assert.Contains(OpsgenieServer.TeamId, alert.Raw("teams"), StringComparison.Ordinal);

        var recipients = await server.ListAsync(alias, "recipients");
        Assert.Contains(recipients.EnumerateArray(), r => r.GetProperty("user").Text("username") == "bob@example.com");
        (await server.PostAsync(alias, "assign", new { owner = new { } })).Blames("owner");
        var unknown = await server.PostAsync(alias, "responders", new { responder = new { type = "x", name = "y" } });
        unknown.Blames("responder#type");
    }

    [Fact]
    public async Task Tags_details_and_priority_change_one_by_one()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { tags = new[] { "a", "b" }, details = new { x = "1" } });
        (await server.PostAsync(alias, "tags", new { tags = new[] { "c" } })).Is(202);
        var removal = $"/v2/alerts/{alias}/tags?identifierType=alias&tags=a,%20b&user=ada";
        (await server.SendAsync("DELETE", removal)).Is(202);
        (await server.PostAsync(alias, "details", new { details = new { y = 2 } })).Is(202);
        (await server.SendAsync("DELETE", $"/v2/alerts/{alias}/details?identifierType=alias&keys=x")).Is(202);
        (await server.PutAsync(alias, "priority", new { priority = "P1" })).Is(202);
        var alert = await server.GetAsync(alias);
        Assert.Equal(("""["c"]""", """{"y":"2"}""", "P1"), (
            alert.Raw("tags"), alert.Raw("details"), alert.Text("priority")));

        (await server.PostAsync(alias, "tags", "{}")).Blames("tags");
        (await server.SendAsync("DELETE", $"/v2/alerts/{alias}/tags?identifierType=alias")).Blames("tags");
        (await server.PutAsync(alias, "priority", new { priority = "P7" })).Blames("priority");
        (await server.PostAsync(alias, "notes", new { user = "x" })).Blames("note");
    }

    [Fact]
    public async Task A_custom_action_may_be_named_like_a_built_in_one()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { actions = new[] { "close" } });
        var run = await server.PostAsync(alias, "actions/close", new { user = "ada" });
        Assert.Equal("ExecuteCustomAction", (await server.StatusAsync(run)).Text("action"));
        Assert.Equal("open", (await server.GetAsync(alias)).Text("status"));
    }

    [Fact]
    public async Task An_alias_that_ends_like_a_custom_actions_path_is_reached_when_there_is_no_shorter_one()
    {
        var alias = server.NewAlias() + "/actions";
        await server.CreateAsync(alias);
        Assert.NotEqual(0, (await server.ListAsync(alias, "logs")).GetArrayLength());
        var close = await server.PostAsync(alias, "close", new { user = "ada" });
        Assert.True((await server.StatusAsync(close)).Flag("success"));
        Assert.Equal(404, (int)(await server.SendAsync(
            "GET", $"/v2/alerts/{Uri.EscapeDataString(alias)}?identifierType=alias")).Status);
    }

    [Fact]
    public async Task A_custom_action_runs_when_the_alert_has_it()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { actions = new[] { "roll back" } });
        var done = await server.PostAsync(alias, "actions/roll%20back", new { user = "ada" });
        Assert.True((await server.StatusAsync(done)).Flag("isSuccess"));
        var unknown = await server.PostAsync(alias, "actions/explode");
        Assert.False((await server.StatusAsync(unknown)).Flag("isSuccess"));
    }
}
