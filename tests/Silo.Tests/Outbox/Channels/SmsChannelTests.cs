using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class SmsChannelTests() : HttpChannelContract<TwilioPeer>(new TwilioPeer())
{
    private protected override IChannel Tested => new SmsChannel(Http, Given.Links);

    private protected override IReadOnlyList<string> Secrets => [TwilioPeer.AuthToken];

    private protected override Channel Unauthorized => Sms(Peer.Url, ("auth_token", "wrong-secret"));

    [Fact]
    public async Task A_message_says_what_it_is_about()
    {
        await SendAsync(Configured);

        var message = Assert.Single(Peer.Requests);
        Assert.Equal(("+15550001111", TwilioPeer.Number), (message["To"], message["From"]));
        Assert.Equal(
            "[P1] #42 Serving latency is high (ml-infra, 3 alerts). Reply 4 42 to acknowledge, 5 42: not me, 6 42: resolve",
            message["Body"]);
    }

    [Fact]
    public async Task Twilio_tells_us_what_became_of_it()
    {
        var page = Given.Page(Target);

        await SendAsync(Configured, page);

        var token = Given.Links.Token(AnswerAction.Call, page.IncidentId, page.Who, page.DecidedAt);
        Assert.Equal(
            $"https://alerts.example.org/correlation/answers/call/{token}/sent?page={page.Id:N}&channel=0",
            Assert.Single(Peer.Requests)["StatusCallback"]);
    }

    [Fact]
    public async Task What_became_of_a_message_for_several_pages_is_told_of_the_first()
    {
        var page = Given.Page(Target);

        var result = await SendAsync(Configured, page with { Id = Guid.AllBitsSet, Pages = [new(page.IncidentId, page.Id, 0), new("other", Guid.Empty, 1)] });

        Assert.True(result.MayFailLater);
        Assert.EndsWith(
            $"/sent?page={page.Id:N}&channel=0",
            Assert.Single(Peer.Requests)["StatusCallback"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_messaging_service_may_send_it()
    {
        var settings = Sms(Peer.Url).Settings.Where(s => s.Key != "from")
            .Append(new("messaging_service_sid", "MG0123456789abcdef0123456789abcdef"));

        var result = await SendAsync(new Channel("tested", "sms", Labels.From(settings)));

        Assert.Equal(AttemptOutcome.Delivered, result.Outcome);
        Assert.Equal("MG0123456789abcdef0123456789abcdef", Assert.Single(Peer.Requests)["MessagingServiceSid"]);
    }

    [Fact]
    public async Task A_number_that_Twilio_refuses_is_rejected_in_its_words()
    {
        var result = await SendAsync(Sms(Peer.Url, ("from", "+15550001234")));

        Assert.Equal(
            new AttemptResult(
                AttemptOutcome.Rejected,
                "HTTP 400 from 127.0.0.1: The 'From' phone number is not a number of this account."),
            result);
    }

    private protected override Channel At(string url) => Sms(url);

    private static Channel Sms(string url, params (string Key, string Value)[] instead) => Given.Channel(
        "tested",
        "sms",
        [
            ("account_sid", TwilioPeer.Account), ("auth_token", TwilioPeer.AuthToken), ("from", TwilioPeer.Number),
            ("to", "+15550001111"), ("url", url), .. instead,
        ]);
}
