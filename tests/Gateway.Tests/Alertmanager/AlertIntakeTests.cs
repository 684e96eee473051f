using System.Net;
using System.Text.Json;
using Correlation.Grains.Alerts;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

public sealed class AlertIntakeTests(AlertmanagerServer server) : IClassFixture<AlertmanagerServer>
{
    private static readonly DateTimeOffset Began = DateTimeOffset.UtcNow.AddMinutes(-10);

    [Fact]
    public async Task A_sent_alert_is_open_and_one_sent_again_is_counted()
    {
        await server.PostAsync(new { labels = new { n = "again" } });
        await server.PostAsync(new { labels = new { n = "again" } }, new { labels = new { n = "again" } });

        var alert = await server.StateAsync("again");
        Assert.Equal((AlertStatus.Open, 3), (alert!.Status, alert.Count.Seen));
        Assert.NotNull(alert.ExpiryCheckAt);
    }

    [Fact]
    public async Task One_whose_end_has_come_is_resolved_and_a_further_end_is_only_later()
    {
        await server.PostAsync(new { labels = new { n = "end" }, startsAt = Began });
        await server.PostAsync(
            new { labels = new { n = "end" }, startsAt = Began, endsAt = DateTimeOffset.UtcNow.AddMinutes(4) });
        Assert.Equal(AlertStatus.Open, (await server.StateAsync("end"))!.Status);

        await server.PostAsync(
            new { labels = new { n = "end" }, startsAt = Began, endsAt = DateTimeOffset.UtcNow.AddSeconds(-1) });
        Assert.Equal(ClosedHow.ResolvedBySource, (await server.StateAsync("end"))!.ClosedHow);
    }

    [Fact]
    public async Task A_resolve_of_what_is_not_open_opens_nothing()
    {
        await server.PostAsync(new { labels = new { n = "never" }, endsAt = Began });
        Assert.Null(await server.StateAsync("never"));
    }

    [Fact]
    public async Task Valid_alerts_are_kept_beside_invalid_ones()
    {
        var answer = await server.SendAsync("POST", "/api/v2/alerts", """[{"labels":{"n":"kept"}},{"labels":{"n":""}}]""");
        Assert.Equal("[1].labels must hold at least one label with a value", answer.Is(400).Json.GetString());
        Assert.NotNull(await server.StateAsync("kept"));

        var schema = await server.SendAsync("POST", "/api/v2/alerts", """[{"labels":{"n":"kept too"}},{"labels":{"n":7}}]""");
        Assert.Equal(
            """{"code":601,"message":"[1].labels.n must be a string"}""", schema.Is(422).Body);
        Assert.NotNull(await server.StateAsync("kept too"));
    }

    [Fact]
    public async Task What_is_no_json_is_refused_whole()
    {
        var answer = await server.SendAsync("POST", "/api/v2/alerts", """[{"labels":{"n":"cut"}},{"lab""");
        Assert.Equal(400, answer.Is(400).Json.GetProperty("code").GetInt32());
        Assert.Null(await server.StateAsync("cut"));
    }

