using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class SlackWebhookChannelTests() : HttpChannelContract<SlackPeer>(new SlackPeer())
{
    private protected override IChannel Tested => new SlackWebhookChannel(Http, Given.Links);

    private protected override IReadOnlyList<string> Secrets => [SlackPeer.Hook];

    private protected override Channel Unauthorized => Hook($"{Peer.Url}/services/T000/B000/wrong-secret-part");

    private protected override Channel At(string url) => Hook(url + SlackPeer.Hook);

    private static Channel Hook(string url) => Given.Channel("tested", "slack_webhook", ("url", url));
}
