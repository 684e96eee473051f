using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

public sealed class AlertListTests(AlertmanagerServer server) : IClassFixture<AlertmanagerServer>
{
    [Fact]
    public async Task An_open_alert_is_shown_as_it_came()
    {
        var startsAt = new DateTimeOffset(2026, 1, 5, 10, 0, 0, 123, TimeSpan.Zero);
        await server.PostAsync(new
        {
            labels = new { alertname = "shown", severity = "page" },
            annotations = new { summary = "It is ill" },
            generatorURL = "http://prom.example.test/graph?g0.expr=x&g0.tab=1",
            startsAt,
        });

        var alert = Assert.Single(await ListAsync("filter=alertname%3Dshown"));
        Assert.Equal("""{"alertname":"shown","severity":"page"}""", alert.GetProperty("labels").GetRawText());
        Assert.Equal("""{"summary":"It is ill"}""", alert.GetProperty("annotations").GetRawText());
        Assert.Equal("http://prom.example.test/graph?g0.expr=x&g0.tab=1", Text(alert, "generatorURL"));
        Assert.Equal("2026-01-05T10:00:00.123Z", Text(alert, "startsAt"));
        Assert.Equal("""[{"name":"ml-platform"}]""", alert.GetProperty("receivers").GetRawText());
        Assert.Equal(
            """{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"}""", alert.GetProperty("status").GetRawText());
        var labels = Labels.From([new("alertname", "shown"), new("severity", "page")]);
        Assert.Equal(LabelFingerprint.Of(labels).ToString(), Text(alert, "fingerprint"));
        Assert.InRange(
            alert.GetProperty("endsAt").GetDateTimeOffset() - DateTimeOffset.UtcNow,
            TimeSpan.FromMinutes(4),
            TimeSpan.FromMinutes(5));
        Assert.InRange(
            alert.GetProperty("updatedAt").GetDateTimeOffset(),
            DateTimeOffset.UtcNow.AddMinutes(-1),
            DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task A_closed_alert_is_not_shown()
    {
        await server.PostAsync(new { labels = new { alertname = "gone" } });
        Assert.Single(await ListAsync("filter=alertname%3Dgone"));
        await server.PostAsync(
            new { labels = new { alertname = "gone" }, endsAt = DateTimeOffset.UtcNow.AddSeconds(-1) });
        Assert.Empty(await ListAsync("filter=alertname%3Dgone"));
    }

    [Fact]
    public async Task More_than_a_page_of_them_comes_whole_and_by_fingerprint()
    {
        await server.PostAsync([.. Enumerable.Range(0, 1203).Select(n => (object)new { labels = new { alertname = "page", n = $"{n}" } })]);
        var alerts = await ListAsync("filter=alertname%3Dpage");
        Assert.Equal(
            1203, alerts.Select(alert => alert.GetProperty("labels").GetProperty("n").GetString()).Distinct().Count());
        var fingerprints = alerts.Select(alert => Text(alert, "fingerprint")).ToList();
        Assert.Equal(fingerprints.Order(StringComparer.Ordinal), fingerprints);
    }

    [Fact]
    public async Task Filters_must_all_match_and_name_what_they_cannot_read()
    {
        await server.PostAsync(
            new { labels = new { alertname = "filter", job = "a" } },
            new { labels = new { alertname = "filter", job = "b" } });
        Assert.Equal(2, (await ListAsync("filter=alertname=\"filter\"&filter=job=~\"a|b\"")).Count);
        Assert.Single(await ListAsync("filter=alertname=filter&filter=job!=a"));
        Assert.Empty(await ListAsync("filter=alertname=filter&filter=nothing=~.%2B"));

        var answer = await server.SendAsync("GET", "/api/v2/alerts?filter=%7Ba=b%7D");
        Assert.StartsWith("bad matcher format: {a=b}", answer.Is(400).Json.GetString(), StringComparison.Ordinal);
        (await server.SendAsync("GET", "/api/v2/alerts?filter=a%3D~(")).Is(400);
        (await server.SendAsync("GET", "/api/v2/alerts?receiver=(")).Is(400);

        // Receivers have no labels: what an empty label satisfies holds for all, anything else for none.
        Assert.Equal(2, (await ListAsync("filter=alertname=filter&receiver_matchers=team!%3Dx")).Count);
        Assert.Empty(await ListAsync("filter=alertname=filter&receiver_matchers=team%3Dx"));
        Assert.Equal(0, (await server.GetAsync("/api/v2/alerts/groups?receiver_matchers=team%3Dx")).GetArrayLength());
        (await server.SendAsync("GET", "/api/v2/alerts?receiver_matchers=team%3D~(")).Is(400);
    }

    [Fact]
    public async Task A_silenced_alert_is_suppressed_and_can_be_left_out()
    {
        await server.PostAsync(new { labels = new { alertname = "quiet" } });
        var id = await server.SilenceAsync("alertname", "quiet");

        var alert = Assert.Single(await ListAsync("filter=alertname=quiet"));
        Assert.Equal("suppressed", alert.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(
            [id], alert.GetProperty("status").GetProperty("silencedBy").EnumerateArray().Select(s => s.GetString()));
        Assert.Empty(await ListAsync("filter=alertname=quiet&silenced=false"));
        Assert.Single(await ListAsync("filter=alertname=quiet&active=false"));

        (await server.SendAsync("DELETE", $"/api/v2/silence/{id}")).Is(200);
        alert = Assert.Single(await ListAsync("filter=alertname=quiet"));
        Assert.Equal("active", alert.GetProperty("status").GetProperty("state").GetString());
    }

    [Fact]
    public async Task An_inhibited_alert_is_suppressed_by_the_fingerprint_of_its_source_and_can_be_left_out()
    {
        await server.PostAsync(
            new { labels = new { alertname = "inhibited", role = "target", node = "7" } },
            new { labels = new { alertname = "inhibiting", role = "source", node = "7" } });
        List<JsonElement> alerts = [];
        await Poll.UntilAsync(
            async () => (alerts = await ListAsync("filter=alertname=inhibited&active=false")).Count > 0,
            TimeSpan.FromSeconds(10),
            () => "the target to be told of its source");

        var status = Assert.Single(alerts).GetProperty("status");
        var source = Assert.Single(await ListAsync("filter=alertname=inhibiting"));
        Assert.Equal("suppressed", Text(status, "state"));
        Assert.Equal(
            [Text(source, "fingerprint")],
            status.GetProperty("inhibitedBy").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal(0, status.GetProperty("silencedBy").GetArrayLength());
        Assert.Empty(await ListAsync("filter=alertname=inhibited&inhibited=false"));
        Assert.Single(await ListAsync("filter=alertname=inhibited&silenced=false"));
    }

    [Fact]
    public async Task Groups_are_what_incidents_are_made_of()
    {
        await server.PostAsync(
            new { labels = new { alertname = "grouped", n = "1", tier = "serving", service = "s" } },
            new { labels = new { alertname = "grouped", n = "2", tier = "serving", service = "s" } },
            new { labels = new { alertname = "grouped", model = "churn", kind = "model_quality" } });

        var groups = (await server.GetAsync("/api/v2/alerts/groups?filter=alertname=grouped"))
            .EnumerateArray()
            .ToList();
        Assert.Equal(
            ["""{"alertname":"grouped","service":"s"}""", """{"entity":"model:churn"}"""],
            groups.Select(group => group.GetProperty("labels").GetRawText()));
        Assert.Equal(["serving", "ml-platform"], groups.Select(group => Text(group.GetProperty("receiver"), "name")));
        Assert.Equal([2, 1], groups.Select(group => group.GetProperty("alerts").GetArrayLength()));

        var receiver = await server.GetAsync("/api/v2/alerts/groups?filter=alertname=grouped&receiver=serv.*");
        Assert.Equal(1, receiver.GetArrayLength());
        Assert.Equal(0, (await server.GetAsync("/api/v2/alerts/groups?filter=alertname=none")).GetArrayLength());
    }

    [Fact]
    public async Task A_teams_key_sees_that_teams_alerts()
    {
        await server.PostAsync(
            new { labels = new { alertname = "team", tier = "serving" } },
            new { labels = new { alertname = "team", tier = "none" } });
        var seen = await server.GetAsync("/api/v2/alerts?filter=alertname=team", AlertmanagerServer.TeamKey);
        Assert.Equal(
            "serving", Assert.Single(seen.EnumerateArray()).GetProperty("labels").GetProperty("tier").GetString());
    }

    private async Task<List<JsonElement>> ListAsync(string query) =>
        [.. (await server.GetAsync($"/api/v2/alerts?{query}")).EnumerateArray()];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
