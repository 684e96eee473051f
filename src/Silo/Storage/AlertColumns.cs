using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Silo.Storage;

/// <summary>
/// What lists filter and sort by, taken from the state in this one place. A query over the list (alias <c>a</c>) may
/// name each of these columns and, from the alert's incident, <c>owner</c>, <c>acked_by</c> (empty when there is none),
/// <c>acknowledged</c>, <c>acknowledged_at</c>, <c>snoozed</c> and <c>snoozed_until</c>. Texts are compared as they
/// are; times are Unix milliseconds; yes and no are booleans, which SQLite spells 1 and 0.
/// </summary>
internal sealed record AlertColumns
{
    /// <summary>
    /// Characters of a text that a list is sorted by: an index entry of PostgreSQL holds 2,700 bytes, and a commit with
    /// a longer one would fail for ever. The document has the whole text.
    /// </summary>
    private const int LongestSorted = 500;

    /// <summary>tiny_id, the row's key: short, in rising order and unique, as the state's number is.</summary>
    public required long TinyId { get; init; }

    public required string Id { get; init; }

    public required string Alias { get; init; }

    public required int Episode { get; init; }

    /// <summary>open, closed, deleted. A deleted alert stays a row and is never listed.</summary>
    public required string Status { get; init; }

    /// <summary>P1 to P5.</summary>
    public required string Priority { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required long? ClosedAt { get; init; }

    public required string ClosedBy { get; init; }

    public required string Team { get; init; }

    public required string Kind { get; init; }

    /// <summary>The URN; the sender's own word when none was recognized.</summary>
    public required string Entity { get; init; }

    public required string Source { get; init; }

    public required string? IncidentId { get; init; }

    public required bool IsSeen { get; init; }

    public required bool Suppressed { get; init; }

    public required string IntegrationName { get; init; }

    public required string IntegrationType { get; init; }

    /// <summary>"\nword\nword\n", as are teams, responders and actions.</summary>
    public required string Tags { get; init; }

    public required string Teams { get; init; }

    public required string Responders { get; init; }

    public required string Actions { get; init; }

    public required string Message { get; init; }

    /// <summary>"\nkey=value\nkey=value\n".</summary>
    public required string Details { get; init; }

    public required string Description { get; init; }

    public static AlertColumns Of(AlertState alert)
    {
        var responders = alert.Signal.Responders.Concat(alert.Edits.AddedResponders).ToList();
        var teams = responders.Concat(alert.Signal.VisibleTo).Where(r => r.Type == "team").Select(r => r.Name);
        return new AlertColumns
        {
            TinyId = alert.Number,
            Id = alert.Id.ToString(),
            Alias = alert.Alias,
            Episode = alert.Episode,
            Status = StatusOf(alert.Status),
            Priority = PriorityOf(alert.Priority),
            CreatedAt = Milliseconds.Of(alert.CreatedAt),
            UpdatedAt = Milliseconds.Of(alert.UpdatedAt),
            ClosedAt = Milliseconds.Of(alert.ClosedAt),
            ClosedBy = Sorted(alert.ClosedBy),
            Team = alert.Class.Team,
            Kind = alert.Class.Kind,
            Entity = alert.Class.Entity.Length > 0 ? alert.Class.Entity : alert.Signal.Entity,
            Source = Sorted(alert.Signal.Source),
            IncidentId = alert.IncidentId,
            IsSeen = alert.Seen,
            Suppressed = alert.SuppressedBy.Count > 0,
            IntegrationName = Sorted(alert.Signal.Integration.Name),
            IntegrationType = Sorted(alert.Signal.Integration.Type),
            Tags = ListText.Of(alert.Tags),
            Teams = ListText.Of(
                teams.Prepend(alert.Class.Team).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal)),
            Responders = ListText.Of(responders.Select(r => r.Name).Distinct(StringComparer.Ordinal)),
            Actions = ListText.Of(alert.Signal.Actions.Union(alert.Class.Actions, StringComparer.Ordinal)),
            Message = Sorted(alert.Message),
            Details = ListText.Of(alert.Details.Select(d => $"{d.Key}={d.Value}")),
            Description = alert.Description,
        };
    }

    private static string Sorted(string text) => text.Length <= LongestSorted
        ? text
        : text[..(char.IsHighSurrogate(text[LongestSorted - 1]) ? LongestSorted - 1 : LongestSorted)];

    public static string StatusOf(AlertStatus status) => status switch
    {
        AlertStatus.Open => "open",
        AlertStatus.Closed => "closed",
        AlertStatus.Deleted => "deleted",
        _ => throw new System.Diagnostics.UnreachableException($"No column value for alert status {status}."),
    };

    public static string PriorityOf(Priority priority) => priority switch
    {
        Grains.Model.Priority.P1 => "P1",
        Grains.Model.Priority.P2 => "P2",
        Grains.Model.Priority.P3 => "P3",
        Grains.Model.Priority.P4 => "P4",
        Grains.Model.Priority.P5 => "P5",
        _ => throw new System.Diagnostics.UnreachableException($"No column value for priority {priority}."),
    };
}
