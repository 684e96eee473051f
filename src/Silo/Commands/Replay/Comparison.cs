using Correlation.Grains.Model;

namespace Correlation.Silo.Commands.Replay;

/// <summary>
/// Two sets of facts side by side. Incidents belong together when they share an alert, so that "these three became
/// one" is one
/// change, whatever their ids are.
/// </summary>
internal static class Comparison
{
    /// <summary>A page is the same one when it came no more than this earlier or later.</summary>
    public static readonly TimeSpan SameTime = TimeSpan.FromSeconds(1);

    public static Difference Of(Facts before, Facts after, DateTimeOffset from, DateTimeOffset to)
    {
        var groups = IncidentGroups.Of(before, after).Where(group => group.IsWithin(from, to)).ToList();
        return new Difference
        {
            Before = Totals.Of(groups.SelectMany(group => group.Before), from, to),
            After = Totals.Of(groups.SelectMany(group => group.After), from, to),
            Incidents = [.. groups.Select(Changed).OfType<IncidentChange>()],
            Causes = [.. groups.Select(CauseChanged).OfType<CauseChange>()],
            Pages = [.. groups.SelectMany(group => PagesChanged(group, from, to))
                .OrderBy(change => change.At).ThenBy(change => change.Who, StringComparer.Ordinal)],
            FirstPages = [.. groups.Select(FirstPageChanged).OfType<FirstPageChange>()
                .OrderByDescending(change => change.Worse).ThenBy(change => change.Incident.OpenedAt)
                .ThenBy(change => change.Incident.Id, StringComparer.Ordinal)],
        };
    }

    private static IncidentChange? Changed(IncidentGroup group)
    {
        var (was, becomes) = (group.Before.Count, group.After.Count);
        var kind = was == 0 ? "added"
            : becomes == 0 ? "gone"
            : was > 1 && becomes > 1 ? "regrouped"
            : was > 1 ? "joined"
            : becomes > 1 ? "split"
            : group.Before[0].Alerts.SetEquals(group.After[0].Alerts) ? null
            : "alerts";
        return kind is null ? null : new IncidentChange(
            kind,
            group.Before.ConvertAll(Named),
            group.After.ConvertAll(Named),
            Aliases(group.Before, group.After),
            Aliases(group.After, group.Before));
    }

    private static CauseChange? CauseChanged(IncidentGroup group)
    {
        var (was, becomes) = (Causes(group.Before), Causes(group.After));
        return group.Before.Count == 0 || group.After.Count == 0 || was == becomes
            ? null
            : new CauseChange(Named(group.Before[0]), was, becomes);
    }

    private static string? Causes(List<IncidentSide> side)
    {
        var causes = side.Select(incident => incident.Fact.Cause).OfType<string>().Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToList();
        return causes.Count == 0 ? null : string.Join(", ", causes);
    }

    /// <summary>
    /// By whom and by which step, in their order: the second page of a step is compared with the second.
    /// </summary>
    private static IEnumerable<PageChange> PagesChanged(IncidentGroup group, DateTimeOffset from, DateTimeOffset to)
    {
        var was = ByStep(group.Before, from, to);
        var becomes = ByStep(group.After, from, to);
        foreach (var key in was.Keys.Union(becomes.Keys).Order())
        {
            var (old, fresh) = (was.GetValueOrDefault(key, []), becomes.GetValueOrDefault(key, []));
            for (var i = 0; i < Math.Max(old.Count, fresh.Count); i++)
            {
                var (a, b) = (old.ElementAtOrDefault(i), fresh.ElementAtOrDefault(i));
                if (a is null || b is null || (a.Page.At - b.Page.At).Duration() > SameTime)
                {
                    var shown = b ?? a!;
                    yield return new PageChange(
                        a is null ? "added" : b is null ? "gone" : "moved",
                        Named(shown.Incident), key.Who, key.Step, a?.Page.At, b?.Page.At, shown.Page.Reason);
                }
            }
        }
    }

    private static Dictionary<(string Who, int Step), List<PageOf>> ByStep(
        List<IncidentSide> side, DateTimeOffset from, DateTimeOffset to) => side
        .SelectMany(incident => incident.Pages
            .Where(page => page.At >= from && page.At <= to)
            .Select(page => new PageOf(incident, page)))
        .GroupBy(page => (page.Page.Who, page.Page.Step))
        .ToDictionary(
            pages => pages.Key,
            pages => pages.OrderBy(page => page.Page.At).ThenBy(page => page.Page.Id).ToList());

