using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Forwards the incident to an Opsgenie-shaped API (Opsgenie, Jira Service Management, another of these services): one
/// alert there for one incident here, by its id as the alias, as urgent as it is, acknowledged and closed with it; news
/// that page nobody are a note on it, which is dropped where no alert was made. Settings: <c>key</c> of the
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
        if (delivery.Text.Event == PageEvents.Updated &&
            await SendAsync(Priority(alerts, delivery)) is { Outcome: not AttemptOutcome.Delivered } failed)
        {
            return failed;
        }

        return await SendAsync(Post(alerts, delivery));

        async Task<AttemptResult> SendAsync(HttpPost post)
        {
            var answer = await http.SendAsync(
                post.With("Authorization", $"GenieKey {channel.Settings["key"]}"), cancellationToken);
            return answer is { Lost: null, IsSuccess: true } && answer.Find("requestId") is null
                ? answer.Foreign("Opsgenie")
                : answer.ByStatus(answer.Find("message") ?? "", delivery.IncidentId);
        }
    }

    /// <summary>A further page of an alert that is open there changes nothing of it.</summary>
    private static HttpPost Priority(Uri alerts, Delivery delivery) =>
        HttpPost.Json(Of(alerts, delivery, "priority"), new { priority = delivery.Text.Priority.ToString() }) with
        {
            Method = HttpMethod.Put,
        };

    private static HttpPost Post(Uri alerts, Delivery delivery)
    {
        var text = delivery.Text;
        var said = new { source = Source, note = text.Standing ?? PageWords.Headline(text) };
        return text.Event switch
        {
            PageEvents.Acknowledged => HttpPost.Json(Of(alerts, delivery, "acknowledge"), said),
            PageEvents.Resolved or PageEvents.Digest => HttpPost.Json(Of(alerts, delivery, "close"), said),
            PageEvents.Updated or PageEvents.SilenceEnded or PageEvents.Informed => HttpPost.Json(Of(alerts, delivery, "notes"), said),
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
    }

    private static Uri Of(Uri alerts, Delivery delivery, string action) => new(
        $"{alerts.AbsoluteUri}/{Uri.EscapeDataString(delivery.IncidentId)}/{action}?identifierType=alias");
}
