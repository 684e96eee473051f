using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

/// <summary>
/// What the Go SDK writes and reads, and Terraform's provider with it: that one compares what it reads with what its
/// files have, and plans a change of each difference for ever.
/// </summary>
public sealed class GoClientTests(OpsgenieServer server) : IClassFixture<OpsgenieServer>
{
    [Theory]
    [InlineData("2190-05-04T10:00:00.123456789Z", "2190-05-04T10:00:00.123Z")]
    [InlineData("2190-05-04T12:00:00.12345678+02:00", "2190-05-04T10:00:00.123Z")]
    public async Task Times_may_be_as_fine_as_nanoseconds(string given, string shown)
    {
        var schedule = (await server.SendAsync("POST", "/v2/schedules", new { name = server.NewAlias() }))
            .Is(201).Data.Text("id");
        var made = (await server.SendAsync("POST", $"/v2/schedules/{schedule}/overrides", new
        {
            user = new { type = "user", username = "bob@example.com" },
            startDate = given,
            endDate = "2190-05-05T10:00:00.987654321Z",
        })).Is(201).Data.Text("alias");
        var read = (await server.SendAsync("GET", $"/v2/schedules/{schedule}/overrides/{made}")).Is(200).Data;
        Assert.Equal((shown, "2190-05-05T10:00:00.987Z"), (read.Text("startDate"), read.Text("endDate")));
        var onCall = (await server.SendAsync(
            "GET", $"/v2/schedules/{schedule}/on-calls?flat=true&date=2190-05-04T11:00:00.123456789Z")).Is(200).Data;
        Assert.Equal("bob@example.com", Assert.Single(onCall.GetProperty("onCallRecipients").EnumerateArray()).GetString());

        var alias = server.NewAlias();
        await server.CreateAsync(alias);
        var until = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss", null) + ".123456789Z";
        (await server.PostAsync(alias, "snooze", new { endTime = until })).Is(202);
        await server.EventuallyAsync(alias, alert => alert.Flag("snoozed"), "it is snoozed");
    }

    [Theory]
    [InlineData("2190-05-04T10:00:00.123456789012345678901234567890Z")]
    [InlineData("2190-05-04T10:00:00.1234567x")]
    public async Task What_is_no_time_is_still_refused(string given) =>
        (await server.SendAsync("POST", $"/v2/schedules/{OpsgenieServer.ScheduleId}/overrides", new
        {
            user = new { type = "user", username = "bob@example.com" },
            startDate = given,
            endDate = "2190-05-05T10:00:00Z",
        })).Blames("startDate");

    [Fact]
    public async Task An_integration_is_changed_with_the_empty_fields_of_other_types_beside_its_own()
    {
        var name = new string('n', 240) + server.NewAlias()[^8..];
        var made = (await server.SendAsync("POST", "/v2/integrations", new { name, type = "API" })).Is(201).Data;
        var path = "/v2/integrations/" + made.Text("id");
        (await server.SendAsync("PUT", path, new
        {
            name,
            type = "API",
            enabled = false,
            allowWriteAccess = false,
            url = "",
            emailUsername = "",
            headers = new { },
            addAlertDescription = (bool?)null,
            recipients = Array.Empty<object>(),
            assignedTeam = (object?)null,
            suppressNotifications = false,
            ignoreRespondersFromPayload = false,
        })).Is(200);
        var read = (await server.SendAsync("GET", path)).Is(200).Data;
        Assert.Equal(
            (name, false, false),
            (read.Text("name"), read.Flag("enabled"), read.Flag("allowWriteAccess")));
        (await server.SendAsync("PUT", path, new { name, url = "https://example.com" })).Blames("type");
        (await server.SendAsync("PUT", path, new { name, headers = new { a = "b" } })).Blames("type");
        (await server.SendAsync("PUT", path, new { name = new string('n', 251) })).Blames("name");
    }

    [Fact]
    public async Task A_policy_is_moved_to_the_front_by_a_target_index_that_is_left_out()
    {
        var ids = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            ids.Add((await MakeAsync("/v2/policies", new { type = "alert", name = "p", enabled = false, filter = new { type = "match-all" } })).Text("id"));
        }

