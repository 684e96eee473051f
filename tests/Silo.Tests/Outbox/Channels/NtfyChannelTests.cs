using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class NtfyChannelTests() : HttpChannelContract<NtfyPeer>(new NtfyPeer())
{
    private protected override IChannel Tested => new NtfyChannel(Http, Given.Links);

    private protected override IReadOnlyList<string> Secrets => [NtfyPeer.Token];

    private protected override Channel Unauthorized =>
        Given.Channel("tested", "ntfy", ("url", Peer.Url), ("topic", "ann"), ("token", "tk_wrong_secret"));

    [Fact]
    public async Task A_page_is_as_loud_as_it_is_urgent_and_is_answered_from_the_phone()
    {
        await SendAsync(Configured);

        var shown = Assert.Single(Peer.Shown).Value;
        Assert.Equal(5, shown.GetProperty("priority").GetInt32());
        Assert.Equal("[P1] #42 Serving latency is high", shown.GetProperty("title").GetString());
        Assert.Equal(
            ["Acknowledge", "Not me", "Resolve"],
            shown.GetProperty("actions").EnumerateArray().Select(a => a.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task What_comes_later_takes_its_place_without_a_sound()
    {
        var page = Given.Page(Target);
        var first = await SendAsync(Configured, page);
        var text = page.Text with { Event = PageEvents.Resolved, Standing = "Resolved by bob@example.org" };

        await SendAsync(Configured, page with { Id = Guid.Empty, Updates = first.Reference, Text = text });

        var shown = Assert.Single(Peer.Shown).Value;
        Assert.StartsWith(
            "Resolved by bob@example.org", shown.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, shown.GetProperty("priority").GetInt32());
        Assert.Empty(shown.GetProperty("actions").EnumerateArray());
    }

    [Fact]
    public async Task A_topic_that_anybody_may_read_carries_no_right_to_answer()
    {
        var channel = Given.Channel("tested", "ntfy", ("url", Peer.Url), ("topic", "ann"));

        await SendAsync(channel);

        Assert.DoesNotContain("/answers/", Assert.Single(Peer.Sink.Requests).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_and_password_go_in_its_header()
    {
        var channel = Given.Channel(
            "tested", "ntfy", ("url", Peer.Url), ("topic", "ann"), ("username", "ann"), ("password", "pw"));

        await SendAsync(channel);

        Assert.Equal("Basic YW5uOnB3", Assert.Single(Peer.Sink.Requests).Headers["Authorization"]);
    }

    private protected override Channel At(string url) =>
        Given.Channel("tested", "ntfy", ("url", url), ("topic", "ann"), ("token", NtfyPeer.Token));
}
