using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class OpsgenieChannelTests() : HttpChannelContract<OpsgeniePeer>(new OpsgeniePeer())
{
    private protected override IChannel Tested => new OpsgenieChannel(Http);

    private protected override IReadOnlyList<string> Secrets => [OpsgeniePeer.Key];

    private protected override Channel Unauthorized =>
        Given.Channel("tested", "opsgenie", ("url", Peer.Url), ("key", "wrong-secret"));

    [Fact]
    public async Task The_alert_there_follows_the_incident()
    {
        var page = Given.Page(Target);

        await SendAsync(Configured, page);
        Assert.Equal("open", Peer.ByAlias[page.IncidentId]);

        Assert.Equal(AttemptOutcome.Delivered, (await SendAsync(Configured, Later(page, PageEvents.Updated))).Outcome);
        await SendAsync(Configured, Later(page, PageEvents.Acknowledged));
        Assert.Equal("acknowledged", Peer.ByAlias[page.IncidentId]);

        await SendAsync(Configured, Later(page, PageEvents.Resolved));
        Assert.Equal("closed", Assert.Single(Peer.ByAlias).Value);
    }

    /// <summary>There a further page of an alert that is open changes nothing of it.</summary>
    [Fact]
    public async Task The_alert_there_becomes_as_urgent_as_the_incident()
    {
        var page = Given.Page(Target);
        var minor = page with { Text = page.Text with { Priority = Priority.P4 } };
        var urgent = page with { Id = Guid.Parse("6d1c8a52-2f5e-4c1b-9d0a-3b7e5f9a1c44"), Text = page.Text with { Priority = Priority.P1 } };
        await SendAsync(Configured, minor);
        await SendAsync(Configured, urgent);
        Assert.Equal("P4", Peer.Priorities[page.IncidentId]);

        var result = await SendAsync(Configured, Later(urgent, PageEvents.Updated));

        Assert.Equal((AttemptOutcome.Delivered, "P1"), (result.Outcome, Peer.Priorities[page.IncidentId]));
        Assert.Equal(["priority", "notes"], Peer.Sink.Requests.Skip(2).Select(request => request.Path.Split('/')[^1]));
    }

    /// <summary>A note on an alert that was never made there is taken and dropped.</summary>
    [Theory]
    [InlineData(PageEvents.SilenceEnded)]
    [InlineData(PageEvents.Informed)]
    public async Task News_that_page_nobody_are_a_note_and_make_no_alert(string news)
    {
        var page = Given.Page(Target);

        var result = await SendAsync(Configured, page with { Text = page.Text with { Event = news } });

        Assert.Equal(AttemptOutcome.Delivered, result.Outcome);
        Assert.EndsWith("/notes", Assert.Single(Peer.Sink.Requests).Path, StringComparison.Ordinal);
        Assert.Empty(Peer.ByAlias);
    }

    [Fact]
    public async Task A_path_below_the_host_is_kept()
    {
        var channel = Given.Channel(
            "tested", "opsgenie", ("url", $"{Peer.Url}/jsm/ops/integration"), ("key", OpsgeniePeer.Key));

        await SendAsync(channel);

        Assert.Equal("/jsm/ops/integration/v2/alerts", Assert.Single(Peer.Sink.Requests).Path);
    }

    private protected override Channel At(string url) =>
        Given.Channel("tested", "opsgenie", ("url", url), ("key", OpsgeniePeer.Key));

    private static Delivery Later(Delivery page, string what) =>
        page with { Updates = page.IncidentId, Text = page.Text with { Event = what } };
}