    private static FirstPageChange? FirstPageChanged(IncidentGroup group)
    {
        var (was, becomes) = (First(group.Before), First(group.After));
        return group.Before.Count == 0 || group.After.Count == 0 || was == becomes
            || (was is { } one && becomes is { } other && (one - other).Duration() <= SameTime)
            ? null
            : new FirstPageChange(Named(group.After[0]), was?.TotalSeconds, becomes?.TotalSeconds);
    }

    private static TimeSpan? First(List<IncidentSide> side) => side.Select(incident => incident.TimeToPage).Min();

    private static IncidentName Named(IncidentSide side) =>
        new(side.Fact.Id, side.Fact.OpenedAt, side.Fact.Title, side.Fact.Team, side.Fact.Priority, side.Alerts.Count);

    private static List<string> Aliases(List<IncidentSide> of, List<IncidentSide> butNot)
    {
        var known = butNot.SelectMany(incident => incident.Alerts).ToHashSet();
        return [.. of.SelectMany(incident => incident.Members).Where(alert => !known.Contains(alert.Id))
            .Select(alert => alert.Alias).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private sealed record PageOf(IncidentSide Incident, PageFact Page);
}

/// <summary>Before and after are in the order of their opening; so are the changes.</summary>
internal sealed record Difference
{
    public required Totals Before { get; init; }

    public required Totals After { get; init; }

    public required IReadOnlyList<IncidentChange> Incidents { get; init; }

    public required IReadOnlyList<CauseChange> Causes { get; init; }

    public required IReadOnlyList<PageChange> Pages { get; init; }

    /// <summary>Those that are paged later first, those that are not paged any more before all.</summary>
    public required IReadOnlyList<FirstPageChange> FirstPages { get; init; }

    public bool IsEmpty => Incidents.Count + Causes.Count + Pages.Count + FirstPages.Count == 0;
}

internal sealed record IncidentName(
    string Id, DateTimeOffset OpenedAt, string Title, string Team, Priority Priority, int Alerts);

/// <param name="Kind">added, gone, joined, split, regrouped, or alerts: another set of alerts in the same
/// incident.</param>
/// <param name="AlertsGone">Aliases that were in an incident and are in none of these.</param>
internal sealed record IncidentChange(
    string Kind,
    IReadOnlyList<IncidentName> Before, IReadOnlyList<IncidentName> After, IReadOnlyList<string> AlertsGone,
    IReadOnlyList<string> AlertsAdded);

internal sealed record CauseChange(IncidentName Incident, string? Before, string? After);

/// <param name="Kind">added, gone or moved.</param>
internal sealed record PageChange(
    string Kind, IncidentName Incident, string Who, int Step, DateTimeOffset? Before, DateTimeOffset? After,
    string Reason)
{
    internal DateTimeOffset At => Before < After ? Before.Value : After ?? Before!.Value;
}

/// <param name="BeforeSeconds">From the first alert's opening to the first page; null when nobody was paged.</param>
internal sealed record FirstPageChange(IncidentName Incident, double? BeforeSeconds, double? AfterSeconds)
{
    internal double Worse => (AfterSeconds ?? double.MaxValue) - (BeforeSeconds ?? double.MaxValue);
}

/// <summary>Figures of one side.</summary>
/// <param name="Paged">Incidents of which somebody was paged.</param>
/// <param name="P50Seconds">From an incident's first alert to its first page; null when there was no page.</param>
internal sealed record Totals(
    int Incidents, int Alerts, int Paged, int Pages, IReadOnlyDictionary<string, int> PagesByPerson, double? P50Seconds,
    double? P95Seconds)
{
    public static Totals Of(IEnumerable<IncidentSide> incidents, DateTimeOffset from, DateTimeOffset to)
    {
        var all = incidents.ToList();
        var pages = all.SelectMany(incident => incident.Pages).Where(page => page.At >= from && page.At <= to).ToList();
        var times = all.Select(incident => incident.TimeToPage?.TotalSeconds).OfType<double>().Order().ToList();
        return new Totals(
            all.Count,
            all.Sum(incident => incident.Alerts.Count),
            times.Count,
            pages.Count,
            new SortedDictionary<string, int>(
                pages.GroupBy(page => page.Who).ToDictionary(page => page.Key, page => page.Count()),
                StringComparer.Ordinal),
            Percentile(times, 0.50),
            Percentile(times, 0.95));
    }

    /// <summary>Nearest rank.</summary>
    private static double? Percentile(List<double> sorted, double share) =>
        sorted.Count == 0 ? null : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
}
