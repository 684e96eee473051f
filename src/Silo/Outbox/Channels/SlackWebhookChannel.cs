using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Posts the page to an incoming webhook of Slack, or of what understands the same (Mattermost). It cannot be brought
/// up to date, and its buttons are links. Setting: <c>url</c>, unless the contact's address says.
/// </summary>
public sealed class SlackWebhookChannel(ChannelHttp http, AnswerLinks links) : IChannel
{
    public string Type => "slack_webhook";

    public bool Gathers => true;

    public IEnumerable<SettingFault> Check(Labels settings) =>
        [.. Setting.Url(settings), .. SettingFault.Unknown(settings, "url")];

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        if (Setting.ReadUrl(Setting.Address(channel, target, "url")) is not { } url)
        {
            return Setting.NoAddress(channel, delivery, "url", "an absolute http or https URL");
        }

        var post = HttpPost.Json(url, SlackMessage.Of(delivery, links, clicks: false));
        var answer = await http.SendAsync(post, cancellationToken);
        return answer switch
        {
            { Lost: not null } or { IsSuccess: false } => answer.ByStatus(answer.Text),
            { Text: "ok" } => answer.ByStatus(),
            _ => answer.Foreign("Slack"),
        };
    }
}
