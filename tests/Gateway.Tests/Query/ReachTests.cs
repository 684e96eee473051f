using System.Text.Json;
using Xunit;

namespace Correlation.Gateway.Tests.Query;

public sealed class ReachTests(NativeServer server) : IClassFixture<NativeServer>
{
    [Fact]
    public async Task Readiness_names_who_is_on_call_and_could_not_be_reached_and_why()
    {
        server.Channels.Problem = null;
        Assert.All(
            await OnCallAsync(), person => Assert.Equal(JsonValueKind.Null, person.GetProperty("problem").ValueKind));

        server.Channels.Problem = "HTTP 503 from hooks.example.org";
        Assert.False((await server.GetAsync("/api/v1/oncall/readiness")).GetProperty("ready").GetBoolean());
        var person = Assert.Single(await OnCallAsync());
        Assert.Contains(person.GetProperty("user").GetString(), new[] { NativeServer.Ada, NativeServer.Bob });
        Assert.Equal("every contact has a problem", person.GetProperty("problem").GetString());
        Assert.Equal(
            "HTTP 503 from hooks.example.org", person.GetProperty("contacts")[0].GetProperty("problem").GetString());

        // Of the schedule that always has somebody.
        async Task<List<JsonElement>> OnCallAsync() =>
            [.. (await server.GetAsync("/api/v1/oncall/readiness")).GetProperty("schedules").EnumerateArray()
                .Single(s => s.GetProperty("schedule").GetString() == "days").GetProperty("onCall").EnumerateArray()];
    }

    [Fact]
    public async Task Readiness_names_an_escalation_that_would_page_nobody()
    {
        var readiness = await server.GetAsync("/api/v1/oncall/readiness");

        Assert.False(readiness.GetProperty("ready").GetBoolean());
        Assert.Equal(
            [("duty", null), ("unmanned", "no step names anybody who can be paged"), ("platform", null)],
            readiness.GetProperty("escalations")
                .EnumerateArray()
                .Select(e => (e.GetProperty("escalation").GetString(), e.GetProperty("problem").GetString())));
    }

    [Fact]
    public async Task A_test_page_tells_what_became_of_each_contact()
    {
        server.Channels.Problem = null;
        var answer = await server.PostAsync($"/api/v1/users/{NativeServer.Ada}/test-page", idempotencyKey: "once");
        Assert.True(answer.GetProperty("reached").GetBoolean());
        Assert.Equal("log", answer.GetProperty("contacts")[0].GetProperty("channel").GetString());
        Assert.NotNull(server.Channels.Keys[^1]);

        await server.PostAsync("/api/v1/users/nobody/test-page", status: 404);
        await server.PostAsync($"/api/v1/users/{NativeServer.Ada}/test-page", status: 403, key: NativeServer.ReadKey);
    }

    [Fact]
    public async Task An_incident_tells_why_each_was_paged_and_why_each_was_not()
    {
        var incident = await server.OpenAsync(server.NewName());
        var id = incident.GetProperty("id").GetString();
        await server.PostAsync($"/api/v1/incidents/{id}/acknowledge", new { user = NativeServer.Ada });

        var decisions = (await server.GetAsync($"/api/v1/incidents/{id}/decisions"))
            .GetProperty("items")
            .EnumerateArray()
            .ToList();

        Assert.Equal([true, false], decisions.Select(d => d.GetProperty("paged").GetBoolean()));
        var sentences = decisions.Select(d => d.GetProperty("sentence").GetString()!).ToList();
        Assert.StartsWith($"{NativeServer.Ada} was paged at ", sentences[0], StringComparison.Ordinal);
        Assert.Contains("step 1 of platform", sentences[0], StringComparison.Ordinal);
        Assert.Contains("no quiet hours; nothing silenced; policy version ", sentences[0], StringComparison.Ordinal);
        Assert.All(decisions, d => Assert.Equal(JsonValueKind.Null, d.GetProperty("timeZones").ValueKind));
        Assert.StartsWith($"{NativeServer.Bob} was not paged at ", sentences[1], StringComparison.Ordinal);
        Assert.Contains(
            $"acknowledged by {NativeServer.Ada} before step 2 of platform came",
            sentences[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_schedule_says_is_told_with_the_version_of_the_time_zones_that_it_was_asked_by()
    {
        var incident = await server.OpenAsync(server.NewName(), team: "duty");
        var path = $"/api/v1/incidents/{incident.GetProperty("id").GetString()}";
        await server.PostAsync(path + "/acknowledge", new { user = NativeServer.Ada });
        var decision = (await server.GetAsync(path + "/decisions")).GetProperty("items").EnumerateArray()
            .First(d => d.GetProperty("target").GetString() == "schedule:pager");
        var version = NodaTime.TimeZones.TzdbDateTimeZoneSource.Default.TzdbVersion;
        Assert.Equal(version, decision.GetProperty("timeZones").GetString());
        Assert.Contains(
            $"schedule:pager was {decision.GetProperty("who").GetString()} by tzdb {version}; ",
            decision.GetProperty("sentence").GetString(),
            StringComparison.Ordinal);
    }
}