        Assert.NotEqual(0, (await server.SendAsync("GET", "/v2/policies/" + ids[1])).Is(200).Data.Number("order"));
        var moved = await server.SendAsync("POST", $"/v2/policies/{ids[1]}/change-order", new { Type = "alert", TeamId = "" });
        Assert.False(moved.Is(200).Body.TryGetProperty("data", out _));
        Assert.Equal(0, (await server.SendAsync("GET", "/v2/policies/" + ids[1])).Is(200).Data.Number("order"));
    }

    [Fact]
    public async Task Conditions_keep_the_order_that_they_were_given_and_have_that_of_their_places_otherwise()
    {
        var team = await server.MakeTeamAsync("bob@example.com");
        var rule = (await MakeAsync($"/v2/teams/{team}/routing-rules", new
        {
            name = "r",
            criteria = Criteria(0, 0, 7),
            notify = new { type = "schedule", id = OpsgenieServer.ScheduleId },
        })).Text("id");
        var read = (await server.SendAsync("GET", $"/v2/teams/{team}/routing-rules/{rule}")).Is(200).Data;
        Assert.Equal([0, 0, 7], OrdersOf(read.GetProperty("criteria")));

        var policy = (await MakeAsync("/v2/policies", new { type = "alert", name = "p", enabled = false, filter = Criteria(null, null, 0) })).Text("id");
        Assert.Equal([0, 1, 0], OrdersOf((await server.SendAsync("GET", "/v2/policies/" + policy)).Is(200).Data.GetProperty("filter")));
    }

    [Theory]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(3, 1, 2, 0)]
    public async Task Rules_that_are_made_in_any_order_come_to_have_the_one_that_they_were_given(params int[] made)
    {
        var team = await server.MakeTeamAsync("bob@example.com");
        var path = $"/v2/teams/{team}/routing-rules";
        foreach (var order in made)
        {
            await MakeAsync(path, new { name = $"r{order}", order, notify = new { type = "schedule", id = OpsgenieServer.ScheduleId } });
        }

        Assert.Equal(made.Order().Select(order => $"r{order}"), await NamesAsync());

        var first = (await server.SendAsync("GET", path)).Is(200).Data.EnumerateArray().First().Text("id");
        (await server.SendAsync("POST", $"{path}/{first}/change-order", new { order = made.Length - 1 })).Is(200);
        Assert.Equal(made.Order().Skip(1).Append(0).Select(order => $"r{order}"), await NamesAsync());
        await MakeAsync(path, new { name = "new", order = 1, notify = new { type = "schedule", id = OpsgenieServer.ScheduleId } });
        Assert.Equal("new", (await NamesAsync())[1]);

        async Task<List<string>> NamesAsync() => [.. (await server.SendAsync("GET", path)).Is(200).Data.EnumerateArray()
            .Where(rule => !rule.Flag("isDefault"))
            .OrderBy(rule => rule.Number("order"))
            .Select(rule => rule.Text("name")!)];
    }

    [Fact]
    public async Task Whom_a_rule_notifies_is_changed_by_the_id_or_by_the_name_whichever_is_new()
    {
        var team = await server.MakeTeamAsync("bob@example.com");
        var (schedule, ladder) = (await OfAsync("schedules", "weekly"), await OfAsync("escalations", "platform"));
        var name = server.NewAlias();
        var other = ((await MakeAsync("/v2/schedules", new { name })).Text("id"), name);
        var rule = (await MakeAsync($"/v2/teams/{team}/routing-rules", new { name = "r", notify = new { type = "schedule", id = schedule.Id } })).Text("id");

        Assert.Equal(other, await ChangedAsync("schedule", other.Item1, schedule.Name));
        Assert.Equal(schedule, await ChangedAsync("schedule", other.Item1, schedule.Name));
        Assert.Equal(ladder, await ChangedAsync("escalation", ladder.Id, schedule.Name));
        Assert.Equal(other, await ChangedAsync("schedule", ladder.Id, other.Item2));
        Assert.Equal(other, await ChangedAsync("schedule", other.Item1, other.Item2));

        // Its type alone changes, and then the escalation is made anew.
        var bob = new { delay = new { timeAmount = 0 }, recipient = new { type = "user", username = "bob@example.com" } };
        var namesake = ((await MakeAsync("/v2/escalations", new { name, rules = new[] { bob } })).Text("id"), name);
        Assert.Equal(namesake, await ChangedAsync("escalation", other.Item1, name));
        Assert.Equal(namesake, await ChangedAsync("escalation", "0b6a7e6c-2d4f-4a58-9f6e-3f1f0c8a7d11", name));

        async Task<(string? Id, string Name)> OfAsync(string kind, string named) =>
            ((await server.SendAsync("GET", $"/v2/{kind}/{named}?identifierType=name")).Is(200).Data.Text("id"), named);

        async Task<(string?, string?)> ChangedAsync(string type, string? id, string? named)
        {
            (await server.SendAsync("PATCH", $"/v2/teams/{team}/routing-rules/{rule}", new { name = "r", notify = new { type, name = named, id } })).Is(200);
            var notify = (await server.SendAsync("GET", $"/v2/teams/{team}/routing-rules/{rule}")).Is(200).Data.GetProperty("notify");
            return (notify.Text("id"), notify.Text("name"));
        }
    }

    [Fact]
    public async Task Durations_are_read_back_in_the_unit_that_they_were_given_in()
    {
        var team = await server.MakeTeamAsync("bob@example.com");
        Assert.Equal((2, "hours"), await DurationAsync("autoCloseAction", new { timeAmount = 2, timeUnit = "hours" }));
        Assert.Equal((1, "days"), await DurationAsync("delayAction", new { timeAmount = 1, timeUnit = "days" }));
        Assert.Equal((60, "minutes"), await DurationAsync("delayAction", new { timeAmount = 60, timeUnit = "minutes" }));
        Assert.Equal((90, "minutes"), await DurationAsync("autoCloseAction", new { timeAmount = 90 }));

        async Task<(int, string?)> DurationAsync(string action, object duration)
        {
            var id = (await MakeAsync("/v2/policies?teamId=" + team, new Dictionary<string, object>
            {
                ["type"] = "notification",
                ["name"] = "p",
                ["filter"] = new { type = "match-all" },
                [action] = new { delayOption = "for-duration", duration },
            })).Text("id");
            var read = (await server.SendAsync("GET", $"/v2/policies/{id}?teamId={team}")).Is(200).Data
                .GetProperty(action).GetProperty("duration");
            return (read.Number("timeAmount"), read.Text("timeUnit"));
        }
    }

    [Fact]
    public async Task Responders_of_a_policy_are_read_back_by_id_alone()
    {
        var id = (await MakeAsync("/v2/policies", new
        {
            type = "alert",
            name = "p",
            enabled = false,
            filter = new { type = "match-all" },
            responders = new[] { new { type = "team", id = OpsgenieServer.TeamId, username = "" } },
        })).Text("id");
        var read = (await server.SendAsync("GET", "/v2/policies/" + id)).Is(200).Data.GetProperty("responders");
        Assert.Equal(["type", "id"], Assert.Single(read.EnumerateArray()).EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task A_policy_moves_to_the_team_that_it_is_changed_with_and_is_found_with_no_other()
    {
        var (team, other) = (await server.MakeTeamAsync("bob@example.com"), await server.MakeTeamAsync("ada@example.com"));
        var body = new { type = "alert", name = "p", enabled = false, filter = new { type = "match-all" } };
        var path = "/v2/policies/" + (await MakeAsync("/v2/policies", body)).Text("id");
        await MakeAsync("/v2/policies?teamId=" + team, body);

        await IsNotOfAsync(team);
        await IsNotOfAsync("nobody");
        (await server.SendAsync("PUT", path + "?teamId=nobody", body)).Blames("teamId");
        foreach (var (now, before, order) in new[] { (team, other, 1), (other, team, 0) })
        {
            (await server.SendAsync("PUT", $"{path}?teamId={now}", body)).Is(200);
            var moved = (await server.SendAsync("GET", $"{path}?teamId={now}")).Is(200).Data;
            Assert.Equal((now, order), (moved.Text("teamId"), moved.Number("order")));
            await IsNotOfAsync(before);
        }

        (await server.SendAsync("PUT", path, body)).Is(200);
        await MakeAsync("/v2/policies?teamId=" + other, body);
        (await server.SendAsync("PATCH", "/v2/teams/" + other, new { name = server.NewAlias() })).Is(200);
        (await server.SendAsync("PUT", $"{path}?teamId={other}", body)).Is(200);
        var last = (await server.SendAsync("GET", $"{path}?teamId={other}")).Is(200).Data;
        Assert.Equal((other, 0), (last.Text("teamId"), last.Number("order")));

        async Task IsNotOfAsync(string asked)
        {
            (await server.SendAsync("GET", $"{path}?teamId={asked}")).Is(404);
            (await server.SendAsync("POST", $"{path}/enable?teamId={asked}", "{}")).Is(404);
            (await server.SendAsync("DELETE", $"{path}?teamId={asked}")).Is(404);
        }
    }

    [Fact]
    public async Task An_escalation_that_does_not_repeat_says_so_to_who_asks_by_name_and_has_no_repeat_by_id()
    {
        var named = (await server.SendAsync("GET", "/v2/escalations/platform?identifierType=name")).Is(200).Data;
        Assert.Equal(
            (0, 0, false),
            (named.GetProperty("repeat").Number("count"), named.GetProperty("repeat").Number("waitInterval"), named.GetProperty("repeat").Flag("closeAlertAfterAll")));
        var byId = (await server.SendAsync("GET", "/v2/escalations/" + named.Text("id"))).Is(200).Data;
        Assert.False(byId.TryGetProperty("repeat", out _));
    }

    [Fact]
    public async Task What_deletes_a_part_or_changes_a_user_or_a_policy_answers_with_a_result_and_no_data()
    {
        var user = server.NewAlias().ToLowerInvariant() + "@example.com";
        await MakeAsync("/v2/users", new { username = user, fullName = "Go" });
        await WithoutDataAsync("PATCH", "/v2/users/" + user, new { fullName = "Gopher" });
        var contact = new { method = "email", to = user };
        var rules = $"/v2/users/{user}/notification-rules";
        var rule = (await MakeAsync(rules, new { name = "r", actionType = "create-alert", steps = new[] { new { contact } } })).Text("id");
        var step = (await MakeAsync($"{rules}/{rule}/steps", new { contact })).Text("id");
        await WithoutDataAsync("DELETE", $"{rules}/{rule}/steps/{step}");
        await WithoutDataAsync("DELETE", $"{rules}/{rule}");

        var team = await server.MakeTeamAsync(user);
        var routing = (await MakeAsync($"/v2/teams/{team}/routing-rules", new { name = "r", notify = new { type = "schedule", id = OpsgenieServer.ScheduleId } })).Text("id");
        await WithoutDataAsync("DELETE", $"/v2/teams/{team}/routing-rules/{routing}");

        var schedule = (await MakeAsync("/v2/schedules", new { name = server.NewAlias() })).Text("id");
        var rotation = (await MakeAsync($"/v2/schedules/{schedule}/rotations", new { type = "daily", startDate = "2026-01-05T09:00:00Z", participants = new[] { new { type = "user", username = user } } })).Text("id");
        var schedules = (await server.SendAsync("GET", $"/v2/users/{user}/schedules")).Is(200).Data;
        Assert.True(schedules.EnumerateArray().Single(one => one.Text("id") == schedule).Flag("enabled"));
        await WithoutDataAsync("DELETE", $"/v2/schedules/{schedule}/rotations/{rotation}");

        var body = new { type = "alert", name = "p", enabled = false, filter = new { type = "match-all" } };
        var policy = (await MakeAsync("/v2/policies", body)).Text("id");
        await WithoutDataAsync("PUT", "/v2/policies/" + policy, body);
        await WithoutDataAsync("POST", $"/v2/policies/{policy}/disable");
    }

    [Fact]
    public async Task Who_was_paged_has_the_id_that_the_user_has()
    {
        var user = server.NewAlias().ToLowerInvariant() + "@example.com";
        var id = (await MakeAsync("/v2/users", new { username = user, fullName = "Go" })).Text("id");
        var alias = server.NewAlias();
        await server.CreateAsync(alias, new { responders = new[] { new { type = "user", username = user } } });
        await server.PagedAsync(alias);
        var recipients = await server.ListAsync(alias, "recipients");
        Assert.Contains(
            (user, id),
            recipients.EnumerateArray().Select(one => (one.GetProperty("user").Text("username")!, one.GetProperty("user").Text("id"))));
    }

    private async Task<JsonElement> MakeAsync(string path, object body) =>
        (await server.SendAsync("POST", path, body)).Is(201).Data;

    private async Task WithoutDataAsync(string method, string path, object? body = null)
    {
        var answer = (await server.SendAsync(method, path, body)).Is(200);
        Assert.NotEqual("", answer.Body.Text("result"));
        Assert.False(answer.Body.TryGetProperty("data", out var data), $"{method} {path}: {data}");
    }

    private static object Criteria(params int?[] orders) => new
    {
        type = "match-any-condition",
        conditions = orders.Select(order => new { field = "message", operation = "contains", expectedValue = "x", not = false, order }),
    };

    private static IEnumerable<int> OrdersOf(JsonElement criteria) =>
        criteria.GetProperty("conditions").EnumerateArray().Select(condition => condition.Number("order"));
}
