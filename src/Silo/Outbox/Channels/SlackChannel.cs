using System.Text.RegularExpressions;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Posts the page into Slack as an app, with buttons, and brings it up to date in place. Settings:
/// <c>token</c> of the bot (scope chat:write); <c>channel</c> where to, unless the contact's address says: the id of a
/// channel or of a user; <c>signing_secret</c> with which clicks on the buttons are verified, without it they are
/// links; <c>url</c> of the API (https://slack.com/api).
/// </summary>
public sealed partial class SlackChannel(ChannelHttp http, AnswerLinks links) : IChannel
{
    public const string AddressForm = "the id of a Slack channel or user, such as C024BE91L or U024BE7LH";

    /// <summary>Of those that say that Slack has a bad moment; any other is about this message.</summary>
    private static readonly string[] Passing =
        ["ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"];

    public string Type => "slack";

    public bool Gathers => true;

    public static bool IsAddress(string text) => Address().IsMatch(text);

    public IEnumerable<SettingFault> Check(Labels settings) =>
    [
        .. Setting.Needed(settings, "token", "the bot's token, which begins with xoxb-"),
        .. Setting.Token(settings, "token"),
        .. Setting.Token(settings, "signing_secret"),
        .. Setting.Form(settings, "channel", IsAddress, AddressForm),
        .. Setting.Url(settings),
        .. SettingFault.Unknown(settings, "token", "channel", "signing_secret", "url"),
    ];

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var address = Setting.Address(channel, target, "channel");
        if (!IsAddress(address))
        {
            return Setting.NoAddress(channel, delivery, "channel", AddressForm);
        }

        var message = SlackMessage.Of(delivery, links, channel.Settings.ContainsKey("signing_secret"));
        var shown = delivery.Updates?.Split('/', 2);
        message = shown is [var where, var ts]
            ? message with { Channel = where, Ts = ts }
            : message with { Channel = address };
        var method = shown is null ? "chat.postMessage" : "chat.update";
        var post = HttpPost.Json(new Uri(Setting.Root(channel.Settings, "https://slack.com/api"), method), message)
            .With("Authorization", $"Bearer {channel.Settings["token"]}");
        return Read(await http.SendAsync(post, cancellationToken), method);
    }

    /// <summary>Slack answers 200 also to what it refuses, and says so in the body.</summary>
    private static AttemptResult Read(HttpAnswer answer, string method)
    {
        if (answer.Lost is not null || !answer.IsSuccess)
        {
            return answer.ByStatus();
        }

        return (answer.Find("ok"), answer.Find("error")) switch
        {
            ("true", _) => new AttemptResult(
                AttemptOutcome.Delivered,
                $"Slack took it ({method}).",
                Reference: answer.Find("ts") is { } ts ? $"{answer.Find("channel")}/{ts}" : null),
            ("false", { } error) => new AttemptResult(
                Passing.Contains(error) ? AttemptOutcome.Failed : AttemptOutcome.Rejected,
                $"Slack refused it ({method}){HttpAnswer.Quoted(error)}."),
            _ => answer.Foreign("Slack"),
        };
    }

    [GeneratedRegex(@"^[A-Z][A-Z0-9]{5,30}\z")]
    private static partial Regex Address();
}
