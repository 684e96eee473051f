using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Correlation.Gateway.Seams;

namespace Correlation.Silo.Storage;

/// <summary>The SQL of alert lists that both databases share.</summary>
internal static partial class AlertListSql
{
    private static readonly FrozenSet<string> SortColumns = new[]
    {
        "tiny_id", "id", "alias", "status", "priority", "created_at", "updated_at", "last_occurred_at", "closed_at",
        "closed_by", "count", "owner", "acked_by", "acknowledged", "acknowledged_at", "snoozed", "snoozed_until",
        "is_seen", "message",
        "source", "entity", "team", "kind", "integration_name", "integration_type",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> InHalves = new[]
    {
        "count", "last_occurred_at", "alias", "message", "source", "integration_name", "integration_type", "closed_at",
        "closed_by",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What <see cref="Rows"/> joins to the alert.</summary>
    private static readonly FrozenSet<string> Joined = new[]
    {
        "count", "last_occurred_at", "owner", "acked_by", "acknowledged", "acknowledged_at", "snoozed", "snoozed_until",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// The rows a filter sees as <c>a</c>: the alert, its tally, and what shows of its incident. All joins are outer
    /// and by a unique key: what a query does not name is not read, and the order of the list's index stays.
    /// </summary>
    /// <param name="hint">SQLite's NOT INDEXED, for walking the table by its key.</param>
    public static string Rows(SearchDialect dialect, string hint = "")
    {
        var (yes, no) = dialect == SearchDialect.Sqlite ? ("1", "0") : ("true", "false");
        return $"""
            (SELECT alerts.*, alert_tallies.count, alert_tallies.last_occurred_at,
                COALESCE(incidents.owner, '') AS owner, COALESCE(incidents.acknowledged_by, '') AS acked_by,
                CASE WHEN incidents.acknowledged_at IS NULL THEN {no} ELSE {yes} END AS acknowledged,
                incidents.acknowledged_at,
                CASE WHEN incidents.snoozed_until IS NULL THEN {no} ELSE {yes} END AS snoozed,
                incidents.snoozed_until
             FROM alerts {hint}
             LEFT JOIN alert_tallies ON alert_tallies.tiny_id = alerts.tiny_id
             LEFT JOIN incidents ON incidents.id = alerts.incident_id) a
            """;
    }

    public static SqlFragment Where(AlertFilter filter, SearchDialect dialect) =>
        Where(filter, dialect, "a.status <> 'deleted'");

    /// <summary>
    /// How many a list without a limit would have. By status and priority they are counted as they come and go; of
    /// other filters the rows are counted, named so that an index on the status has them, which in a list would lose
    /// the order.
    /// </summary>
    public static SqlFragment Count(AlertFilter filter, SearchDialect dialect)
    {
        var where = Where(filter, dialect, "a.status IN ('open', 'closed')");
        var text = KeepsCount(filter)
            ? $"SELECT COALESCE(SUM(a.count), 0) FROM alert_counts a WHERE {where.Text}"
            : dialect == SearchDialect.Sqlite
            // The limit is none; it keeps SQLite from making the joins that the filter does not name.
            ? $"SELECT COUNT(*) FROM (SELECT 1 FROM {Rows(dialect)} WHERE {where.Text} LIMIT -1)"
            : $"SELECT COUNT(*) FROM {Rows(dialect)} WHERE {where.Text}";
        return where with { Text = text };
    }

    /// <summary>True of what names nothing but the status and the priority.</summary>
    public static bool KeepsCount(AlertFilter filter) =>
        Columns().Matches(Where(filter, SearchDialect.Sqlite).Text)
            .All(column => column.Value is "a.status" or "a.priority");

    /// <summary>
    /// The keys of a page, in order. Most sorts take the best of the open alerts and the best of the closed ones, each
    /// along an index that begins with the status, and then the best of both: so one index answers with and without a
    /// filter on the status, and such a filter makes the other half empty before a row is read. Counts have an index
    /// only where no repeat moves them any more.
    /// </summary>
    /// <param name="nulls">PostgreSQL's place of what has no value; empty elsewhere.</param>
    public static string Page(AlertList list, string where, SearchDialect dialect, string nulls = "")
    {
        var (sort, direction) = (SortColumn(list), list.Descending ? "DESC" : "ASC");

        // PostgreSQL leaves out joins that nothing names, but then reads each row where an index alone would do.
        var named = Columns().Matches(where).Select(column => column.Value["a.".Length..]).Append(sort);
        var rows = named.Any(Joined.Contains) ? Rows(dialect) : "alerts a";
        var order = $"{direction} {nulls}";
        if (!InHalves.Contains(sort))
        {
            return $"SELECT a.tiny_id FROM {rows} WHERE {where} ORDER BY a.{sort} {order}, a.tiny_id {direction} " +
                $"LIMIT {list.Limit} OFFSET {list.Offset}";
        }

        // SQLite would begin with the alerts; told CROSS, it begins with the order that was asked for.
        var cross = dialect == SearchDialect.Sqlite ? "CROSS " : "";
        var closed = sort is "count" or "last_occurred_at"
            ? Half("closed", $"closed_tallies c {cross}JOIN {rows} ON a.tiny_id = c.tiny_id", "c")
            : Half("closed", rows, "a");
        return $"""
            SELECT tiny_id FROM ({Half("open", rows, "a")} UNION ALL {closed}) AS both_halves
            ORDER BY value {order}, tiny_id {direction} LIMIT {list.Limit} OFFSET {list.Offset}
            """;

        string Half(string status, string from, string ordered) => $"""
            SELECT * FROM (
                SELECT {ordered}.tiny_id, {ordered}.{sort} AS value FROM {from}
                WHERE a.status = '{status}' AND {where}
                ORDER BY {ordered}.{sort} {order}, {ordered}.tiny_id {direction}
                LIMIT {(long)list.Offset + list.Limit}) AS {status}_ones
            """;
    }

    /// <exception cref="ArgumentException">No column of the list.</exception>
    public static string SortColumn(AlertList list) => SortColumns.Contains(list.SortColumn)
        ? list.SortColumn
        : throw new ArgumentException($"An alert list cannot be sorted by '{list.SortColumn}'.", nameof(list));

    /// <summary>What a filter names; its values are parameters.</summary>
    [GeneratedRegex(@"\ba\.\w+")]
    private static partial Regex Columns();

    private static SqlFragment Where(AlertFilter filter, SearchDialect dialect, string listed) =>
        filter.Where is { } compile && compile(dialect) is { Text.Length: > 0 } fragment
            ? fragment with { Text = $"{listed} AND ({fragment.Text})" }
            : new SqlFragment(listed, []);
}
