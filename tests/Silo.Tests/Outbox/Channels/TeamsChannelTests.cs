using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class TeamsChannelTests() : HttpChannelContract<TeamsPeer>(new TeamsPeer())
{
    private protected override IChannel Tested => new TeamsChannel(Http, Given.Links);

    private protected override IReadOnlyList<string> Secrets => [TeamsPeer.Query];

    private protected override Channel Unauthorized =>
        Given.Channel("tested", "teams", ("url", $"{Peer.Url}{TeamsPeer.Path}?sig=wrong-secret"));

    [Fact]
    public async Task The_card_says_what_it_is_and_links_to_the_answers()
    {
        await SendAsync(Configured);

        var card = Assert.Single(Peer.Cards);
        Assert.Equal(
            "\\[P1\\] #42 Serving latency is high", card.GetProperty("body")[0].GetProperty("text").GetString());
        Assert.Equal(
            ["Acknowledge", "Not me", "Resolve"],
            card.GetProperty("actions").EnumerateArray().Select(a => a.GetProperty("title").GetString()));
    }

    private protected override Channel At(string url) =>
        Given.Channel("tested", "teams", ("url", url + TeamsPeer.Path + TeamsPeer.Query));
}
