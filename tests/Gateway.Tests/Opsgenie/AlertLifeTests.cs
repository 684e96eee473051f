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
    public async Task What_a_create_was_cut_to_and_its_note_are_in_the_log()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { message = new string('m', 200), note = "seen at noon" });

        var lines = await server.ListAsync(alias, "logs");

        Assert.Contains(lines.EnumerateArray(), line => line.Text("log") is { } text &&
            text.Contains("seen at noon", StringComparison.Ordinal) &&
            text.Contains("message (200 characters, 130 kept)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_action_was_cut_to_is_said_in_a_note()
    {
        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var put = await server.SendAsync(
            "PUT", $"/v2/alerts/{alias}/message?identifierType=alias",
            new { message = new string('m', 200), user = "ada" });
        Assert.Equal("UpdateMessage", (await server.StatusAsync(put.Is(202))).Text("action"));
        Assert.Equal(new string('m', 130), (await server.GetAsync(alias)).Text("message"));
        var notes = await server.ListAsync(alias, "notes");
        Assert.Equal(
            ("Cut to the API's limits: message (200 characters, 130 kept).", "ada"),
            (notes[0].Text("note"), notes[0].Text("owner")));

        (await server.PostAsync(alias, "tags", new { tags = new[] { new string('t', 51) } })).Is(202);
        Assert.Contains(
            "tags (51 characters", (await server.ListAsync(alias, "notes"))[0].Text("note"), StringComparison.Ordinal);
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
