using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class ScheduleTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    private const string Weekly = "/v2/schedules/" + OpsgenieServer.ScheduleId;

    private static readonly object Rotation = new
    {
        name = "nights",
        startDate = "2026-03-02T08:00:00Z",
        endDate = "2027-03-02T08:00:00Z",
        type = "weekly",
        length = 2,
        participants = new object[] { new { type = "user", username = "ada@example.com" }, new { type = "none" } },
        timeRestriction = new
        {
            type = "weekday-and-time-of-day",
            restriction = new { },
            restrictions = new[] { new { startDay = "monday", startHour = 8, startMin = 0, endDay = "friday", endHour = 18, endMin = 30 } },
        },
    };

    [Fact]
    public async Task A_schedule_is_made_read_changed_and_deleted()
    {
        var name = server.NewAlias();
        var made = (await server.SendAsync("POST", "/v2/schedules", new
        {
            name,
            description = "for Terraform",
            timezone = "Europe/Berlin",
            ownerTeam = new { id = OpsgenieServer.TeamId },
            rotations = new[] { Rotation },
            IdentifierType = "id",
        })).Is(201);
        Assert.Equal("Created", made.Body.Text("result"));
        Assert.Equal((name, true), (made.Data.Text("name"), made.Data.Flag("enabled")));
        var id = made.Data.Text("id");

        var read = (await server.SendAsync("GET", $"/v2/schedules/{id}?identifierType=id")).Is(200);
        Assert.Equal("rotation", read.Body.GetProperty("expandable")[0].GetString());
        Assert.Equal(("for Terraform", "Europe/Berlin"), (read.Data.Text("description"), read.Data.Text("timezone")));
        Assert.Equal(OpsgenieServer.TeamId, read.Data.GetProperty("ownerTeam").Text("id"));
        var rotation = read.Data.GetProperty("rotations")[0];
        Assert.Equal("2026-03-02T08:00:00.000Z", rotation.Text("startDate"));
        Assert.Equal("2027-03-02T08:00:00.000Z", rotation.Text("endDate"));
        Assert.Equal(("weekly", 2), (rotation.Text("type"), rotation.Number("length")));
        Assert.Equal("ada@example.com", rotation.GetProperty("participants")[0].Text("username"));
        Assert.Equal("none", rotation.GetProperty("participants")[1].Text("type"));
        var window = rotation.GetProperty("timeRestriction").GetProperty("restrictions")[0];
        Assert.Equal(
            ("monday", 8, "friday", 30),
            (window.Text("startDay"), window.Number("startHour"), window.Text("endDay"), window.Number("endMin")));

        (await server.SendAsync("PATCH", $"/v2/schedules/{id}", new { name = name + "!", timezone = "America/New_York", enabled = false })).Is(200);
        var patched = (await server.SendAsync("GET", $"/v2/schedules/{Uri.EscapeDataString(name + "!")}?identifierType=name")).Is(200).Data;
        Assert.False(patched.Flag("enabled"));
        Assert.Equal("for Terraform", patched.Text("description"));
        Assert.Equal("2026-03-02T08:00:00.000Z", patched.GetProperty("rotations")[0].Text("startDate"));
        Assert.Equal(rotation.Text("id"), patched.GetProperty("rotations")[0].Text("id"));

        Assert.Equal("Deleted", (await server.SendAsync("DELETE", $"/v2/schedules/{id}")).Is(200).Body.Text("result"));
        (await server.SendAsync("GET", $"/v2/schedules/{id}")).Is(404);
        (await server.SendAsync("PATCH", $"/v2/schedules/{id}", new { name })).Is(404);
    }

    [Fact]
    public async Task Rotations_are_made_read_changed_and_deleted_one_by_one()
    {
        var schedule = await MakeAsync();
        var made = (await server.SendAsync("POST", $"/v2/schedules/{schedule}/rotations", Rotation)).Is(201).Data;
        Assert.Equal("nights", made.Text("name"));
        var unnamed = new { startDate = "2026-03-02T08:00:00Z", type = "daily", participants = new[] { new { type = "team", id = OpsgenieServer.TeamId, username = "" } } };
        Assert.Equal(
            "Rot1",
            (await server.SendAsync("POST", $"/v2/schedules/{schedule}/rotations", unnamed)).Is(201).Data.Text("name"));
        var path = $"/v2/schedules/{schedule}/rotations/{made.Text("id")}";
        Assert.Equal(schedule, (await server.SendAsync("GET", path)).Is(200).Data.GetProperty("_parent").Text("id"));

        (await server.SendAsync("PATCH", path, new { length = 3, participants = new[] { new { type = "escalation", name = "platform" } } })).Is(200);
        var changed = (await server.SendAsync("GET", path)).Is(200).Data;
        Assert.Equal((3, "weekly"), (changed.Number("length"), changed.Text("type")));
        Assert.Equal("escalation", changed.GetProperty("participants")[0].Text("type"));
        Assert.Equal(
            2, (await server.SendAsync("GET", $"/v2/schedules/{schedule}/rotations")).Is(200).Data.GetArrayLength());

        (await server.SendAsync("DELETE", path)).Is(200);
        (await server.SendAsync("GET", path)).Is(404);
        (await server.SendAsync("PATCH", path, new { length = 1 })).Is(404);
        (await server.SendAsync("DELETE", path)).Is(404);
    }

    [Fact]
    public async Task Rotations_that_are_made_at_once_are_all_there()
    {
        var schedule = await MakeAsync();
        var names = Enumerable.Range(0, 4).Select(number => $"r{number}").ToList();
        await Task.WhenAll(names.Select(async name => (await server.SendAsync("POST", $"/v2/schedules/{schedule}/rotations", new
        {
            name,
            startDate = "2026-03-02T08:00:00Z",
            type = "daily",
            participants = new[] { new { type = "none" } },
        })).Is(201)));
        var rotations = (await server.SendAsync("GET", $"/v2/schedules/{schedule}/rotations")).Is(200).Data;
        Assert.Equal(
            names, rotations.EnumerateArray().Select(rotation => rotation.Text("name")!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_comes_from_a_file_is_changed_there_and_the_answer_names_it()
    {
        foreach (var (method, path) in new[] { ("PATCH", Weekly), ("DELETE", Weekly), ("POST", Weekly + "/rotations"), ("DELETE", Weekly + "/rotations/first") })
        {
            var refused = (await server.SendAsync(method, path, Rotation)).Is(409);
            Assert.Contains("schedules.yaml", refused.Message, StringComparison.Ordinal);
        }

        (await server.SendAsync("POST", "/v2/schedules", new { name = "WEEKLY" })).Is(409);
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":"x","timezone":"Europe/Berln"}""", "timezone")]
    [InlineData("""{"name":"x","ownerTeam":{"name":"nobody"}}""", "ownerTeam")]
    [InlineData("""{"name":"x","enabled":7}""", "enabled")]
    [InlineData("""{"name":"x","rotations":[{}]}""", "rotations[0].startDate")]
    [InlineData("""{"name":"x","rotations":[{"startDate":"12/11/2027 10:00","type":"daily","participants":[]}]}""", "rotations[0].startDate")]
    [InlineData("""{"name":"x","rotations":[{"startDate":"soon","type":"daily","participants":[]}]}""", "rotations[0].startDate")]
    [InlineData("""{"name":"x","rotations":[{"startDate":"2026-01-01T00:00:00Z","type":"yearly","participants":[{"type":"none"}]}]}""", "rotations[0].type")]
    [InlineData("""{"name":"x","rotations":[{"startDate":"2026-01-01T00:00:00Z","type":"daily","participants":[]}]}""", "rotations[0].participants")]
    [InlineData("""{"name":"x","rotations":[{"startDate":"2026-01-01T00:00:00Z","type":"daily","participants":[{"type":"user","username":"eve"}]}]}""", "rotations[0].participants")]
    [InlineData("""{"name":"x","rotations":[{"startDate":"2026-01-01T00:00:00Z","type":"daily","length":0,"participants":[{"type":"none"}]}]}""", "rotations[0].length")]
    [InlineData("""{"name":"x","rotations":[{"startDate":"2026-01-02T00:00:00Z","endDate":"2026-01-01T00:00:00Z","type":"daily","participants":[{"type":"none"}]}]}""", "rotations[0].endDate")]
    [InlineData("""{"name":"x","rotations":[{"startDate":"2026-01-01T00:00:00Z","type":"daily","participants":[{"type":"none"}],"timeRestriction":{"type":"time-of-day","restriction":{"startHour":25}}}]}""", "rotations[0].timeRestriction.restriction.startHour")]
    [InlineData("""{"name":"x","rotations":7}""", "rotations")]
    public async Task What_is_wrong_with_a_schedule_is_named(string body, string field) =>
        (await server.SendAsync("POST", "/v2/schedules", body)).Blames(field);

    [Fact]
    public async Task On_calls_are_a_tree_or_flat_at_any_time()
    {
        var tree = (await server.SendAsync("GET", Weekly + "/on-calls?date=2026-01-05T12:00:00%2B01:00")).Is(200).Data;
        Assert.Equal("weekly", tree.GetProperty("_parent").Text("name"));
        var participants = tree.GetProperty("onCallParticipants");
        Assert.Equal(("ada@example.com", "user"), (participants[0].Text("name"), participants[0].Text("type")));
        var ladder = participants[1].GetProperty("onCallParticipants");
        Assert.Equal(
            ("bob@example.com", 5, "default"),
            (ladder[1].Text("name"), ladder[1].Number("escalationTime"), ladder[1].Text("notifyType")));

        var flat = (await server.SendAsync("GET", "/v2/schedules/weekly/on-calls?scheduleIdentifierType=name&flat=true&date=2026-01-13T12:00:00Z")).Is(200).Data;
        Assert.False(flat.TryGetProperty("onCallParticipants", out _));
        Assert.Equal(["ada@example.com"], Texts(flat, "onCallRecipients").Except(["bob@example.com"]));
        var all = (await server.SendAsync("GET", "/v2/schedules/on-calls?flat=true")).Is(200).Data;
        Assert.Contains(all.EnumerateArray(), one => one.GetProperty("_parent").Text("name") == "weekly");
        (await server.SendAsync("GET", Weekly + "/on-calls?date=noon")).Blames("date");
    }

    [Fact]
    public async Task Next_on_calls_swap_the_names_of_their_lists()
    {
        var date = "date=2026-01-05T20:00:00Z";
        var tree = (await server.SendAsync("GET", $"{Weekly}/next-on-calls?{date}")).Is(200).Data;
        Assert.Equal("bob@example.com", tree.GetProperty("nextOnCallRecipients")[0].Text("name"));
        Assert.Equal("ada@example.com", tree.GetProperty("exactNextOnCallRecipients")[0].Text("name"));
        Assert.False(tree.TryGetProperty("forwardedFrom", out _));
        var flat = (await server.SendAsync("GET", $"{Weekly}/next-on-calls?flat=true&{date}")).Is(200).Data;
        Assert.Equal(["bob@example.com"], Texts(flat, "nextOnCallParticipants"));
        Assert.NotEmpty(Texts(flat, "exactNextOnCallParticipants"));
    }

    [Fact]
    public async Task Overrides_are_made_read_changed_and_deleted_on_schedules_of_files_too()
    {
        var alias = server.NewAlias();
        var body = new
        {
            alias,
            user = new { type = "user", username = "bob@example.com" },
            startDate = "2170-01-01T00:00:00Z",
            endDate = "2170-02-01T00:00:00Z",
            rotations = new[] { new { name = "first" } },
        };
        Assert.Equal(alias, (await server.SendAsync("POST", Weekly + "/overrides", body)).Is(201).Data.Text("alias"));
        (await server.SendAsync("POST", Weekly + "/overrides", body)).Is(409);
        var path = $"{Weekly}/overrides/{alias}";
        var read = (await server.SendAsync("GET", path)).Is(200).Data;
        Assert.Equal("weekly", read.GetProperty("_parent").Text("name"));
        Assert.Equal(OpsgenieServer.RotationId, read.GetProperty("rotations")[0].Text("id"));
        Assert.Equal("bob@example.com", read.GetProperty("user").Text("username"));
        Assert.Equal("2170-02-01T00:00:00.000Z", read.Text("endDate"));

        var nobody = new { user = new { type = "none" }, startDate = "2170-01-01T00:00:00Z", endDate = "2170-03-01T00:00:00Z" };
        (await server.SendAsync("PUT", path, nobody)).Is(200);
        Assert.Equal("none", (await server.SendAsync("GET", path)).Is(200).Data.GetProperty("user").Text("type"));
        Assert.Contains(
            (await server.SendAsync("GET", Weekly + "/overrides")).Is(200).Data.EnumerateArray(),
            one => one.Text("alias") == alias);

        (await server.SendAsync("DELETE", path)).Is(200);
        (await server.SendAsync("GET", path)).Is(404);
        (await server.SendAsync("DELETE", path)).Is(404);
        (await server.SendAsync("PUT", path, nobody)).Is(404);
    }

    [Theory]
    [InlineData("""{}""", "user")]
    [InlineData("""{"user":{"type":"user","username":"eve"},"startDate":"2170-01-01T00:00:00Z","endDate":"2170-01-02T00:00:00Z"}""", "user")]
    [InlineData("""{"user":{"type":"schedule","name":"weekly"},"startDate":"2170-01-01T00:00:00Z","endDate":"2170-01-02T00:00:00Z"}""", "user")]
    [InlineData("""{"user":{"type":"none"},"startDate":"2170-01-01T00:00:00Z","endDate":"later"}""", "endDate")]
    [InlineData("""{"user":{"type":"none"},"startDate":"2170-01-01T00:00:00Z","endDate":"2170-01-02T00:00:00Z","rotations":[{"name":"third"}]}""", "rotations")]
    public async Task What_is_wrong_with_an_override_is_named(string body, string field) =>
        (await server.SendAsync("POST", Weekly + "/overrides", body)).Blames(field);

    [Fact]
    public async Task An_override_that_ends_before_it_begins_or_in_the_past_is_refused()
    {
        var swapped = """{"user":{"type":"none"},"startDate":"2170-01-02T00:00:00Z","endDate":"2170-01-01T00:00:00Z"}""";
        (await server.SendAsync("POST", Weekly + "/overrides", swapped)).Is(422);
        (await server.SendAsync("POST", Weekly + "/overrides", swapped.Replace("2170", "2020", StringComparison.Ordinal))).Is(422);
    }

    [Fact]
    public async Task The_timeline_shows_each_rotation_and_what_overrides_make_of_it()
    {
        var schedule = await MakeAsync(new
        {
            name = "only",
            startDate = "2026-01-05T08:00:00Z",
            type = "weekly",
            participants = new[] { new { type = "user", username = "ada@example.com" }, new { type = "user", username = "bob@example.com" } },
        });
        var stands = new { user = new { type = "user", username = "bob@example.com" }, startDate = "2171-01-09T00:00:00Z", endDate = "2171-01-10T00:00:00Z" };
        (await server.SendAsync("POST", $"/v2/schedules/{schedule}/overrides", stands)).Is(201);
        var timeline = (await server.SendAsync(
            "GET", $"/v2/schedules/{schedule}/timeline?interval=2&intervalUnit=weeks&date=2171-01-08T00:00:00Z&expand=base,override,forwarding")).Is(200);
        Assert.Equal(3, timeline.Body.GetProperty("expandable").GetArrayLength());
        Assert.Equal("2171-01-22T00:00:00.000Z", timeline.Data.Text("endDate"));
        var final = Periods(timeline.Data, "finalTimeline");
        Assert.Equal("2171-01-08T00:00:00.000Z", final[0].Text("startDate"));
        Assert.Equal("2171-01-22T00:00:00.000Z", final[^1].Text("endDate"));
        var over = Assert.Single(final, period => period.Text("type") == "override");
        Assert.Equal("bob@example.com", over.GetProperty("recipient").Text("name"));
        Assert.DoesNotContain(Periods(timeline.Data, "baseTimeline"), period => period.Text("type") == "override");
        Assert.Single(Periods(timeline.Data, "overrideTimeline"));
        Assert.Empty(Periods(timeline.Data, "forwardingTimeline"));
        (await server.SendAsync("GET", $"/v2/schedules/{schedule}/timeline?interval=1000")).Blames("interval");
        (await server.SendAsync("GET", $"/v2/schedules/{schedule}/timeline?intervalUnit=years")).Blames("intervalUnit");
    }

    [Fact]
    public async Task The_timeline_of_a_schedule_without_rotations_shows_who_stands_in()
    {
        var schedule = await MakeAsync();
        var path = $"/v2/schedules/{schedule}/timeline?date=2171-01-08T00:00:00Z&expand=base,override";
        Assert.Empty(
            (await server.SendAsync("GET", path))
                .Is(200).Data.GetProperty("finalTimeline")
                .GetProperty("rotations")
                .EnumerateArray());
        var stands = new { user = new { type = "user", username = "bob@example.com" }, startDate = "2171-01-09T00:00:00Z", endDate = "2171-01-10T00:00:00Z" };
        (await server.SendAsync("POST", $"/v2/schedules/{schedule}/overrides", stands)).Is(201);

        var timeline = (await server.SendAsync("GET", path)).Is(200).Data;

        foreach (var shown in (string[])["finalTimeline", "overrideTimeline"])
        {
            var period = Assert.Single(Periods(timeline, shown));
            Assert.Equal(
                ("override", "bob@example.com"), (period.Text("type"), period.GetProperty("recipient").Text("name")));
            Assert.Equal(
                ("2171-01-09T00:00:00.000Z", "2171-01-10T00:00:00.000Z"),
                (period.Text("startDate"), period.Text("endDate")));
        }

        Assert.Empty(timeline.GetProperty("baseTimeline").GetProperty("rotations").EnumerateArray());
    }

    [Fact]
    public async Task What_would_lead_in_a_circle_is_refused_and_the_circle_named()
    {
        var (night, climb) = (server.NewAlias(), server.NewAlias());
        await server.SendAsync("POST", "/v2/schedules", new { name = night });
        (await server.SendAsync("POST", "/v2/escalations", new
        {
            name = climb,
            rules = new[] { new { delay = new { timeAmount = 0 }, recipient = new { type = "schedule", name = night } } },
        })).Is(201);
        var turn = new { startDate = "2026-03-02T08:00:00Z", type = "daily", participants = new[] { new { type = "escalation", name = climb } } };

        var refused = (await server.SendAsync("POST", $"/v2/schedules/{night}/rotations?scheduleIdentifierType=name", turn)).Is(422);
        Assert.EndsWith(
            $"schedule {night} > escalation {climb} > schedule {night}",
            refused.Body.Text("message"),
            StringComparison.Ordinal);
        Assert.NotNull(refused.Body.Text("requestId"));
        (await server.SendAsync("PATCH", $"/v2/schedules/{night}?identifierType=name", new { rotations = new[] { turn } })).Is(422);
        var stands = new { user = new { type = "escalation", name = climb }, startDate = "2171-01-09T00:00:00Z", endDate = "2171-01-10T00:00:00Z" };
        (await server.SendAsync("POST", $"/v2/schedules/{night}/overrides?scheduleIdentifierType=name", stands))
            .Is(422);

        var other = server.NewAlias();
        (await server.SendAsync("POST", "/v2/schedules", new { name = other, rotations = new[] { turn } })).Is(201);
        var around = new { rules = new[] { new { delay = new { timeAmount = 0 }, recipient = new { type = "schedule", name = other } } } };
        Assert.Contains(
            $"escalation {climb} > schedule {other} > escalation {climb}",
            (await server.SendAsync("PATCH", $"/v2/escalations/{climb}?identifierType=name", around))
                .Is(422).Body.Text("message"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_that_an_override_is_of_is_not_deleted_before_that_is_over()
    {
        var schedule = await MakeAsync(Rotation);
        var rotation = (await server.SendAsync("GET", $"/v2/schedules/{schedule}/rotations"))
            .Is(200).Data[0]
            .Text("id");
        var alias = server.NewAlias();
        var stands = new { alias, user = new { type = "none" }, startDate = "2171-01-09T00:00:00Z", endDate = "2171-01-10T00:00:00Z", rotations = new[] { new { id = rotation } } };
        (await server.SendAsync("POST", $"/v2/schedules/{schedule}/overrides", stands)).Is(201);

        Assert.Contains(
            alias,
            (await server.SendAsync("DELETE", $"/v2/schedules/{schedule}/rotations/{rotation}"))
                .Is(428).Body.Text("message"),
            StringComparison.Ordinal);
        (await server.SendAsync("PATCH", $"/v2/schedules/{schedule}", new { rotations = Array.Empty<object>() }))
            .Is(409);
        (await server.SendAsync("DELETE", $"/v2/schedules/{schedule}/overrides/{alias}")).Is(200);
        (await server.SendAsync("DELETE", $"/v2/schedules/{schedule}/rotations/{rotation}")).Is(200);
    }

    [Fact]
    public async Task Lists_leave_rotations_out_unless_they_are_asked_for()
    {
        Assert.Empty(await WeeklyRotationsAsync(""));
        Assert.Equal(2, (await WeeklyRotationsAsync("?expand=rotation")).Count());
    }

    [Fact]
    public async Task Keys_see_their_team_s_schedules_and_change_them_with_the_right_to()
    {
        (await server.SendAsync("GET", Weekly, key: OpsgenieServer.OtherTeamKey)).Is(403);
        (await server.SendAsync("GET", Weekly, key: OpsgenieServer.TeamKey)).Is(200);
        Assert.DoesNotContain(
            (await server.SendAsync("GET", "/v2/schedules", key: OpsgenieServer.OtherTeamKey))
                .Is(200).Data.EnumerateArray(),
            schedule => schedule.Text("name") == "weekly");
        (await server.SendAsync("POST", "/v2/schedules", new { name = "x" }, OpsgenieServer.SenderKey)).Is(403);
        (await server.SendAsync("POST", Weekly + "/overrides", "{}", OpsgenieServer.SenderKey)).Is(403);
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_answered_in_the_api_s_shape()
    {
        (await server.SendAsync("GET", "/v2/schedules/none")).Is(404);
        (await server.SendAsync("GET", Weekly + "/nothing")).Is(404);
        (await server.SendAsync("GET", Weekly + "/rotations/none")).Is(404);
        (await server.SendAsync("GET", Weekly + "/a/b/c")).Is(404);
        (await server.SendAsync("PUT", Weekly)).Is(405);
        (await server.SendAsync("POST", "/v2/schedules", "{")).Is(400);
        (await server.SendAsync("POST", "/v2/schedules", """{"name":"\ud800"}""")).Is(400);
        Assert.Equal(0, await server.PoisonedAsync());
    }

    private async Task<string> MakeAsync(params object[] rotations) =>
        (await server.SendAsync("POST", "/v2/schedules", new { name = server.NewAlias(), rotations }))
            .Is(201).Data.Text("id")!;

    private async Task<IEnumerable<JsonElement>> WeeklyRotationsAsync(string query) =>
        (await server.SendAsync("GET", "/v2/schedules" + query)).Is(200).Data.EnumerateArray()
            .Single(schedule => schedule.Text("name") == "weekly").GetProperty("rotations").EnumerateArray();

    private static List<JsonElement> Periods(JsonElement timeline, string name) =>
        [.. timeline.GetProperty(name).GetProperty("rotations")[0].GetProperty("periods").EnumerateArray()];

    private static IEnumerable<string> Texts(JsonElement element, string field) =>
        element.GetProperty(field).EnumerateArray().Select(text => text.GetString()!);
}
