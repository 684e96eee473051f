using System.Diagnostics;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// Forwards the incident to PagerDuty (Events API v2): one alert there for one incident here, acknowledged and resolved
/// with it; news that page nobody are left out, for it knows no notes. Settings: <c>routing_key</c> of the integration,
/// unless the contact's address says; <c>url</c> (https://events.pagerduty.com).
/// </summary>
public sealed partial class PagerDutyChannel(ChannelHttp http) : IChannel
{
    public const string AddressForm = "a routing key of 32 letters and digits";

    private const int LongestSummary = 1_024;
    private const int LongestDetail = 20_000;

    public string Type => "pagerduty";

    public bool Gathers => false;

    public static bool IsAddress(string text) => RoutingKey().IsMatch(text);

    public IEnumerable<SettingFault> Check(Labels settings)
    {
        if (settings.Find("routing_key") is { } key && !IsAddress(key))
        {
            yield return new SettingFault("routing_key", $"must be {AddressForm}.");
        }

        foreach (var fault in Setting.Url(settings).Concat(SettingFault.Unknown(settings, "routing_key", "url")))
        {
            yield return fault;
        }
    }

    public async Task<AttemptResult> SendAsync(
        Channel channel, DeliveryTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        var key = Setting.Address(channel, target, "routing_key");
        if (!IsAddress(key))
        {
            return Setting.NoAddress(channel, delivery, "routing_key", AddressForm);
        }

        if (Action(delivery.Text.Event) is not { } action)
        {
            return new AttemptResult(
                AttemptOutcome.Delivered, "PagerDuty takes no news that page nobody: nothing was sent.");
        }

        var url = new Uri(Setting.Root(channel.Settings, "https://events.pagerduty.com"), "v2/enqueue");
        var answer = await http.SendAsync(HttpPost.Json(url, Event(key, action, delivery)), cancellationToken);
        return answer is { Lost: null, IsSuccess: true } && answer.Find("status") != "success"
            ? answer.Foreign("PagerDuty")
            : answer.ByStatus(answer.Find("message") ?? "", delivery.IncidentId);
    }

    /// <summary>Null where there is nothing to tell.</summary>
    private static string? Action(string what) => what switch
    {
        PageEvents.Page or PageEvents.Updated or PageEvents.Test => "trigger",
        PageEvents.Acknowledged => "acknowledge",
        PageEvents.Resolved or PageEvents.Digest => "resolve",
        PageEvents.SilenceEnded or PageEvents.Informed => null,
        _ => throw new UnreachableException($"PagerDuty is told one incident at a time, and not '{what}'."),
    };

    private static PagerDutyEvent Event(string key, string action, Delivery delivery)
    {
        var text = delivery.Text;
        var payload = new PagerDutyPayload(
            PageWords.Cut(PageWords.Headline(text), LongestSummary),
            text.Entity.Length > 0 ? PageWords.CutBytes(text.Entity, LongestDetail) : "correlation",
            text.Priority switch
            {
                Priority.P1 => "critical",
                Priority.P2 => "error",
                Priority.P3 => "warning",
                _ => "info",
            },
            text.OpenedAt.UtcDateTime,
            text.Kind.Length > 0 ? PageWords.CutBytes(text.Kind, LongestDetail) : null,
            text.Team,
            new Dictionary<string, string>
            {
                ["description"] = PageWords.CutBytes(text.Body, LongestDetail),
                ["runbook"] = PageWords.CutBytes(text.Runbook, LongestDetail),
                ["incident"] = delivery.IncidentId,
                ["reason"] = delivery.Reason,
            });
        return new PagerDutyEvent(key, action, delivery.IncidentId, action == "trigger" ? payload : null);
    }

    [GeneratedRegex(@"^[A-Za-z0-9]{32}\z")]
    private static partial Regex RoutingKey();

    private sealed record PagerDutyEvent(
        [property: JsonPropertyName("routing_key")] string RoutingKey,
        [property: JsonPropertyName("event_action")] string EventAction,
        [property: JsonPropertyName("dedup_key")] string DedupKey,
        PagerDutyPayload? Payload);

    private sealed record PagerDutyPayload(
        string Summary,
        string Source,
        string Severity,
        DateTime Timestamp,
        string? Class,
        string Group,
        [property: JsonPropertyName("custom_details")] IReadOnlyDictionary<string, string> CustomDetails);
}
