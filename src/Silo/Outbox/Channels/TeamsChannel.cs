using Correlation.Gateway.Answers;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Posts the page to a workflow of Microsoft Teams ("when a Teams webhook request is received") as an adaptive card. It
/// cannot be brought up to date, and its buttons are links. Setting: <c>url</c>, unless the contact's address says; it
/// holds its own secret.
/// </summary>
public sealed class TeamsChannel(ChannelHttp http, AnswerLinks links) : IChannel
{
    public string Type => "teams";

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

        var answer = await http.SendAsync(HttpPost.Json(url, TeamsCard.Of(delivery, links)), cancellationToken);

        // A page for signing in is a success too, of somebody else's.
        return answer is { Lost: null, IsSuccess: true } && answer.Text.TrimStart().StartsWith('<')
            ? answer.Foreign("Teams")
            : answer.ByStatus(answer.Text);
    }
}
