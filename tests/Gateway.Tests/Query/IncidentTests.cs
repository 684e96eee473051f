using System.Globalization;
using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class IncidentTests(NativeServer server) : IClassFixture<NativeServer>
{
    private static readonly string[] Fields =
    [
        "id", "status", "priority", "title", "team", "owner", "openedAt", "acknowledgedAt", "resolvedAt", "memberCount",
        "members", "cause", "mergedInto", "suppressedBy", "escalation", "pages",
    ];

    [Fact]
    public async Task An_incident_has_all_its_fields_even_those_without_a_value()
    {
        var incident = await server.OpenAsync(server.NewName());
        Assert.Empty(Fields.Except(incident.EnumerateObject().Select(p => p.Name)));
        Assert.Equal("open", incident.GetProperty("status").GetString());
        Assert.Equal("P3", incident.GetProperty("priority").GetString());
        Assert.Equal(JsonValueKind.Null, incident.GetProperty("owner").ValueKind);
        Assert.Equal(JsonValueKind.Null, incident.GetProperty("cause").ValueKind);
        var openedAt = incident.GetProperty("openedAt").GetString()!;
        Assert.EndsWith("Z", openedAt, StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse(openedAt, CultureInfo.InvariantCulture, out _));
    }

    [Fact]
    public async Task Its_escalation_and_pages_tell_who_was_paged_and_who_is_next()
    {
        var incident = await server.OpenAsync(server.NewName());
        var escalation = incident.GetProperty("escalation");
        Assert.Equal("platform", escalation.GetProperty("policy").GetString());
        Assert.Equal(1, escalation.GetProperty("step").GetInt32());
        Assert.Equal("user:" + NativeServer.Bob, escalation.GetProperty("nextTarget").GetString());
        var page = Assert.Single(incident.GetProperty("pages").EnumerateArray());
        Assert.Equal(NativeServer.Ada, page.GetProperty("who").GetString());
        Assert.Equal(1, page.GetProperty("step").GetInt32());
        Assert.Equal("log", page.GetProperty("channel").GetString());
        Assert.Contains("step 1", page.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_members_are_shown_with_exact_counts_past_the_few_that_its_document_holds()
    {
        var entity = server.NewName();
        var incident = default(JsonElement);
        for (var i = 0; i < 12; i++)
        {
            incident = await server.OpenAsync($"{entity}-{i:D2}", entity);
        }

        await server.FireAsync(entity + "-11", entity);
        await server.FireAsync(entity + "-11", entity);
        incident = await server.GetAsync("/api/v1/incidents/" + Text(incident, "id"));
        Assert.Equal(12, incident.GetProperty("memberCount").GetInt32());
        var members = incident.GetProperty("members").EnumerateArray().ToList();
        Assert.Equal(12, members.Select(m => Text(m, "alias")).Distinct().Count());
        Assert.Equal(entity + "-00", Text(members[0], "alias"));
        var last = members.Single(m => Text(m, "alias") == entity + "-11");
        Assert.Equal(3, last.GetProperty("count").GetInt64());
        Assert.Equal("open", Text(last, "status"));
        Assert.Equal("model:" + entity, Text(last, "entity"));
        Assert.NotEmpty(Text(last, "reason"));

        var paged = await AllAsync($"/api/v1/incidents/{Text(incident, "id")}/members?limit=5");
        Assert.Equal(members.Select(m => Text(m, "alias")).Order(), paged.Select(m => Text(m, "alias")).Order());
    }

    [Fact]
    public async Task A_list_shows_what_is_not_over_and_everything_when_asked()
    {
        var (open, resolved) = (await server.OpenAsync(server.NewName()), await server.OpenAsync(server.NewName()));
        await server.PostAsync($"/api/v1/incidents/{Text(resolved, "id")}/resolve");
        var active = await AllAsync("/api/v1/incidents?limit=2");
        Assert.Contains(Text(open, "id"), active.Select(i => Text(i, "id")));
        Assert.DoesNotContain(Text(resolved, "id"), active.Select(i => Text(i, "id")));
        Assert.Contains(
            Text(resolved, "id"), (await AllAsync("/api/v1/incidents?status=all")).Select(i => Text(i, "id")));
        Assert.All(
            await AllAsync("/api/v1/incidents?status=resolved,merged"),
            i => Assert.Contains(Text(i, "status"), new[] { "resolved", "merged" }));
        var listed = active.Single(i => Text(i, "id") == Text(open, "id"));
        Assert.Equal(Text(open.GetProperty("members")[0], "alias"), Text(listed.GetProperty("members")[0], "alias"));
    }

    [Fact]
    public async Task Pages_of_a_list_meet_without_a_gap_or_a_repeat()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(Text(await server.OpenAsync(server.NewName(), team: "serving"), "id"));
        }

        var listed = (await AllAsync("/api/v1/incidents?limit=2&team=serving&status=all"))
            .Select(i => Text(i, "id"))
            .ToList();
        Assert.Equal(listed.Distinct(), listed);
        Assert.Equal(ids.AsEnumerable().Reverse(), listed.Where(ids.Contains));
    }

    [Fact]
    public async Task A_list_is_filtered_by_priority_owner_and_time()
    {
        var urgent = await server.OpenAsync(server.NewName(), priority: Priority.P1);
        var id = Text(urgent, "id");
        await server.PostAsync($"/api/v1/incidents/{id}/acknowledge", new { user = "carol" });
        Assert.Equal([id], (await AllAsync("/api/v1/incidents?owner=carol&priority=p1,P2")).Select(i => Text(i, "id")));
        Assert.Empty(await AllAsync("/api/v1/incidents?owner=carol&priority=P3"));
        Assert.Empty(await AllAsync("/api/v1/incidents?owner=carol&since=2190-01-01T00:00:00Z"));
        Assert.Empty(await AllAsync("/api/v1/incidents?owner=carol&until=2020-01-01"));
    }

    [Fact]
    public async Task Each_action_answers_with_the_incident_after_it()
    {
        var id = Text(await server.OpenAsync(server.NewName()), "id");
        var acknowledged = await server.PostAsync(
            $"/api/v1/incidents/{id}/acknowledge", new { user = NativeServer.Bob, note = "on it" });
        Assert.Equal(("acknowledged", NativeServer.Bob), (Text(acknowledged, "status"), Text(acknowledged, "owner")));
        Assert.NotEqual(JsonValueKind.Null, acknowledged.GetProperty("acknowledgedAt").ValueKind);
        Assert.Equal("cancelled", Text(acknowledged.GetProperty("pages")[0], "state"));
        Assert.Equal(JsonValueKind.Null, acknowledged.GetProperty("escalation").GetProperty("nextAt").ValueKind);

        var assigned = await server.PostAsync($"/api/v1/incidents/{id}/assign", new { owner = NativeServer.Ada });
        Assert.Equal(NativeServer.Ada, Text(assigned, "owner"));

        var snoozed = await server.PostAsync($"/api/v1/incidents/{id}/snooze", new { duration = "30m" });
        Assert.Equal("snoozed", Text(snoozed, "status"));

        var escalated = await server.PostAsync($"/api/v1/incidents/{id}/escalate");
        Assert.Equal("open", Text(escalated, "status"));

        var noted = await server.PostAsync($"/api/v1/incidents/{id}/note", new { note = "looks like data" });
        Assert.Equal(2, noted.GetProperty("noteCount").GetInt32());
        Assert.Equal("resolved", Text(await server.PostAsync($"/api/v1/incidents/{id}/resolve"), "status"));
        Assert.Equal("open", Text(await server.PostAsync($"/api/v1/incidents/{id}/reopen"), "status"));
    }

    [Fact]
    public async Task An_escalation_that_is_configured_as_before_has_nothing_to_reapply()
    {
        var id = Text(await server.OpenAsync(server.NewName()), "id");
        var before = (await server.GetAsync($"/api/v1/incidents/{id}")).GetProperty("escalation").GetRawText();
        var after = await server.PostAsync(
            $"/api/v1/incidents/{id}/reapply-escalation", new { note = "after the edit" });
        Assert.Equal(before, after.GetProperty("escalation").GetRawText());
    }

    [Fact]
    public async Task The_timeline_names_who_did_what_in_order()
    {
        var id = Text(await server.OpenAsync(server.NewName()), "id");
        await server.PostAsync($"/api/v1/incidents/{id}/acknowledge");
        var lines = await AllAsync($"/api/v1/incidents/{id}/timeline?limit=2");
        var types = lines.Select(l => Text(l, "type")).ToList();
        Assert.Equal("opened", types[0]);
        Assert.True(types.IndexOf("page") < types.IndexOf("acknowledged"), string.Join(", ", types));
        Assert.Equal("administrator", Text(lines.Single(l => Text(l, "type") == "acknowledged"), "actor"));
    }

    [Fact]
    public async Task A_refusal_is_a_conflict_with_the_reason()
    {
        var id = Text(await server.OpenAsync(server.NewName()), "id");
        var refused = await server.PostAsync($"/api/v1/incidents/{id}/assign", new { owner = "nobody" }, status: 409);
        Assert.Equal("There is no user 'nobody'", Text(refused, "reason"));
    }

    [Fact]
    public async Task The_same_idempotency_key_is_answered_as_the_first_and_does_nothing_again()
    {
        var id = Text(await server.OpenAsync(server.NewName()), "id");
        var first = await server.PostAsync($"/api/v1/incidents/{id}/note", new { note = "once" }, idempotencyKey: "k1");
        var again = await server.PostAsync($"/api/v1/incidents/{id}/note", new { note = "once" }, idempotencyKey: "k1");
        Assert.Equal((1, 1), (first.GetProperty("noteCount").GetInt32(), again.GetProperty("noteCount").GetInt32()));

        Assert.Equal(
            "acknowledged",
            Text(await server.PostAsync($"/api/v1/incidents/{id}/acknowledge", idempotencyKey: "k1"), "status"));
        await server.PostAsync(
            $"/api/v1/incidents/{id}/assign", new { owner = "nobody" }, status: 409, idempotencyKey: "k2");
        var retried = await server.PostAsync(
            $"/api/v1/incidents/{id}/assign", new { owner = "nobody" }, status: 409, idempotencyKey: "k2");
        Assert.DoesNotContain("Idempotency-Key", Text(retried, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idempotency_key_that_comes_with_another_body_is_refused()
    {
        var id = Text(await server.OpenAsync(server.NewName()), "id");
        await server.PostAsync($"/api/v1/incidents/{id}/note", new { note = "first" }, idempotencyKey: "n1");

        var other = await server.PostAsync(
            $"/api/v1/incidents/{id}/note", new { note = "second" }, status: 409, idempotencyKey: "n1");

        Assert.Equal(
            "The Idempotency-Key was used for a request with another body", Text(other, "detail").TrimEnd('.'));
        var again = await server.PostAsync(
            $"/api/v1/incidents/{id}/note", new { note = "first" }, idempotencyKey: "n1");
        Assert.Equal(1, again.GetProperty("noteCount").GetInt32());
    }

    [Fact]
    public async Task Of_two_merged_incidents_the_older_survives()
    {
        var (older, younger) = (await server.OpenAsync(server.NewName()), await server.OpenAsync(server.NewName()));
        await server.PostAsync($"/api/v1/incidents/{Text(older, "id")}/merge", new { with = Text(younger, "id") });
        var merged = default(JsonElement);
        await Poll.UntilAsync(
            async () =>
            {
                merged = await server.GetAsync("/api/v1/incidents/" + Text(younger, "id"));
                return Text(merged, "status") == "merged";
            },
            TimeSpan.FromSeconds(10),
            () => $"the younger incident to be merged, but it is {merged}");
        Assert.Equal(Text(older, "id"), Text(merged, "mergedInto"));
        await server.PostAsync(
            $"/api/v1/incidents/{Text(older, "id")}/merge",
            new { with = "00000000-0000-4000-8000-000000000000" },
            status: 404);
    }

    [Fact]
    public async Task A_teams_key_sees_and_touches_that_teams_incidents_only()
    {
        var own = await server.OpenAsync(server.NewName(), team: "serving");
        var other = await server.OpenAsync(server.NewName());
        await server.GetAsync("/api/v1/incidents/" + Text(own, "id"), key: NativeServer.TeamKey);
        await server.GetAsync("/api/v1/incidents/" + Text(other, "id"), 403, NativeServer.TeamKey);
        await server.PostAsync(
            $"/api/v1/incidents/{Text(other, "id")}/resolve", status: 403, key: NativeServer.TeamKey);
        var listed = await server.GetAsync("/api/v1/incidents?team=ml-platform&status=all", key: NativeServer.TeamKey);
        Assert.All(listed.GetProperty("items").EnumerateArray(), i => Assert.Equal("serving", Text(i, "team")));
    }

    [Fact]
    public async Task A_key_that_may_only_read_reads()
    {
        var id = Text(await server.OpenAsync(server.NewName()), "id");
        await server.GetAsync("/api/v1/incidents/" + id, key: NativeServer.ReadKey);
        await server.PostAsync($"/api/v1/incidents/{id}/acknowledge", status: 403, key: NativeServer.ReadKey);
    }

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString() ?? "";

    private async Task<List<JsonElement>> AllAsync(string path)
    {
        var all = new List<JsonElement>();
        var more = path.Contains('?', StringComparison.Ordinal) ? "&cursor=" : "?cursor=";
        for (var next = ""; ;)
        {
            var page = await server.GetAsync(next.Length == 0 ? path : path + more + next);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            if (page.GetProperty("next").GetString() is not { } cursor)
            {
                return all;
            }

            next = cursor;
        }
    }
}