    [Fact]
    public async Task Ten_megabytes_are_too_large()
    {
        var answer = await server.SendAsync("POST", "/api/v2/alerts", new byte[10 * 1024 * 1024]);
        Assert.Contains(
            "4194304 bytes", answer.Is(413).Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_is_fine() => await server.PostAsync();

    [Theory]
    [InlineData("POST", "/api/v2/alerts")]
    [InlineData("POST", "/webhooks/alertmanager")]
    [InlineData("GET", "/api/v2/status")]
    public async Task Without_a_key_nothing_is_answered_but_how_to_come_in(string method, string path)
    {
        var answer = await server.SendAsync(method, path, key: Guid.Empty.ToString());
        Assert.Equal(401, answer.Is(401).Json.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_key_without_the_right_is_told_so()
    {
        await server.SendAsync("POST", "/api/v2/alerts", "[]", AlertmanagerServer.SenderKey);
        var answer = await server.SendAsync("GET", "/api/v2/alerts", key: AlertmanagerServer.SenderKey);
        Assert.Contains("sender", answer.Is(403).Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_method_is_not_allowed() =>
        (await server.SendAsync("PUT", "/api/v2/alerts", "[]")).Is(405);

    [Fact]
    public async Task A_notification_opens_and_resolves_whatever_the_senders_clock_says()
    {
        await NotifyAsync("firing", "told", DateTimeOffset.MinValue);
        var open = await server.StateAsync("told");
        Assert.Equal((AlertStatus.Open, "told"), (open!.Status, open.Message));
        Assert.Equal(open.CreatedAt.AddHours(12), open.ExpiryCheckAt);

        await NotifyAsync("resolved", "told", DateTimeOffset.UtcNow.AddHours(1));
        Assert.Equal(ClosedHow.ResolvedBySource, (await server.StateAsync("told"))!.ClosedHow);
    }

    [Fact]
    public async Task A_notification_that_cannot_be_used_is_refused_and_one_that_can_in_part_is_not()
    {
        (await server.SendAsync("POST", "/webhooks/alertmanager", "{}")).Is(400);
        (await server.SendAsync("POST", "/webhooks/alertmanager", """{"alerts":[{}]}""")).Is(400);
        (await server.SendAsync("POST", "/webhooks/alertmanager", """{"alerts":[]}""")).Is(200);
        var answer = await server.SendAsync(
            "POST", "/webhooks/alertmanager", """{"alerts":[{"labels":{}},{"status":"firing","labels":{"n":"part"}}]}""");
        Assert.Equal("""{"accepted":1,"problems":1}""", answer.Is(200).Body);
        Assert.NotNull(await server.StateAsync("part"));
    }

    [Fact]
    public async Task A_notification_of_more_alerts_than_a_turn_takes_is_taken_whole()
    {
        var alerts = Enumerable.Range(0, 4100).Select(i => $$$"""{"status":"firing","labels":{"n":"wide {{{i}}}"}}""");
        var answer = await server.SendAsync("POST", "/webhooks/alertmanager", $$"""{"alerts":[{{string.Join(',', alerts)}}]}""");
        Assert.Equal("""{"accepted":4100,"problems":0}""", answer.Is(200).Body);
        Assert.NotNull(await server.StateAsync("wide 0"));
        Assert.NotNull(await server.StateAsync("wide 4099"));
    }

    [Theory]
    [InlineData(6, 8, 0)]
    [InlineData(40, 33, 1)]
    public async Task Of_a_notification_however_long_the_first_alerts_are_taken(int megabytes, int atMost, int problems)
    {
        var filler = new string('x', 1 << 20);
        var alerts = Enumerable.Range(0, megabytes).Select(
            i => $$$"""{"status":"firing","labels":{"n":"long {{{megabytes}}} {{{i}}}"},"annotations":{"d":"{{{filler}}}"}}""");
        var answer = await server.SendAsync("POST", "/webhooks/alertmanager", $$"""{"alerts":[{{string.Join(',', alerts)}}]}""");
        Assert.Equal(problems, answer.Is(200).Json.GetProperty("problems").GetInt32());
        var accepted = answer.Json.GetProperty("accepted").GetInt32();
        Assert.InRange(accepted, Math.Min(megabytes, 31), atMost);
        Assert.NotNull(await server.StateAsync($"long {megabytes} {accepted - 1}"));
    }

    [Fact]
    public async Task Many_senders_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async sender =>
        {
            for (var i = 0; i < 20; i++)
            {
                await server.PostAsync(
                    [.. Enumerable.Range(0, 8).Select(n => (object)new { labels = new { n = $"many {n}" } })]);
            }
        }));
        for (var n = 0; n < 8; n++)
        {
            Assert.Equal(320, (await server.StateAsync($"many {n}"))!.Count.Seen);
        }
    }

    private async Task NotifyAsync(string status, string n, DateTimeOffset endsAt)
    {
        var answer = await server.SendAsync("POST", "/webhooks/alertmanager", new
        {
            version = "4",
            status,
            alerts = new[] { new { status, labels = new { n }, annotations = new { summary = n }, startsAt = Began, endsAt } },
        });
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(1, JsonDocument.Parse(answer.Body).RootElement.GetProperty("accepted").GetInt32());
    }
}
