using System.Text.Json;
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

        Assert.True(Guid.TryParse(alert.GetProperty("id").GetString(), out _));
        Assert.True(long.TryParse(alert.GetProperty("tinyId").GetString(), out _));
        Assert.Equal((alias, "open", "P2", 1), (
            alert.GetProperty("alias").GetString(), alert.GetProperty("status").GetString(),
            alert.GetProperty("priority").GetString(), alert.GetProperty("count").GetInt32()));
        Assert.Equal("model:churn", alert.GetProperty("entity").GetString());
        Assert.Equal("127.0.0.1", alert.GetProperty("source").GetString());
        Assert.Equal("""{"env":"prod","n":"7"}""", alert.GetProperty("details").GetRawText());
        Assert.Equal("""["a","b"]""", alert.GetProperty("tags").GetRawText());
        Assert.Equal("""["restart"]""", alert.GetProperty("actions").GetRawText());
        Assert.Equal($$"""[{"type":"team","id":"{{OpsgenieServer.TeamId}}"}]""", alert.GetProperty("responders").GetRawText());
        Assert.Equal(OpsgenieServer.TeamId, alert.GetProperty("ownerTeamId").GetString());
        Assert.Equal(("administrator", "API"), (
            alert.GetProperty("integration").GetProperty("name").GetString(),
            alert.GetProperty("integration").GetProperty("type").GetString()));
        Assert.False(alert.TryGetProperty("snoozedUntil", out _));
        Assert.Equal("{}", alert.GetProperty("report").GetRawText());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", alert.GetProperty("createdAt").GetString());
        Assert.Equal(alert.GetProperty("createdAt").GetString(), alert.GetProperty("lastOccurredAt").GetString());
    }

    [Fact]
    public async Task One_alert_is_found_by_id_short_number_and_alias()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var alert = await server.GetAsync(alias);
        var (id, tiny) = (alert.GetProperty("id").GetString(), alert.GetProperty("tinyId").GetString());

        Assert.Equal(alias, (await server.SendAsync("GET", $"/v2/alerts/{id}")).Is(200).Data.GetProperty("alias").GetString());
        Assert.Equal(id, (await server.SendAsync("GET", $"/v2/alerts/{tiny}?identifierType=tiny")).Is(200).Data.GetProperty("id").GetString());
        (await server.SendAsync("GET", $"/v2/alerts/{alias}")).Is(404);
        (await server.SendAsync("GET", $"/v2/alerts/{id}?identifierType=name")).Blames("identifierType");
    }

    [Fact]
    public async Task Creating_again_counts_up_to_100_and_changes_nothing_else()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { message = "first", tags = new[] { "a" } });
        await Task.WhenAll(Enumerable.Range(0, 120).Select(_ => server.CreateAsync(alias, new { message = "second", tags = new[] { "b" } })));
        var alert = await server.GetAsync(alias);
        Assert.Equal((100, "first", """["a"]"""), (
            alert.GetProperty("count").GetInt32(), alert.GetProperty("message").GetString(), alert.GetProperty("tags").GetRawText()));
    }

    [Fact]
    public async Task The_message_can_be_set_the_moment_the_create_has_answered()
    {
        for (var i = 0; i < 20; i++)
        {
            var alias = server.NewAlias();
            await server.CreateAsync(alias);
            (await server.SendAsync("PUT", $"/v2/alerts/{alias}/message?identifierType=alias", new { message = "new" })).Is(202);
            (await server.SendAsync("PUT", $"/v2/alerts/{alias}/description?identifierType=alias", new { description = "newer" })).Is(202);
            var alert = await server.GetAsync(alias);
            Assert.Equal(("new", "newer"), (alert.GetProperty("message").GetString(), alert.GetProperty("description").GetString()));
        }
    }

    [Theory]
    [InlineData("message")]
    [InlineData("description")]
    public async Task An_empty_text_is_no_change_and_no_error(string field)
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { message = "m", description = "d" });
        (await server.SendAsync("PUT", $"/v2/alerts/{alias}/{field}?identifierType=alias", "{}")).Is(202);
        Assert.Equal(field[..1], (await server.GetAsync(alias)).GetProperty(field).GetString());
    }

    [Fact]
    public async Task After_a_close_the_alias_begins_a_new_alert_and_the_old_one_stays_readable()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var first = (await server.GetAsync(alias)).GetProperty("id").GetString()!;
        var close = await server.SendAsync("POST", $"/v2/alerts/{alias}/close?identifierType=alias", new { source = "Grafana" });
        Assert.True((await server.StatusAsync(close)).GetProperty("isSuccess").GetBoolean());
        Assert.Contains(first, (await server.SendAsync("GET", $"/v2/alerts/{alias}?identifierType=alias")).Is(404).Message, StringComparison.Ordinal);

        await server.CreateAsync(alias);
        Assert.NotEqual(first, (await server.GetAsync(alias)).GetProperty("id").GetString());
        var old = (await server.SendAsync("GET", "/v2/alerts/" + first)).Is(200).Data;
        Assert.Equal("closed", old.GetProperty("status").GetString());
        Assert.True(old.GetProperty("report").GetProperty("closeTime").GetInt64() >= 0);
        Assert.Equal("Grafana", old.GetProperty("report").GetProperty("closedBy").GetString());

        (await server.SendAsync("POST", $"/v2/alerts/{first}/notes", new { note = "for the record", user = "ada" })).Is(202);
        var notes = (await server.SendAsync("GET", $"/v2/alerts/{first}/notes")).Is(200).Data;
        Assert.Equal(("for the record", "ada"), (notes[0].GetProperty("note").GetString(), notes[0].GetProperty("owner").GetString()));
        var again = await server.SendAsync("POST", $"/v2/alerts/{first}/close");
        Assert.Contains("Alert is already closed", (await server.StatusAsync(again)).GetProperty("status").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_what_is_not_there_is_accepted_and_the_status_says_so()
    {
        var status = await server.StatusAsync(
            await server.SendAsync("POST", $"/v2/alerts/{server.NewAlias()}/close?identifierType=alias", new { source = "x" }));
        Assert.Contains("There is no open alert", status.GetProperty("status").GetString(), StringComparison.Ordinal);
        Assert.False(status.GetProperty("success").GetBoolean());
        Assert.False(status.GetProperty("isSuccess").GetBoolean());
        Assert.Equal("", status.GetProperty("alertId").GetString());

        foreach (var nothing in new[] { "no-uuid", "7b0e3a0c-0000-4000-8000-000000000000", "99999999999999?identifierType=tiny" })
        {
            var target = nothing.Contains('?', StringComparison.Ordinal) ? nothing.Replace("?", "/close?", StringComparison.Ordinal) : nothing + "/close";
            var unknown = await server.StatusAsync(await server.SendAsync("POST", "/v2/alerts/" + target));
            Assert.Contains("does not exist", unknown.GetProperty("status").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_status_of_a_create_names_the_alert_also_for_a_repeat()
    {
        var alias = server.NewAlias();
        var created = await server.StatusAsync(await server.SendAsync("POST", "/v2/alerts", new { message = "m", alias }));
        var repeated = await server.StatusAsync(await server.SendAsync("POST", "/v2/alerts", new { message = "m", alias }));
        var id = (await server.GetAsync(alias)).GetProperty("id").GetString();
        foreach (var status in new[] { created, repeated })
        {
            Assert.True(status.GetProperty("success").GetBoolean());
            Assert.True(status.GetProperty("isSuccess").GetBoolean());
            Assert.Equal((id, alias, "Create"), (
                status.GetProperty("alertId").GetString(), status.GetProperty("alias").GetString(), status.GetProperty("action").GetString()));
            Assert.NotEqual(default, status.GetProperty("processedAt").GetDateTimeOffset());
        }
    }

    [Fact]
    public async Task Without_an_alias_each_create_is_an_alert_of_its_own()
    {
        var one = await server.StatusAsync(await server.SendAsync("POST", "/v2/alerts", new { message = "m" }));
        var two = await server.StatusAsync(await server.SendAsync("POST", "/v2/alerts", new { message = "m" }));
        Assert.NotEqual(one.GetProperty("alertId").GetString(), two.GetProperty("alertId").GetString());
        Assert.True(Guid.TryParse(one.GetProperty("alias").GetString(), out _));
    }

    [Fact]
    public async Task Acknowledge_shows_who_and_when_and_a_second_one_is_told_so()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var target = $"/v2/alerts/{alias}/acknowledge?identifierType=alias";
        await server.PagedAsync(alias);
        var done = await server.StatusAsync(await server.SendAsync("POST", target, new { user = "ada@example.com", note = "mine" }));
        var id = (await server.GetAsync(alias)).GetProperty("id").GetString();
        Assert.Equal(("Acknowledge", true, id, alias), (
            done.GetProperty("action").GetString(), done.GetProperty("isSuccess").GetBoolean(),
            done.GetProperty("alertId").GetString(), done.GetProperty("alias").GetString()));
        var alert = await server.EventuallyAsync(
            alias, a => a.GetProperty("report").TryGetProperty("ackTime", out _), "an acknowledgement with its time");
        Assert.True(alert.GetProperty("acknowledged").GetBoolean());
        Assert.Equal(("ada@example.com", "ada@example.com"), (
            alert.GetProperty("owner").GetString(), alert.GetProperty("report").GetProperty("acknowledgedBy").GetString()));

        var again = await server.StatusAsync(await server.SendAsync("POST", target, "null"));
        Assert.Equal("Alert is already acknowledged", again.GetProperty("status").GetString());
        Assert.False(again.GetProperty("isSuccess").GetBoolean());
        var notes = (await server.SendAsync("GET", $"/v2/alerts/{alias}/notes?identifierType=alias")).Is(200).Data;
        Assert.Equal("mine", notes[0].GetProperty("note").GetString());

        (await server.SendAsync("POST", $"/v2/alerts/{alias}/unacknowledge?identifierType=alias", "")).Is(202);
        await server.EventuallyAsync(alias, a => !a.GetProperty("acknowledged").GetBoolean(), "the acknowledgement taken back");
    }

    [Fact]
    public async Task An_acknowledgement_right_after_the_create_is_kept_for_the_incident_to_come()
    {
        for (var i = 0; i < 10; i++)
        {
            var alias = server.NewAlias();
            await server.CreateAsync(alias);
            (await server.SendAsync("POST", $"/v2/alerts/{alias}/acknowledge?identifierType=alias", new { user = "ada@example.com" })).Is(202);
            await server.EventuallyAsync(alias, a => a.GetProperty("acknowledged").GetBoolean(), "acknowledged");
        }
    }

    [Fact]
    public async Task Snooze_shows_until_when_and_must_end_in_the_future()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var until = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeMilliseconds());
        var target = $"/v2/alerts/{alias}/snooze?identifierType=alias";
        (await server.SendAsync("POST", target, new { endTime = until.ToString("O") })).Is(202);
        var alert = await server.EventuallyAsync(alias, a => a.GetProperty("snoozed").GetBoolean(), "snoozed");
        Assert.Equal(until, alert.GetProperty("snoozedUntil").GetDateTimeOffset());

        (await server.SendAsync("POST", target, new { endTime = "2020-01-01T00:00:00Z" })).Blames("endTime");
        (await server.SendAsync("POST", target, new { endTime = "tomorrow" })).Blames("endTime");
        (await server.SendAsync("POST", target, "{}")).Blames("endTime");
    }

    [Fact]
    public async Task Assign_escalate_and_responders_reach_the_people()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        (await server.SendAsync("POST", $"/v2/alerts/{alias}/assign?identifierType=alias", new { owner = new { username = "bob@example.com" } })).Is(202);
        await server.EventuallyAsync(alias, a => a.GetProperty("owner").GetString() == "bob@example.com", "assigned to bob");
        (await server.SendAsync("POST", $"/v2/alerts/{alias}/escalate?identifierType=alias", new { escalation = new { name = "platform" } })).Is(202);
        (await server.SendAsync("POST", $"/v2/alerts/{alias}/responders?identifierType=alias", new { responder = new { type = "User", username = "bob@example.com" } })).Is(202);
        (await server.SendAsync("POST", $"/v2/alerts/{alias}/teams?identifierType=alias", new { team = new { id = OpsgenieServer.TeamId } })).Is(202);
        var alert = await server.GetAsync(alias);
        Assert.Contains(OpsgenieServer.TeamId, alert.GetProperty("teams").GetRawText(), StringComparison.Ordinal);

        var recipients = (await server.SendAsync("GET", $"/v2/alerts/{alias}/recipients?identifierType=alias")).Is(200).Data;
        Assert.Contains(recipients.EnumerateArray(), r => r.GetProperty("user").GetProperty("username").GetString() == "bob@example.com");
        (await server.SendAsync("POST", $"/v2/alerts/{alias}/assign?identifierType=alias", new { owner = new { } })).Blames("owner");
        (await server.SendAsync("POST", $"/v2/alerts/{alias}/responders?identifierType=alias", new { responder = new { type = "x", name = "y" } })).Blames("responder#type");
    }

    [Fact]
    public async Task Tags_details_and_priority_change_one_by_one()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { tags = new[] { "a", "b" }, details = new { x = "1" } });
        (await server.SendAsync("POST", $"/v2/alerts/{alias}/tags?identifierType=alias", new { tags = new[] { "c" } })).Is(202);
        (await server.SendAsync("DELETE", $"/v2/alerts/{alias}/tags?identifierType=alias&tags=a,%20b&user=ada")).Is(202);
        (await server.SendAsync("POST", $"/v2/alerts/{alias}/details?identifierType=alias", new { details = new { y = 2 } })).Is(202);
        (await server.SendAsync("DELETE", $"/v2/alerts/{alias}/details?identifierType=alias&keys=x")).Is(202);
        (await server.SendAsync("PUT", $"/v2/alerts/{alias}/priority?identifierType=alias", new { priority = "P1" })).Is(202);
        var alert = await server.GetAsync(alias);
        Assert.Equal(("""["c"]""", """{"y":"2"}""", "P1"), (
            alert.GetProperty("tags").GetRawText(), alert.GetProperty("details").GetRawText(), alert.GetProperty("priority").GetString()));

        (await server.SendAsync("POST", $"/v2/alerts/{alias}/tags?identifierType=alias", "{}")).Blames("tags");
        (await server.SendAsync("DELETE", $"/v2/alerts/{alias}/tags?identifierType=alias")).Blames("tags");
        (await server.SendAsync("PUT", $"/v2/alerts/{alias}/priority?identifierType=alias", new { priority = "P7" })).Blames("priority");
        (await server.SendAsync("POST", $"/v2/alerts/{alias}/notes?identifierType=alias", new { user = "x" })).Blames("note");
    }

    [Fact]
    public async Task A_custom_action_runs_when_the_alert_has_it()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { actions = new[] { "roll back" } });
        var done = await server.SendAsync("POST", $"/v2/alerts/{alias}/actions/roll%20back?identifierType=alias", new { user = "ada" });
        Assert.True((await server.StatusAsync(done)).GetProperty("isSuccess").GetBoolean());
        var unknown = await server.SendAsync("POST", $"/v2/alerts/{alias}/actions/explode?identifierType=alias");
        Assert.False((await server.StatusAsync(unknown)).GetProperty("isSuccess").GetBoolean());
    }

    [Fact]
    public async Task A_deleted_alert_is_gone()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var id = (await server.GetAsync(alias)).GetProperty("id").GetString();
        (await server.SendAsync("DELETE", $"/v2/alerts/{id}?user=ada&source=test")).Is(202);
        (await server.SendAsync("GET", $"/v2/alerts/{id}")).Is(404);
        var again = await server.StatusAsync(await server.SendAsync("DELETE", $"/v2/alerts/{id}"));
        Assert.Contains("does not exist", again.GetProperty("status").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notes_and_logs_are_paged_by_cursor()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { note = "note 0" });
        for (var i = 1; i < 5; i++)
        {
            (await server.SendAsync("POST", $"/v2/alerts/{alias}/notes?identifierType=alias", new { note = $"note {i}" })).Is(202);
        }

        var first = (await server.SendAsync("GET", $"/v2/alerts/{alias}/notes?identifierType=alias&limit=2")).Is(200);
        Assert.Equal(["note 4", "note 3"], Texts(first.Data, "note"));
        var next = new Uri(first.Body.GetProperty("paging").GetProperty("next").GetString()!);
        var second = (await server.SendAsync("GET", next.PathAndQuery)).Is(200);
        Assert.Equal(["note 2", "note 1"], Texts(second.Data, "note"));
        var before = second.Data[0].GetProperty("offset").GetString();
        var back = await server.SendAsync("GET", $"/v2/alerts/{alias}/notes?identifierType=alias&limit=1&direction=prev&offset={before}");
        Assert.Equal(["note 3"], Texts(back.Is(200).Data, "note"));
        var oldest = (await server.SendAsync("GET", $"/v2/alerts/{alias}/notes?identifierType=alias&limit=1&order=asc")).Is(200);
        Assert.Equal(["note 0"], Texts(oldest.Data, "note"));

        var logs = (await server.SendAsync("GET", $"/v2/alerts/{alias}/logs?identifierType=alias&order=asc")).Is(200);
        Assert.StartsWith("Alert created", logs.Data[0].GetProperty("log").GetString(), StringComparison.Ordinal);
        Assert.All(logs.Data.EnumerateArray(), line => Assert.NotEqual("", line.GetProperty("offset").GetString()));
        (await server.SendAsync("GET", $"/v2/alerts/{alias}/logs?identifierType=alias&limit=x")).Blames("limit");
    }

    private static IEnumerable<string?> Texts(JsonElement items, string name) =>
        items.EnumerateArray().Select(item => item.GetProperty(name).GetString());
}
