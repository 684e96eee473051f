using System.Collections.Frozen;

namespace Correlation.Gateway.Opsgenie;

/// <summary>Sort keys of the API and the list's column behind each.</summary>
internal static class AlertSort
{
    private static readonly FrozenDictionary<string, string> Columns = new Dictionary<string, string>
    {
        ["createdAt"] = "created_at",
        ["updatedAt"] = "updated_at",
        ["tinyId"] = "tiny_id",
        ["alias"] = "alias",
        ["message"] = "message",
        ["status"] = "status",
        ["acknowledged"] = "acknowledged",
        ["isSeen"] = "is_seen",
        ["snoozed"] = "snoozed",
        ["snoozedUntil"] = "snoozed_until",
        ["count"] = "count",
        ["lastOccurredAt"] = "last_occurred_at",

        // As the Go SDK spells it.
        ["lastOccuredAt"] = "last_occurred_at",
        ["source"] = "source",
        ["owner"] = "owner",
        ["integration.name"] = "integration_name",
        ["integration.type"] = "integration_type",
        ["report.ackTime"] = "acknowledged_at",
        ["report.closeTime"] = "closed_at",
        ["report.acknowledgedBy"] = "acked_by",
        ["report.closedBy"] = "closed_by",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string ColumnOf(string sort, FieldErrors errors)
    {
        if (sort.Length == 0)
        {
            return "created_at";
        }

        if (Columns.TryGetValue(sort, out var column))
        {
            return column;
        }

        errors.Add("sort", $"sort must be one of {string.Join(", ", Columns.Keys.Order(StringComparer.Ordinal))}.");
        return "created_at";
    }
}
