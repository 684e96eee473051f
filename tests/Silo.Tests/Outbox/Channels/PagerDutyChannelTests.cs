using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class PagerDutyChannelTests() : HttpChannelContract<PagerDutyPeer>(new PagerDutyPeer())
{
    private protected override IChannel Tested => new PagerDutyChannel(Http);

    private protected override IReadOnlyList<string> Secrets => [PagerDutyPeer.RoutingKey];

    private protected override Channel Unauthorized =>
        Given.Channel("tested", "pagerduty", ("url", Peer.Url), ("routing_key", new string('0', 32)));

    [Fact]
    public async Task The_alert_there_follows_the_incident()
    {
        var page = Given.Page(Target);

        await SendAsync(Configured, page);
        Assert.Equal("triggered", Peer.Alerts[page.IncidentId]);

        await SendAsync(Configured, Later(page, PageEvents.Updated));
        Assert.Equal("triggered", Assert.Single(Peer.Alerts).Value);

        await SendAsync(Configured, Later(page, PageEvents.Acknowledged));
        Assert.Equal("acknowledged", Peer.Alerts[page.IncidentId]);

        await SendAsync(Configured, Later(page, PageEvents.Resolved));
        Assert.Empty(Peer.Alerts);
    }

    /// <summary>It knows no notes: what rings nobody here must ring nobody there.</summary>
    [Theory]
    [InlineData(PageEvents.SilenceEnded)]
    [InlineData(PageEvents.Informed)]
    public async Task News_that_page_nobody_are_left_out(string news)
    {
        var page = Given.Page(Target);

        var result = await SendAsync(Configured, page with { Text = page.Text with { Event = news } });

        Assert.Equal(
            (AttemptOutcome.Delivered, "PagerDuty takes no news that page nobody: nothing was sent."),
            (result.Outcome, result.Detail));
        Assert.Empty(Peer.Sink.Requests);
    }

    [Theory]
    [InlineData(PageEvents.Test, 1)]
    [InlineData(PageEvents.Digest, 0)]
    public async Task A_test_rings_and_what_came_and_went_in_quiet_hours_does_not(string what, int alerts)
    {
        var page = Given.Page(Target);
        await SendAsync(Configured, page with { Text = page.Text with { Event = what } });
        Assert.Equal(alerts, Peer.Alerts.Count);
    }

    private protected override Channel At(string url) =>
        Given.Channel("tested", "pagerduty", ("url", url), ("routing_key", PagerDutyPeer.RoutingKey));

    private static Delivery Later(Delivery page, string what) =>
        page with { Updates = page.IncidentId, Text = page.Text with { Event = what } };
}
