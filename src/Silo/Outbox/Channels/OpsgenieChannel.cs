using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Forwards the incident to an Opsgenie-shaped API (Opsgenie, Jira Service Management, another of these services): one
/// alert there for one incident here, by its id as the alias, acknowledged and closed with it; news that page nobody
/// are a note on it, which is dropped where no alert was made. Settings: <c>key</c> of the
/// integration there; <c>url</c> below which its <c>v2/alerts</c> is (https://api.opsgenie.com).
/// </summary>
public sealed class OpsgenieChannel(ChannelHttp http) : IChannel
{
    private const int LongestMessage = 130;
    private const int LongestDescription = 15_000;
    private const int LongestEntity = 512;
    private const string Source = "Correlation";

    public string Type => "opsgenie";

    public bool Gathers => false;

    public IEnumerable<SettingFault> Check(Labels settings) =>
    [
        .. Setting.Needed(settings, "key", "the API key of an integration there"),
        .. Setting.Token(settings, "key"),
        .. Setting.Url(settings),
        .. SettingFault.Unknown(settings, "key", "url"),
    ];

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var alerts = new Uri(Setting.Root(channel.Settings, "https://api.opsgenie.com"), "v2/alerts");
        var post = Post(alerts, delivery).With("Authorization", $"GenieKey {channel.Settings["key"]}");
        var answer = await http.SendAsync(post, cancellationToken);
        return answer is { Lost: null, IsSuccess: true } && answer.Find("requestId") is null
            ? answer.Foreign("Opsgenie")
            : answer.ByStatus(answer.Find("message") ?? "", delivery.IncidentId);
    }

    private static HttpPost Post(Uri alerts, Delivery delivery)
    {
        var text = delivery.Text;
        var said = new { source = Source, note = text.Standing ?? PageWords.Headline(text) };
        return text.Event switch
        {
            PageEvents.Acknowledged => HttpPost.Json(Of("acknowledge"), said),
            PageEvents.Resolved or PageEvents.Digest => HttpPost.Json(Of("close"), said),
            PageEvents.Updated or PageEvents.SilenceEnded or PageEvents.Informed => HttpPost.Json(Of("notes"), said),
            PageEvents.Page or PageEvents.Test => HttpPost.Json(
                alerts,
                new
                {
                    message = PageWords.Cut(text.Title, LongestMessage),
                    alias = delivery.IncidentId,
                    description = PageWords.Cut($"{text.Body}\n\n{PageWords.Why(delivery)}".Trim(), LongestDescription),
                    entity = PageWords.Cut(text.Entity, LongestEntity),
                    priority = text.Priority.ToString(),
                    source = Source,
                    details = PageWords.Facts(text).ToDictionary(fact => fact.Name, fact => fact.Value),
                }),
            var what =>
                throw new UnreachableException(
                    $"An Opsgenie-shaped API is told one incident at a time, and not '{what}'."),
        };

        Uri Of(string action) => new(
            $"{alerts.AbsoluteUri}/{Uri.EscapeDataString(delivery.IncidentId)}/{action}?identifierType=alias");
    }
}
