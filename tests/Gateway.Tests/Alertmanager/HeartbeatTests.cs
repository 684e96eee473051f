using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Gateway.Tests.Alertmanager;

/// <summary>An alert that says only that its source lives, by either way.</summary>
public sealed class HeartbeatTests(AlertmanagerServer server) : IClassFixture<AlertmanagerServer>
{
    [Fact]
    public async Task A_posted_one_pings_its_heartbeat_and_is_no_alert()
    {
        await server.PostAsync(Labelled("posted"), new { labels = new { n = "beside" } });

        var heartbeat = await StateAsync("posted");
        Assert.Equal((5, Priority.P2), (heartbeat!.Settings.IntervalCount, heartbeat.Settings.AlertPriority));
        Assert.NotNull(heartbeat.CheckAt);
        Assert.NotNull(await server.StateAsync("beside"));
        Assert.DoesNotContain("posted", (await server.GetAsync("/api/v2/alerts")).GetRawText(), StringComparison.Ordinal);

        await server.PostAsync(Labelled("posted"));
        Assert.True((await StateAsync("posted"))!.Pings.LastPingAt > heartbeat.Pings.LastPingAt);
    }

    [Fact]
    public async Task A_notified_one_too_and_it_may_be_silent_for_as_long_as_notifications_are_apart()
    {
        await NotifyAsync("notified", "firing");
        Assert.Equal(12 * 60, (await StateAsync("notified"))!.Settings.IntervalCount);

        await NotifyAsync("notified", "resolved");
        var now = TimeProvider.System.GetUtcNow();
        Assert.InRange((await StateAsync("notified"))!.CheckAt!.Value, now.AddMinutes(4), now.AddMinutes(6));

        await NotifyAsync("notified", "firing");
        Assert.False((await StateAsync("notified"))!.IsEnded);
    }

    [Theory]
    [InlineData("resolved", "firing")]
    [InlineData("firing", "resolved")]
    public async Task An_end_is_none_when_another_server_under_that_name_is_told_of_with_it(params string[] statuses)
    {
        var cluster = "pair-" + statuses[0];
        await NotifyAsync(cluster, "firing");
        await NotifyAsync(cluster, statuses);
        Assert.False((await StateAsync(cluster))!.IsEnded);
    }

    [Fact]
    public async Task One_that_is_posted_and_notified_is_waited_for_as_long_as_notifications_are_apart()
    {
        await server.PostAsync(Labelled("both"));
        Assert.Equal(5, (await StateAsync("both"))!.Settings.IntervalCount);

        await NotifyAsync("both", "firing");
        await server.PostAsync(Labelled("both"));
        Assert.Equal(12 * 60, (await StateAsync("both"))!.Settings.IntervalCount);
    }

    [Fact]
    public async Task The_end_of_a_posted_one_is_waited_out_and_of_none_nothing()
    {
        await server.PostAsync(Labelled("ended", DateTimeOffset.UtcNow.AddSeconds(-5)));
        Assert.Null(await StateAsync("ended"));

        await server.PostAsync(Labelled("ended", DateTimeOffset.UtcNow.AddMinutes(4)));
        await server.PostAsync(Labelled("ended", DateTimeOffset.UtcNow));
        var ended = (await StateAsync("ended"))!;
        Assert.True(ended.IsEnded);
        Assert.True(ended.CheckAt <= ended.Pings.LastPingAt + ended.Settings.Interval);
    }

    private static object Labelled(string cluster, DateTimeOffset? endsAt = null) =>
        new { labels = new { alertname = "Watchdog", severity = "none", cluster }, endsAt };

    /// <param name="statuses">Of each server.</param>
    private async Task NotifyAsync(string cluster, params string[] statuses) => Assert.Equal(
        $$"""{"accepted":{{statuses.Length}},"problems":0}""",
        (await server.SendAsync("POST", "/webhooks/alertmanager", new
        {
            version = "4",
            externalURL = "https://am.example.org",
            alerts = statuses.Select((status, replica) => new
            {
                status,
                labels = new { alertname = "Watchdog", severity = "none", cluster, replica = $"{replica}" },
            }),
        })).Is(200).Body);

    private async Task<HeartbeatState?> StateAsync(string cluster) => (HeartbeatState?)await server.ReadAsync(
        new GrainId(GrainKind.Heartbeat, $"Watchdog.administrator.{cluster}"));
}
