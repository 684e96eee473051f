namespace Correlation.Benchmarks.Lists;

/// <summary>
/// One way to ask for a list; the same question each time, as a screen that refreshes itself asks it.
/// </summary>
/// <param name="Follows">How many pages are gone on by the answer's cursor before the one that is measured.</param>
/// <param name="Walks">
/// No index answers it (docs/decisions/0009): it reads up to every row, in slices. Asked for alone, or the others would
/// be measured behind it.
/// </param>
internal sealed record ListKind(string Name, string Path, int Follows = 0, bool Walks = false)
{
    /// <summary>
    /// What belongs to the incident, what hardly any alert has, and what repeats move while an alert is open.
    /// </summary>
    private static readonly string[] WalkedSorts =
    [
        "acknowledged", "isSeen", "snoozed", "snoozedUntil", "owner", "report.ackTime", "report.acknowledgedBy",
        "count",
        "lastOccurredAt",
    ];

    /// <summary>What the promise is about, and what people ask for besides.</summary>
    public static IReadOnlyList<ListKind> All { get; } =
    [
        Opsgenie("default"),
        Opsgenie("open", "query=status:open"),
        Opsgenie("open, 100 of them", "query=status:open&limit=100"),
        Opsgenie("closed", "query=status:closed"),
        Opsgenie("open P1", "query=status:open AND priority:P1"),
        Opsgenie("not acknowledged", "query=status:open AND acknowledged:false"),
        Opsgenie("owner", "query=status:open AND owner:ann") with { Walks = true },
        Opsgenie("team", "query=status:open AND teams:ml-infra"),
        Opsgenie("alias", "query=alias:\"am:past:00000017\""),
        Opsgenie("created after", "query=createdAt>1577836800000"),
        Opsgenie("count", "query=status:open AND count>3"),
        Opsgenie("word among open", "query=status:open AND message:model_00000777") with { Walks = true },
        Opsgenie("common word", "query=message:features"),
        Opsgenie("rare word among all", "query=message:past_00000777") with { Walks = true },
        Opsgenie("word that is nowhere", "query=nowhere") with { Walks = true },
        Opsgenie("detail among open", "query=status:open AND details.value:ml-serving"),
        Opsgenie("deep offset", "offset=19900&limit=100"),
        Opsgenie("deep offset, open", "query=status:open&offset=19900&limit=100"),
        .. new[]
        {
            "createdAt", "updatedAt", "tinyId", "alias", "message", "status", "acknowledged", "isSeen", "snoozed",
            "snoozedUntil", "count", "lastOccurredAt", "source", "owner", "integration.name", "integration.type",
            "report.ackTime", "report.closeTime", "report.acknowledgedBy", "report.closedBy",
        }.SelectMany(sort => new[]
        {
            Opsgenie($"sort {sort}", $"sort={sort}"),
            Opsgenie($"sort {sort}, open", $"sort={sort}&query=status:open"),
        }.Select(kind => kind with { Walks = WalkedSorts.Contains(sort) })),
        new("count: all", "/v2/alerts/count"),
        new("count: open", "/v2/alerts/count?query=status:open"),
        new("count: open P1", "/v2/alerts/count?query=" + Uri.EscapeDataString("status:open AND priority:P1")),
        Native("alerts: default", "/api/v1/alerts"),
        Native("alerts: open", "/api/v1/alerts?query=status:open"),
        Native("alerts: fifth page", "/api/v1/alerts?query=status:open", follows: 4),
        Native("incidents: default", "/api/v1/incidents"),
        Native("incidents: all", "/api/v1/incidents?status=all"),
        Native("incidents: resolved", "/api/v1/incidents?status=resolved&limit=100"),
        Native("incidents: team", "/api/v1/incidents?team=ml-infra"),
        Native("incidents: P1", "/api/v1/incidents?priority=P1"),
        Native("incidents: owner", "/api/v1/incidents?owner=ann"),
        Native(
            "incidents: period", "/api/v1/incidents?status=all&since=2020-01-01T00:00:00Z&until=2099-01-01T00:00:00Z"),
        Native("incidents: fifth page", "/api/v1/incidents?status=all", follows: 4),
    ];

    private static ListKind Opsgenie(string name, string query = "")
    {
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(parameter =>
        {
            var cut = parameter.IndexOf('=', StringComparison.Ordinal);
            return parameter[..(cut + 1)] + Uri.EscapeDataString(parameter[(cut + 1)..]);
        });
        return new ListKind("Opsgenie: " + name, "/v2/alerts?" + string.Join('&', parameters));
    }

    private static ListKind Native(string name, string path, int follows = 0) => new("native " + name, path, follows);
}
