using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class VoiceChannelTests() : HttpChannelContract<TwilioPeer>(new TwilioPeer())
{
    private protected override IChannel Tested => new VoiceChannel(Http, Given.Links);

    private protected override IReadOnlyList<string> Secrets => [TwilioPeer.AuthToken];

    private protected override Channel Unauthorized => Voice(Peer.Url, ("auth_token", "wrong-secret"));

    [Fact]
    public async Task The_call_asks_us_what_to_say_and_tells_us_how_it_ended()
    {
        var page = Given.Page(Target);

        await SendAsync(Configured, page);

        var call = Assert.Single(Peer.Requests);
        Assert.Equal(
            ("+15550001111", "Enable", "completed"),
            (call["To"], call["MachineDetection"], call["StatusCallbackEvent"]));
        var token = Given.Links.Token(AnswerAction.Call, page.IncidentId, page.Who, page.DecidedAt);
        var root = $"https://alerts.example.org/correlation/answers/call/{token}";
        Assert.Equal($"{root}/begin?page={page.Id:N}&channel=0", call["Url"]);
        Assert.Equal($"{root}/ended?page={page.Id:N}&channel=0", call["StatusCallback"]);
    }

    [Fact]
    public async Task A_call_that_Twilio_took_is_waited_for_two_minutes()
    {
        await StartAsync(Configured);
        Outbox.Add(Given.Page(Target));

        await ResultsAsync(1);

        Assert.Equal(TimeSpan.FromMinutes(2), Assert.Single(Outbox.Results.All).AnswerWithin);
    }

    /// <summary>A call in which no key can be pressed would count as delivered when a mailbox took it.</summary>
    [Fact]
    public async Task Without_a_public_URL_nobody_is_called()
    {
        var page = Given.Page(Target);

        var result = await new VoiceChannel(Http, Given.NoLinks).SendAsync(
            Configured, page.Target, page, CancellationToken.None);

        Assert.Equal(AttemptOutcome.Rejected, result.Outcome);
        Assert.Contains("CORRELATION_PUBLIC_URL", result.Detail, StringComparison.Ordinal);
        Assert.Equal(0, Taken);
    }

    private protected override Channel At(string url) => Voice(url);

    private static Channel Voice(string url, params (string Key, string Value)[] instead) => Given.Channel(
        "tested",
        "voice",
        [
            ("account_sid", TwilioPeer.Account), ("auth_token", TwilioPeer.AuthToken), ("from", TwilioPeer.Number),
            ("to", "+15550001111"), ("url", url), .. instead,
        ]);
}
