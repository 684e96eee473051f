using System.Globalization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class WebhookContractTests() : HttpChannelContract<WebhookContractTests.Receiver>(new Receiver())
{
    private const string Secret = "whsec_bWwtcGxhdGZvcm0tZGVtby1zZWNyZXQtMDEyMzQ1Njc4";
    private const string Token = "receiver-token-0123";

    private protected override IChannel Tested => new WebhookChannel(Clock, Http, Given.Links);

    private protected override IReadOnlyList<string> Secrets => [Secret, Secret["whsec_".Length..], Token];

    private protected override Channel Unauthorized => Webhook(Peer.Url, "wrong-token");

    private protected override bool KnowsItsPeer => false;

    /// <summary>It may be a receiver that is being replaced.</summary>
    private protected override AttemptOutcome WhenNotLetIn => AttemptOutcome.Failed;

    private protected override Channel At(string url) => Webhook(url, Token);

    private static Channel Webhook(string url, string token) => Given.Channel(
        "tested", "webhook", ("url", $"{url}/hook"), ("secret", Secret), ("authorization", $"Bearer {token}"));

    /// <summary>Wants a token and a signature, and says of what it refuses what was wrong.</summary>
    public sealed class Receiver : Peer
    {
        private readonly Received<SinkRequest> _taken = new();

        public override int Taken => _taken.All.Count;

        protected override SinkAnswer Answer(SinkRequest request)
        {
            var authorization = Header(request, "Authorization");
            if (authorization != $"Bearer {Token}")
            {
                return Json(401, new { error = $"unknown: {authorization}" });
            }

            Assert.True(StandardWebhooks.TryReadKeys(Secret, out var keys));
            var timestamp = long.Parse(Header(request, StandardWebhooks.TimestampHeader), CultureInfo.InvariantCulture);
            var right = StandardWebhooks.Sign(
                keys, Header(request, StandardWebhooks.IdHeader), timestamp, request.Body.Span);
            if (Header(request, StandardWebhooks.SignatureHeader) != right)
            {
                return Json(403, new { error = "wrong signature" });
            }

            _taken.Add(request);
            return new SinkAnswer(200);
        }
    }
}
