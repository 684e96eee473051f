using System.Text.Json;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class ScheduleTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task On_call_says_who_since_and_until_when_and_who_is_next()
    {
        var listed = await server.GetAsync("/api/v1/oncall?at=2026-01-06T12:00:00Z");
        var days = listed.GetProperty("items").EnumerateArray().Single(s => Text(s, "schedule") == "days");
        Assert.Equal([NativeServer.Bob], Texts(days, "people"));
        Assert.Equal("2026-01-06T08:00:00.000Z", Text(days, "from"));
        Assert.Equal("2026-01-07T08:00:00.000Z", Text(days, "until"));
        Assert.Equal([NativeServer.Ada], Texts(days.GetProperty("next"), "people"));
        Assert.Equal("first", Text(days.GetProperty("onCall")[0], "rotation"));
        Assert.Equal("user", Text(days.GetProperty("onCall")[0], "type"));

        var office = listed.GetProperty("items").EnumerateArray().Single(s => Text(s, "schedule") == "office");
        Assert.True(office.GetProperty("gap").GetBoolean());
        Assert.Empty(Texts(office, "people"));
    }

    [Fact]
    public async Task A_team_on_call_is_its_members_and_nobody_s_turn_is_no_gap()
    {
        var team = await OfficeAsync("2026-01-05T12:00:00Z");
        Assert.Equal("team:duty", Text(team.GetProperty("onCall")[0], "who"));
        Assert.Equal([NativeServer.Ada], Texts(team, "people"));
        var nobody = await OfficeAsync("2026-01-12T12:00:00Z");
        Assert.Equal("none", Text(nobody.GetProperty("onCall")[0], "who"));
        Assert.False(nobody.GetProperty("gap").GetBoolean());
        Assert.Empty(Texts(nobody, "people"));
    }

    [Fact]
    public async Task A_schedule_says_where_it_is_configured_and_when_it_has_gaps()
    {
        var days = await server.GetAsync("/api/v1/schedules/days");
        Assert.Equal("schedules.yaml", Text(days, "file"));
        Assert.Empty(days.GetProperty("gaps").EnumerateArray());
        var office = await server.GetAsync("/api/v1/schedules/office");
        Assert.Equal(["monday 09:00 - monday 17:00"], Texts(office.GetProperty("rotations")[0], "restrictions"));
        Assert.Equal(["team:duty", "none"], Texts(office.GetProperty("rotations")[0], "participants"));
        Assert.NotEmpty(office.GetProperty("gaps").EnumerateArray());
        Assert.Equal(["escalation:gone"], Texts(await server.GetAsync("/api/v1/schedules/pager"), "unknown"));
        await server.GetAsync("/api/v1/schedules/none", 404);
        Assert.True((await server.GetAsync("/api/v1/schedules")).GetProperty("items").GetArrayLength() >= 3);
    }

    [Fact]
    public async Task A_timeline_has_no_hole_and_what_it_says_of_an_instant_is_what_on_call_says()
    {
        var timeline = await server.GetAsync(
            "/api/v1/schedules/office/timeline?from=2026-03-27&to=2026-04-03T00:00:00Z");
        var segments = timeline.GetProperty("segments").EnumerateArray().ToList();
        Assert.Equal("2026-03-27T00:00:00.000Z", Text(segments[0], "from"));
        Assert.Equal("2026-04-03T00:00:00.000Z", Text(segments[^1], "until"));
        Assert.All(
            segments.Zip(segments.Skip(1)), pair => Assert.Equal(Text(pair.First, "until"), Text(pair.Second, "from")));
        foreach (var segment in segments)
        {
            var then = await OfficeAsync(Text(segment, "from"));
            Assert.Equal(segment.GetProperty("onCall").GetRawText(), then.GetProperty("onCall").GetRawText());
        }
    }

    [Fact]
    public async Task Gaps_to_come_are_said_and_those_of_the_past_are_not()
    {
        var past = await server.GetAsync("/api/v1/schedules/office/timeline?from=2026-01-05&to=2026-01-20");
        Assert.Contains(past.GetProperty("segments").EnumerateArray(), s => s.GetProperty("gap").GetBoolean());
        Assert.Empty(past.GetProperty("gaps").EnumerateArray());
        var future = await server.GetAsync("/api/v1/schedules/office/timeline?from=2190-01-05&to=2190-01-20");
        Assert.NotEmpty(future.GetProperty("gaps").EnumerateArray());
    }

    [Theory]
    [InlineData("/api/v1/oncall?at=noon", "at")]
    [InlineData("/api/v1/schedules/days/timeline?from=x", "from")]
    [InlineData("/api/v1/schedules/days/timeline?from=2026-01-02&to=2026-01-01", "to")]
    [InlineData("/api/v1/schedules/days/timeline?from=2026-01-01&to=2028-01-01", "to")]
    public async Task What_is_wrong_is_named(string path, string field) =>
        Assert.Equal(field, Text(await server.GetAsync(path, 400), "field"));

    [Fact]
    public async Task An_override_is_in_force_when_it_is_answered_and_until_it_is_taken_back()
    {
        var made = await server.PostAsync(
            "/api/v1/schedules/days/overrides", new { who = NativeServer.Bob, duration = "30d", comment = "holiday" });
        Assert.Equal("administrator", Text(made, "madeBy"));
        Assert.Equal([NativeServer.Bob], Texts(await DaysAsync(), "people"));
        Assert.Equal(Text(made, "id"), Text((await DaysAsync()).GetProperty("onCall")[0], "override"));
        Assert.Contains(await OverridesAsync(), id => id == Text(made, "id"));

        await server.SendAsync(HttpMethod.Delete, "/api/v1/schedules/days/overrides/" + Text(made, "id"), null);
        Assert.Equal("first", Text((await DaysAsync()).GetProperty("onCall")[0], "rotation"));
        Assert.DoesNotContain(await OverridesAsync(), id => id == Text(made, "id"));
        await server.SendAsync(HttpMethod.Delete, "/api/v1/schedules/days/overrides/none", null, 404);
    }

    [Fact]
    public async Task An_override_may_replace_a_person_a_rotation_or_nobody_s_place()
    {
        var made = await server.PostAsync("/api/v1/schedules/days/overrides", new
        {
            who = "team:serving",
            replaces = NativeServer.Ada,
            rotations = new[] { "FIRST" },
            from = "2180-01-01T00:00:00Z",
            until = "2180-02-01T00:00:00Z",
        });
        var shift = made.GetProperty("shifts")[0];
        Assert.Equal(("team:serving", NativeServer.Ada), (Text(shift, "who"), Text(shift, "replaces")));
        Assert.Equal(["first"], Texts(shift, "rotations"));
        var people = (await server.GetAsync("/api/v1/schedules/days/timeline?from=2180-01-10&to=2180-01-14"))
            .GetProperty("segments").EnumerateArray().Select(s => Text(s.GetProperty("onCall")[0], "who")).ToHashSet();
        Assert.Equal(["team:serving", NativeServer.Bob], people.Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public async Task A_swap_is_made_and_taken_back_as_one()
    {
        // Ada has the odd of these days, Bob the even ones.
        var first = await server.GetAsync("/api/v1/oncall?at=2181-01-01T12:00:00Z");
        var ada = Texts(first.GetProperty("items").EnumerateArray().Single(s => Text(s, "schedule") == "days"), "people")[0];
        var bob = ada == NativeServer.Ada ? NativeServer.Bob : NativeServer.Ada;
        var swap = await server.PostAsync("/api/v1/schedules/days/swaps", new
        {
            one = new { user = ada, from = "2181-01-01T08:00:00Z", until = "2181-01-02T08:00:00Z" },
            other = new { user = bob, from = "2181-01-02T08:00:00Z", until = "2181-01-03T08:00:00Z" },
        });
        Assert.Equal(2, swap.GetProperty("shifts").GetArrayLength());
        Assert.Equal([bob], await PeopleAsync("2181-01-01T12:00:00Z"));
        Assert.Equal([ada], await PeopleAsync("2181-01-02T12:00:00Z"));
        await server.SendAsync(HttpMethod.Delete, "/api/v1/schedules/days/overrides/" + Text(swap, "id"), null);
        Assert.Equal([ada], await PeopleAsync("2181-01-01T12:00:00Z"));
        Assert.Equal([bob], await PeopleAsync("2181-01-02T12:00:00Z"));
    }

    [Fact]
    public async Task A_swap_of_a_time_in_which_somebody_is_not_on_call_is_refused()
    {
        var part = new { user = NativeServer.Ada, from = "2020-01-01T00:00:00Z", until = "2020-01-02T00:00:00Z" };
        var problem = await server.PostAsync(
            "/api/v1/schedules/days/swaps", new { one = part, other = part with { user = NativeServer.Bob } }, 400);
        Assert.Equal("one", Text(problem, "field"));
    }

    [Fact]
    public async Task An_override_decides_whom_an_incident_that_is_open_already_pages()
    {
        var incident = await server.OpenAsync(server.NewName(), team: "duty");
        await server.PostAsync("/api/v1/schedules/pager/overrides", new { who = NativeServer.Bob, duration = "1h" });
        await server.PostAsync($"/api/v1/incidents/{Text(incident, "id")}/escalate", new { });
        await Poll.UntilAsync(
            async () =>
                (await server.GetAsync("/api/v1/incidents/" + Text(incident, "id")))
                    .GetProperty("pages")
                    .GetArrayLength() > 1,
            TimeSpan.FromSeconds(10),
            () => "the step that asks the schedule");
        var pages = (await server.GetAsync("/api/v1/incidents/" + Text(incident, "id")))
            .GetProperty("pages")
            .EnumerateArray();
        Assert.All(pages, page => Assert.Equal(NativeServer.Bob, Text(page, "who")));
    }

    [Theory]
    [InlineData("""{"duration":"1h"}""", "who")]
    [InlineData("""{"who":"stranger","duration":"1h"}""", "who")]
    [InlineData("""{"who":"team:none","duration":"1h"}""", "who")]
    [InlineData("""{"who":"none"}""", "until")]
    [InlineData("""{"who":"none","until":"2190-01-01","duration":"1h"}""", "until")]
    [InlineData("""{"who":"none","duration":"1h","replaces":"stranger"}""", "replaces")]
    [InlineData("""{"who":"none","duration":"1h","rotations":["second"]}""", "rotations")]
    [InlineData("""{"who":"none","duration":"1h","layer":"top"}""", "layer")]
    public async Task What_is_wrong_with_an_override_is_named(string body, string field)
    {
        var problem = await server.SendAsync(
            HttpMethod.Post, "/api/v1/schedules/days/overrides", new StringContent(body), 400);
        Assert.Equal(field, Text(problem, "field"));
    }

    [Fact]
    public async Task An_override_in_the_past_is_refused_and_other_keys_may_not_make_one()
    {
        var past = new { who = "none", from = "2020-01-01", until = "2020-01-02" };
        var refused = await server.PostAsync("/api/v1/schedules/days/overrides", past, 409);
        Assert.Contains("must end in the future", Text(refused, "reason"), StringComparison.Ordinal);
        var good = new { who = "none", duration = "1h" };
        await server.PostAsync("/api/v1/schedules/none/overrides", good, 404);
        await server.PostAsync("/api/v1/schedules/days/overrides", good, 403, NativeServer.ReadKey);
        await server.PostAsync("/api/v1/schedules/days/overrides", good, 403, NativeServer.TeamKey);
        var seen = await server.GetAsync("/api/v1/oncall", key: NativeServer.TeamKey);
        Assert.Equal("office", Text(Assert.Single(seen.GetProperty("items").EnumerateArray()), "schedule"));
    }

    [Fact]
    public async Task An_override_that_leads_in_a_circle_is_refused_and_the_circle_named()
    {
        var problem = await server.PostAsync(
            "/api/v1/schedules/pager/overrides", new { who = "escalation:duty", duration = "1h" }, 422);
        Assert.EndsWith(
            "schedule pager > escalation duty > schedule pager", Text(problem, "reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_with_the_same_idempotency_key_makes_no_second_override()
    {
        var body = new { who = "none", from = "2185-01-01", until = "2185-01-02" };
        var first = await server.PostAsync("/api/v1/schedules/days/overrides", body, idempotencyKey: "override-1");
        var again = await server.PostAsync("/api/v1/schedules/days/overrides", body, idempotencyKey: "override-1");
        Assert.Equal(Text(first, "id"), Text(again, "id"));
    }

    private Task<JsonElement> DaysAsync() => OnCallAsync("days", null);

    private Task<JsonElement> OfficeAsync(string at) => OnCallAsync("office", at);

    private async Task<string[]> PeopleAsync(string at) => Texts(await OnCallAsync("days", at), "people");

    private async Task<JsonElement> OnCallAsync(string schedule, string? at) =>
        (await server.GetAsync("/api/v1/oncall" + (at is null ? "" : "?at=" + at)))
            .GetProperty("items").EnumerateArray().Single(s => Text(s, "schedule") == schedule);

    private async Task<IEnumerable<string>> OverridesAsync() =>
        (await server.GetAsync("/api/v1/schedules/days/overrides"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(o => Text(o, "id"));

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString() ?? "";

    private static string[] Texts(JsonElement element, string field) =>
        [.. element.GetProperty(field).EnumerateArray().Select(text => text.GetString()!)];
}
