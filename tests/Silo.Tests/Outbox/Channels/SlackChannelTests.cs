using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Silo.Outbox;
using Correlation.Silo.Outbox.Channels;
using Correlation.TestKit.Peers;
using Xunit;

namespace Correlation.Silo.Tests.Outbox.Channels;

public sealed class SlackChannelTests() : HttpChannelContract<SlackPeer>(new SlackPeer())
{
    private const string SigningSecret = "slack-signing-secret";

    private protected override IChannel Tested => new SlackChannel(Http, Given.Links);

    private protected override IReadOnlyList<string> Secrets => [SlackPeer.Token, SigningSecret];

    private protected override Channel Unauthorized => Slack(Peer.Url, "xoxb-wrong-secret");

    [Fact]
    public async Task Its_buttons_carry_what_they_mean_signed()
    {
        var page = Given.Page(Target);

        await SendAsync(Configured, page);

        var buttons = Buttons(Assert.Single(Peer.Messages).Value);
        Assert.Equal(
            ["acknowledge", "escalate", "resolve"], buttons.Select(b => b.GetProperty("action_id").GetString()));
        var token = AnswerToken.Read(buttons[0].GetProperty("value").GetString()!, Given.AnswerKey);
        Assert.Equal(
            new AnswerToken(AnswerAction.Acknowledge, page.IncidentId, page.Who, page.DecidedAt + AnswerLinks.ValidFor),
            token);
        Assert.All(buttons, b => Assert.False(b.TryGetProperty("url", out _)));
    }

    [Fact]
    public async Task Without_a_signing_secret_its_buttons_are_links()
    {
        var channel = Given.Channel(
            "tested", "slack", ("token", SlackPeer.Token), ("channel", "C024BE91L"), ("url", $"{Peer.Url}/api"));

        await SendAsync(channel);

        Assert.All(
            Buttons(Assert.Single(Peer.Messages).Value),
            b =>
                Assert.StartsWith(
                    "https://alerts.example.org/correlation/answers/",
                    b.GetProperty("url").GetString(),
                    StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_comes_later_changes_the_message_in_place()
    {
        var page = Given.Page(Target);
        var first = await SendAsync(Configured, page);
        var text = page.Text with { Event = PageEvents.Acknowledged, Standing = "Acknowledged by bob@example.org" };

        var second = await SendAsync(Configured, page with { Updates = first.Reference, Text = text });

        Assert.Equal((AttemptOutcome.Delivered, first.Reference), (second.Outcome, second.Reference));
        var shown = Assert.Single(Peer.Messages).Value;
        Assert.Contains(
            "Acknowledged by bob@example.org", shown.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Empty(Buttons(shown));
    }

    [Fact]
    public async Task An_alert_cannot_call_the_whole_channel()
    {
        var page = Given.Page(Target);

        await SendAsync(Configured, page with { Text = page.Text with { Title = "<!channel>", Entity = "<!here>" } });

        var shown = Assert.Single(Peer.Messages).Value;
        Assert.DoesNotContain("<!", shown.GetProperty("text").GetString(), StringComparison.Ordinal);
        var markup = shown.GetProperty("blocks").EnumerateArray()
            .Where(b => b.TryGetProperty("fields", out _))
            .SelectMany(b => b.GetProperty("fields").EnumerateArray());
        Assert.All(
            markup, f => Assert.DoesNotContain("<!", f.GetProperty("text").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_cut_is_cut_as_it_is_written_and_never_within_an_entity()
    {
        var page = Given.Page(Target);

        await SendAsync(Configured, page with { Text = page.Text with { Entity = new string('&', 600) } });

        var entity = Assert.Single(Peer.Messages).Value.GetProperty("blocks").EnumerateArray()
            .Where(b => b.TryGetProperty("fields", out _))
            .SelectMany(b => b.GetProperty("fields").EnumerateArray())
            .Select(f => f.GetProperty("text").GetString()!)
            .Single(text => text.StartsWith("*Entity*", StringComparison.Ordinal));
        Assert.Equal("*Entity*\n" + string.Concat(Enumerable.Repeat("&amp;", 199)) + "...", entity);
    }

    [Fact]
    public async Task A_channel_that_is_not_there_is_rejected_in_its_words()
    {
        var result = await SendAsync(Configured, Given.Page(Given.To("tested", "XNOBODY")));

        Assert.Equal(
            new AttemptResult(AttemptOutcome.Rejected, "Slack refused it (chat.postMessage): channel_not_found."),
            result);
    }

    private protected override Channel At(string url) => Slack(url, SlackPeer.Token);

    private static Channel Slack(string url, string token) => Given.Channel(
        "tested", "slack", ("token", token), ("channel", "C024BE91L"), ("signing_secret", SigningSecret),
        ("url", $"{url}/api"));

    private static List<System.Text.Json.JsonElement> Buttons(System.Text.Json.JsonElement message) =>
    [
        .. message.GetProperty("blocks").EnumerateArray()
            .Where(b => b.GetProperty("type").GetString() == "actions")
            .SelectMany(b => b.GetProperty("elements").EnumerateArray()),
    ];
}
