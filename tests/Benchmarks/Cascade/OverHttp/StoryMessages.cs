using System.Net.Http.Json;
using Correlation.Benchmarks.Cascade.Sending;
using Correlation.Grains.Alerts;

namespace Correlation.Benchmarks.Cascade.OverHttp;

/// <summary>
/// Messages of a case as their senders put them on the wire: an Alertmanager's webhook, or an Opsgenie client.
/// </summary>
internal sealed class StoryMessages(HttpClient client, StoryClock clock)
{
    /// <summary>An annotation by which a reader finds what the alert truly is.</summary>
    public const string Alias = "story";

    public async Task SendAsync(Sent sent, CancellationToken token)
    {
        using var answer = sent.Command switch
        {
            AlertCommand.Receive { Signal: { Integration.Type: "AlertmanagerWebhook" } signal } =>
                await client.PostAsJsonAsync("/webhooks/alertmanager", Notification(signal), token),
            AlertCommand.Receive { Signal: var signal } =>
                await client.PostAsJsonAsync("/v2/alerts", Create(signal), token),
            AlertCommand.Close => await client.PostAsJsonAsync(
                $"/v2/alerts/{Uri.EscapeDataString(sent.Alias)}/close?identifierType=alias",
                new { source = "monitors" }, token),
            _ => throw new ArgumentException($"No sender says {sent.Command}.", nameof(sent)),
        };
        answer.EnsureSuccessStatusCode();
    }

    private static object Create(Signal signal) => new
    {
        message = signal.Message,
        alias = signal.Alias,
        entity = signal.Entity,
        source = signal.Source,
        tags = signal.Tags,
        details = signal.Labels.ToDictionary(),
    };

    private object Notification(Signal signal) => new
    {
        version = "4",
        status = signal.Resolved ? "resolved" : "firing",
        alerts = new[]
        {
            new
            {
                status = signal.Resolved ? "resolved" : "firing",
                labels = signal.Labels.ToDictionary(),
                annotations = new Dictionary<string, string> { ["summary"] = signal.Message, [Alias] = signal.Alias },
                startsAt = clock.WallOf(signal.StartsAt!.Value),
                endsAt = signal.EndsAt is { } ends ? clock.WallOf(ends) : (DateTimeOffset?)null,
            },
        },
    };
}
