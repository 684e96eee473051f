using System.Text.Json;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>What clients do to an alert, and what they read afterwards.</summary>
public sealed class AlertLifeTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Fact]
    public async Task A_created_alert_has_the_shape_that_clients_decode()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new
        {
            description = "d",
            entity = "model:churn",
            tags = new[] { "a", "b" },
            details = new { n = 7, env = "prod" },
            priority = "P2",
            responders = new[] { new { type = "Team", name = "serving", username = "" } },
            actions = new[] { "restart" },
        });
        var alert = await server.GetAsync(alias);

        Assert.True(Guid.TryParse(alert.Text("id"), out _));
        Assert.True(long.TryParse(alert.Text("tinyId"), out _));
        Assert.Equal((alias, "open", "P2", 1), (
            alert.Text("alias"), alert.Text("status"),
            alert.Text("priority"), alert.Number("count")));
        Assert.Equal("model:churn", alert.Text("entity"));
        Assert.Equal("127.0.0.1", alert.Text("source"));
        Assert.Equal("""{"env":"prod","n":"7"}""", alert.Raw("details"));
        Assert.Equal("""["a","b"]""", alert.Raw("tags"));
        Assert.Equal("""["restart"]""", alert.Raw("actions"));
        Assert.Equal($$"""[{"type":"team","id":"{{OpsgenieServer.TeamId}}"}]""", alert.Raw("responders"));
        Assert.Equal(OpsgenieServer.TeamId, alert.Text("ownerTeamId"));
        Assert.Equal(("administrator", "API"), (
            alert.GetProperty("integration").Text("name"),
            alert.GetProperty("integration").Text("type")));
        Assert.False(alert.TryGetProperty("snoozedUntil", out _));
        Assert.Equal("{}", alert.Raw("report"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", alert.Text("createdAt"));
        Assert.Equal(alert.Text("createdAt"), alert.Text("lastOccurredAt"));
    }

    [Fact]
    public async Task One_alert_is_found_by_id_short_number_and_alias()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var alert = await server.GetAsync(alias);
        var (id, tiny) = (alert.Text("id"), alert.Text("tinyId"));

        Assert.Equal(alias, (await server.SendAsync("GET", $"/v2/alerts/{id}")).Is(200).Data.Text("alias"));
        Assert.Equal(id,
            (await server.SendAsync("GET", $"/v2/alerts/{tiny}?identifierType=tiny")).Is(200).Data.Text("id"));
        (await server.SendAsync("GET", $"/v2/alerts/{alias}")).Is(404);
        (await server.SendAsync("GET", $"/v2/alerts/{id}?identifierType=name")).Blames("identifierType");
    }

    [Fact]
    public async Task Creating_again_counts_up_to_100_and_changes_nothing_else()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { message = "first", tags = new[] { "a" } });
        await Task.WhenAll(Enumerable.Range(0, 120).Select(_ =>
            server.CreateAsync(alias, new { message = "second", tags = new[] { "b" } })));
        var alert = await server.GetAsync(alias);
        Assert.Equal((100, "first", """["a"]"""), (
            alert.Number("count"), alert.Text("message"), alert.Raw("tags")));
    }

    [Fact]
    public async Task Repeats_leave_one_line_in_the_log_and_their_notes()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        Assert.DoesNotContain((await server.ListAsync(alias, "logs")).EnumerateArray(), IsRepeats);
        await server.CreateAsync(alias);
        await server.CreateAsync(alias, new { note = "the retry failed too", user = "ada" });
        await server.PostAsync(alias, "notes", new { note = "looking", user = "ada" });

        var alert = await server.GetAsync(alias);
        var logs = (await server.ListAsync(alias, "logs")).EnumerateArray().ToList();
        var repeats = Assert.Single(logs, IsRepeats);
        Assert.Equal(
            $"Seen 3 times, last at {alert.Text("lastOccurredAt")}", repeats.Text("log"));
        Assert.Equal(alert.Text("lastOccurredAt"), repeats.Text("createdAt"));
        Assert.Contains(logs, line => line.Text("log") == "looking");
        Assert.Equal(
            ["looking", "the retry failed too"],
            (await server.ListAsync(alias, "notes")).EnumerateArray().Select(note => note.Text("note")));

        static bool IsRepeats(JsonElement line) => line.Text("log")!.StartsWith("Seen ", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_message_can_be_set_the_moment_the_create_has_answered()
    {
        for (var i = 0; i < 20; i++)
        {
            var alias = server.NewAlias();
            await server.CreateAsync(alias);
            (await server.PutAsync(alias, "message", new { message = "new" })).Is(202);
            (await server.PutAsync(alias, "description", new { description = "newer" })).Is(202);
            var alert = await server.GetAsync(alias);
            Assert.Equal(("new", "newer"), (alert.Text("message"), alert.Text("description")));
        }
    }

    [Theory]
    [InlineData("message")]
    [InlineData("description")]
    public async Task An_empty_text_is_no_change_and_no_error(string field)
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { message = "m", description = "d" });
        var accepted = (await server.PutAsync(alias, $"{field}", "{}")).Is(202);
        var status = await server.StatusAsync(accepted);
        Assert.Equal((true, "No new text was given"), (status.Flag("success"), status.Text("status")));
        Assert.Equal(field[..1], (await server.GetAsync(alias)).GetProperty(field).GetString());
    }

    [Fact]
    public async Task After_a_close_the_alias_begins_a_new_alert_and_the_old_one_stays_readable()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var first = (await server.GetAsync(alias)).Text("id")!;
        var close = await server.PostAsync(alias, "close", new { source = "Grafana" });
        Assert.True((await server.StatusAsync(close)).Flag("isSuccess"));
        var gone = await server.SendAsync("GET", $"/v2/alerts/{alias}?identifierType=alias");
        Assert.Contains(first, gone.Is(404).Message, StringComparison.Ordinal);

        await server.CreateAsync(alias);
        Assert.NotEqual(first, (await server.GetAsync(alias)).Text("id"));
        var old = (await server.SendAsync("GET", "/v2/alerts/" + first)).Is(200).Data;
        Assert.Equal("closed", old.Text("status"));
        Assert.True(old.GetProperty("report").GetProperty("closeTime").GetInt64() >= 0);
        Assert.Equal("Grafana", old.GetProperty("report").Text("closedBy"));

        (await server.SendAsync("POST", $"/v2/alerts/{first}/notes",
            new { note = "for the record", user = "ada" })).Is(202);
        var notes = (await server.SendAsync("GET", $"/v2/alerts/{first}/notes")).Is(200).Data;
        Assert.Equal(("for the record", "ada"), (notes[0].Text("note"), notes[0].Text("owner")));
        var again = await server.StatusAsync(await server.SendAsync("POST", $"/v2/alerts/{first}/close"));
        Assert.Contains("Alert is already closed", again.Text("status"), StringComparison.Ordinal);
        Assert.Equal(("Close", first, alias), (again.Text("action"), again.Text("alertId"), again.Text("alias")));
    }

    [Fact]
    public async Task What_an_action_was_cut_to_is_said_in_a_note()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var put = await server.SendAsync(
            "PUT", $"/v2/alerts/{alias}/message?identifierType=alias", new { message = new string('m', 200), user = "ada" });
        Assert.Equal("UpdateMessage", (await server.StatusAsync(put.Is(202))).Text("action"));
        Assert.Equal(new string('m', 130), (await server.GetAsync(alias)).Text("message"));
        var notes = await server.ListAsync(alias, "notes");
        Assert.Equal(
            ("Cut to the API's limits: message (200 characters, 130 kept).", "ada"), (notes[0].Text("note"), notes[0].Text("owner")));

        (await server.PostAsync(alias, "tags", new { tags = new[] { new string('t', 51) } })).Is(202);
        Assert.Contains("tags (51 characters", (await server.ListAsync(alias, "notes"))[0].Text("note"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_of_a_close_sent_again_says_that_the_alert_is_already_closed()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var id = (await server.GetAsync(alias)).Text("id");
        (await server.PostAsync(alias, "close", new { source = "Alertmanager" })).Is(202);
        var again = await server.StatusAsync(await server.PostAsync(alias, "close", new { source = "Alertmanager" }));
        Assert.Contains("Alert is already closed", again.Text("status"), StringComparison.Ordinal);
        Assert.False(again.Flag("isSuccess"));
        Assert.Equal(("Close", id, alias), (again.Text("action"), again.Text("alertId"), again.Text("alias")));
    }

    [Fact]
    public async Task Closing_what_is_not_there_is_accepted_and_the_status_says_so()
    {
        var status = await server.StatusAsync(
            await server.SendAsync("POST", $"/v2/alerts/{server.NewAlias()}/close?identifierType=alias",
                new { source = "x" }));
        Assert.Contains("There is no open alert", status.Text("status"), StringComparison.Ordinal);
        Assert.False(status.Flag("success"));
        Assert.False(status.Flag("isSuccess"));
        Assert.Equal("", status.Text("alertId"));

        foreach (var nothing in new[] { "no-uuid", "7b0e3a0c-0000-4000-8000-000000000000",
            "99999999999999?identifierType=tiny" })
        {
            var target = nothing.Contains('?', StringComparison.Ordinal)
                ? nothing.Replace("?", "/close?", StringComparison.Ordinal) : nothing + "/close";
            var unknown = await server.StatusAsync(await server.SendAsync("POST", "/v2/alerts/" + target));
            Assert.Contains("does not exist", unknown.Text("status"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_status_of_a_create_names_the_alert_also_for_a_repeat()
    {
        var alias = server.NewAlias();
        var created = await server.StatusAsync(
            await server.SendAsync("POST", "/v2/alerts", new { message = "m", alias }));
        var repeated = await server.StatusAsync(
            await server.SendAsync("POST", "/v2/alerts", new { message = "m", alias }));
        var id = (await server.GetAsync(alias)).Text("id");
        foreach (var status in new[] { created, repeated })
        {
            Assert.True(status.Flag("success"));
            Assert.True(status.Flag("isSuccess"));
            Assert.Equal((id, alias, "Create"), (
                status.Text("alertId"), status.Text("alias"), status.Text("action")));
            Assert.NotEqual(default, status.GetProperty("processedAt").GetDateTimeOffset());
        }
    }

    [Fact]
    public async Task Without_an_alias_each_create_is_an_alert_of_its_own()
    {
        var one = await server.StatusAsync(await server.SendAsync("POST", "/v2/alerts", new { message = "m" }));
        var two = await server.StatusAsync(await server.SendAsync("POST", "/v2/alerts", new { message = "m" }));
        Assert.NotEqual(one.Text("alertId"), two.Text("alertId"));
        Assert.True(Guid.TryParse(one.Text("alias"), out _));
    }

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
        Assert.Equal((ApiKey.Administrator, ApiKey.Administrator), (alert.Text("owner"), alert.GetProperty("report").Text("acknowledgedBy")));
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

    [Fact]
    public async Task A_deleted_alert_is_gone()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var id = (await server.GetAsync(alias)).Text("id");
        (await server.SendAsync("DELETE", $"/v2/alerts/{id}?user=ada&source=test")).Is(202);
        (await server.SendAsync("GET", $"/v2/alerts/{id}")).Is(404);
        var again = await server.StatusAsync(await server.SendAsync("DELETE", $"/v2/alerts/{id}"));
        Assert.Contains("does not exist", again.Text("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notes_and_logs_are_paged_by_cursor()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { note = "note 0" });
        for (var i = 1; i < 5; i++)
        {
            (await server.PostAsync(alias, "notes", new { note = $"note {i}" })).Is(202);
        }

        var first = (await server.SendAsync("GET", $"/v2/alerts/{alias}/notes?identifierType=alias&limit=2")).Is(200);
        Assert.Equal(["note 4", "note 3"], Texts(first.Data, "note"));
        var next = new Uri(first.Body.GetProperty("paging").Text("next")!);
        var second = (await server.SendAsync("GET", next.PathAndQuery)).Is(200);
        Assert.Equal(["note 2", "note 1"], Texts(second.Data, "note"));
        var before = second.Data[0].Text("offset");
        var back = await server.SendAsync("GET",
            $"/v2/alerts/{alias}/notes?identifierType=alias&limit=1&direction=prev&offset={before}");
        Assert.Equal(["note 3"], Texts(back.Is(200).Data, "note"));
        var oldest = await server.SendAsync("GET", $"/v2/alerts/{alias}/notes?identifierType=alias&limit=1&order=asc");
        Assert.Equal(["note 0"], Texts(oldest.Is(200).Data, "note"));

        var logs = (await server.SendAsync("GET", $"/v2/alerts/{alias}/logs?identifierType=alias&order=asc")).Is(200);
        Assert.StartsWith("Alert created", logs.Data[0].Text("log"), StringComparison.Ordinal);
        Assert.All(logs.Data.EnumerateArray(), line => Assert.NotEqual("", line.Text("offset")));
        (await server.SendAsync("GET", $"/v2/alerts/{alias}/logs?identifierType=alias&limit=x")).Blames("limit");
    }

    private static IEnumerable<string?> Texts(JsonElement items, string name) =>
        items.EnumerateArray().Select(item => item.GetProperty(name).GetString());
}
