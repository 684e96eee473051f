using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Policy;
using Correlation.TestKit.Memory;

namespace Correlation.Benchmarks.Cascade.Engine;

/// <summary>What the store holds after a run, as groups of alerts.</summary>
internal sealed class EngineReading(CascadeCase cascade, GrainTable grains, PagesSeen pages)
{
    private readonly Dictionary<string, IncidentState> _incidents = grains.States
        .OfType<IncidentState>()
        .ToDictionary(incident => incident.Id, StringComparer.Ordinal);

    public Outcome Outcome()
    {
        var groups = new List<Group>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var alerts = new List<SeenAlert>();
        var groupOf = new List<int>();
        var pagesOf = PagesByGroup();
        foreach (var alert in Episodes().OrderBy(alert => alert.CreatedAt).ThenBy(alert => alert.Alias, StringComparer.Ordinal))
        {
            alerts.Add(Seen(alert));
            if (alert.IncidentId is not { } id)
            {
                groupOf.Add(groups.Count);
                groups.Add(new Group(Blame.Nothing, null, 0));
                continue;
            }

            var last = Survivor(id);
            if (!numbers.TryGetValue(last, out var number))
            {
                numbers[last] = number = groups.Count;
                groups.Add(GroupOf(last, pagesOf.GetValueOrDefault(last) ?? []));
            }

            groupOf.Add(number);
        }

        return new Outcome(alerts, groupOf, groups, cascade.Sent.Count(sent => sent.Fires));
    }

    /// <summary>Changes of the site are candidates for a cause and no alerts that anybody handles.</summary>
    private IEnumerable<AlertState> Episodes() => grains.States
        .Select(state => state is ClosedAlertState closed ? closed.Alert : state as AlertState)
        .OfType<AlertState>()
        .Where(alert => !Faults.Detectors.IsChange(ProblemOf(alert).Detector.Kind));

    private Sending.Problem ProblemOf(AlertState alert) => cascade.Truth.Of(alert.Alias, alert.CreatedAt);

    private SeenAlert Seen(AlertState alert) => new(
        alert.Alias,
        alert.CreatedAt,
        alert.StartsAt,
        alert.ClosedAt,
        Blames.Plain(alert.Class.Entity),
        alert.IncidentId is not null ? "" : alert.SuppressedBy.Count > 0 ? Suppressor.Sentence(alert.SuppressedBy) : HeldBy(alert),
        ProblemOf(alert))
    {
        Parent = alert.Causes?.Parent,
    };

    private static string HeldBy(AlertState alert) =>
        alert.ClosedAt is null ? "nothing" : "closed before an incident held it";

    /// <summary>First pages of each incident, by the one that it is part of in the end.</summary>
    private Dictionary<string, List<(string Incident, DateTimeOffset At)>> PagesByGroup() => pages.First
        .GroupBy(page => Survivor(page.Key), StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key, group => group.Select(page => (page.Key, page.Value)).ToList(), StringComparer.Ordinal);

    private Group GroupOf(string id, List<(string Incident, DateTimeOffset At)> paged) => new(
        _incidents.TryGetValue(id, out var incident) ? Blames.Of(incident) : Blame.Nothing,
        paged.Count == 0 ? null : paged.Min(page => page.At),
        paged.Count,
        paged.Exists(page => pages.ChangedAfterPage(page.Incident)))
    {
        PagedFor = [.. paged.OrderBy(page => page.At).Select(page => (FirstOf(page.Incident), page.At))],
    };

    private string FirstOf(string incident) =>
        _incidents[incident].FirstMembers.Select(member => member.Alias).FirstOrDefault("");

    private string Survivor(string id)
    {
        while (_incidents.TryGetValue(id, out var incident) &&
            incident is { Status: IncidentStatus.Merged, MergedInto: { } into })
        {
            id = into;
        }

        return id;
    }
}
