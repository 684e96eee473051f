using static Correlation.Gateway.Opsgenie.Search.AlertFieldKind;

namespace Correlation.Gateway.Opsgenie.Search;

/// <summary>The one table of what can be searched for, how it is spelled and which column it is.</summary>
internal static class AlertFields
{
    public static readonly IReadOnlyList<AlertField> All =
    [
        new("createdAt", Date, "created_at"),
        new("updatedAt", Date, "updated_at"),

        // Opsgenie's Go SDK drops an r.
        new("lastOccurredAt", Date, "last_occurred_at") { OtherSpellings = ["lastOccuredAt"] },
        new("snoozedUntil", Date, "snoozed_until"),
        new("alertId", Key, "id"),
        new("tinyId", Number, "tiny_id"),
        new("alias", Key, "alias"),
        new("count", Number, "count"),
        new("message", Text, "message"),
        new("description", Text, "description"),
        new("source", Text, "source"),
        new("entity", Text, "entity"),
        new("status", Choice, "status") { Choices = ["open", "closed"] },
        new("priority", Choice, "priority") { Choices = ["P1", "P2", "P3", "P4", "P5"] },
        new("isSeen", Flag, "is_seen"),
        new("acknowledged", Flag, "acknowledged"),
        new("snoozed", Flag, "snoozed"),
        new("owner", Name, "owner"),
        new("acknowledgedBy", Name, "acked_by"),
        new("closedBy", Name, "closed_by"),
        new("integration.name", Name, "integration_name"),
        new("integration.type", Name, "integration_type"),
        new("teams", Members, "teams") { NamesTeams = true },
        new("responders", Members, "responders") { NamesTeams = true },
        new("tag", Members, "tags") { OtherSpellings = ["tags"] },
        new("actions", Members, "actions"),
        new("details.key", DetailKey, "details"),
        new("details.value", DetailValue, "details"),
    ];

    /// <summary>What a word without a field is looked for in.</summary>
    public static readonly IReadOnlyList<string> TextColumns =
        ["message", "description", "alias", "entity", "source", "tags"];

    /// <summary>
    /// Opsgenie's words for who was paged. That is the incident's and in no column; whom the alert names is not it.
    /// </summary>
    private static readonly HashSet<string> OfPages = new(["recipients", "users"], StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, AlertField> BySpelling = All
        .SelectMany(field => field.OtherSpellings.Prepend(field.Name), (field, spelling) => (field, spelling))
        .ToDictionary(pair => pair.spelling, pair => pair.field, StringComparer.OrdinalIgnoreCase);

    public static bool IsOfPages(string spelling) => OfPages.Contains(spelling);

    public static AlertField? Find(string spelling) => BySpelling.GetValueOrDefault(spelling);
}
