using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;
using Correlation.TestKit.Processes;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class WebhookContractTests() : HttpChannelContract<WebhookContractTests.AnyReceiver>(new AnyReceiver())
{
    private protected override IChannel Tested => new WebhookChannel(Clock, Http, Given.Links);

    private protected override IReadOnlyList<string> Secrets => [];

    private protected override Channel? Unauthorized => null;

    private protected override bool KnowsItsPeer => false;

    private protected override Channel At(string url) => Given.Channel("tested", "webhook", ("url", $"{url}/hook"));

    public sealed class AnyReceiver : Peer
    {
        public override int Taken => Sink.Requests.Count;

        protected override SinkAnswer Answer(SinkRequest request) => new(200);
    }
}
