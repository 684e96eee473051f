using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Correlation.Gateway.Answers;
using Correlation.Grains.Model;

namespace Correlation.Silo.Outbox.Channels;

/// <summary>
/// What a webhook receives: all of the page, nothing to be fetched. It is the same, byte for byte, in every attempt, so
/// that receivers may compare copies.
/// </summary>
/// <param name="Type">Such as incident.page.</param>
/// <param name="Timestamp">When it was decided; when it was sent is in the header.</param>
public sealed record WebhookBody(string Type, DateTime Timestamp, WebhookPage Data)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static byte[] Of(Delivery delivery, AnswerLinks links)
    {
        var text = delivery.Text;
        var page = new WebhookPage(
            delivery.IncidentId, text.Number, text.Title, text.Body, text.Priority, text.Team, text.Entity, text.Kind,
            text.Runbook, text.MemberCount, text.OpenedAt.UtcDateTime, delivery.Who, delivery.Step, delivery.Reason)
        {
            AcknowledgeUrl = Link(AnswerAction.Acknowledge),
            EscalateUrl = Link(AnswerAction.Escalate),
            ResolveUrl = Link(AnswerAction.Resolve),
        };
        var body = new WebhookBody(text.Event, delivery.DecidedAt.UtcDateTime, page);
        return JsonSerializer.SerializeToUtf8Bytes(body, Json);

        Uri? Link(AnswerAction action) => links.Find(action, delivery.IncidentId, delivery.Who, delivery.DecidedAt);
    }
}

/// <param name="Who">Whom the page is for: a user, or the name of the channel.</param>
/// <param name="Step">Step of the escalation, and in <paramref name="Reason"/> why it was taken.</param>
public sealed record WebhookPage(
    string IncidentId,
    long Number,
    string Title,
    string Description,
    Priority Priority,
    string Team,
    string Entity,
    string Kind,
    string Runbook,
    int MemberCount,
    DateTime OpenedAt,
    string Who,
    int Step,
    string Reason)
{
    /// <summary>GET shows a page with a button, POST acts; null when the service has no public URL.</summary>
    public Uri? AcknowledgeUrl { get; init; }

    public Uri? EscalateUrl { get; init; }

    public Uri? ResolveUrl { get; init; }
}
