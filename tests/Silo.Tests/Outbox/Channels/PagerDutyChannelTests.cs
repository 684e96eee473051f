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

    private protected override Channel At(string url) =>
        Given.Channel("tested", "pagerduty", ("url", url), ("routing_key", PagerDutyPeer.RoutingKey));

    private static Delivery Later(Delivery page, string what) =>
        page with { Updates = page.IncidentId, Text = page.Text with { Event = what } };
}
