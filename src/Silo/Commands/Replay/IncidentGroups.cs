namespace Correlation.Silo.Commands.Replay;

/// <summary>An incident with all that was merged into it.</summary>
internal sealed class IncidentSide(IncidentFact fact)
{
    private DateTimeOffset? _firstAlert;
    private DateTimeOffset? _firstPage;

    public IncidentFact Fact => fact;

    public HashSet<Guid> Alerts { get; } = [];

    public List<AlertFact> Members { get; } = [];

    public List<PageFact> Pages { get; } = [];

    /// <summary>From the first alert's opening; null when nobody was paged.</summary>
    public TimeSpan? TimeToPage => _firstPage - (_firstAlert ?? fact.OpenedAt);

    public void Add(AlertFact alert)
    {
        Alerts.Add(alert.Id);
        Members.Add(alert);
        _firstAlert = _firstAlert < alert.CreatedAt ? _firstAlert : alert.CreatedAt;
    }

    public void Add(PageFact page)
    {
        Pages.Add(page);
        _firstPage = _firstPage < page.At ? _firstPage : page.At;
    }
}

/// <summary>
/// Incidents of both sides that share alerts, directly or through others; each side in the order of opening.
/// </summary>
internal sealed record IncidentGroup(List<IncidentSide> Before, List<IncidentSide> After)
{
    public DateTimeOffset OpenedAt => Before.Concat(After).Min(incident => incident.Fact.OpenedAt);

    public bool IsWithin(DateTimeOffset from, DateTimeOffset to) =>
        Before.Concat(After).Any(incident => incident.Fact.OpenedAt >= from && incident.Fact.OpenedAt <= to);
}

internal static class IncidentGroups
{
    /// <returns>In the order of their opening.</returns>
    public static IEnumerable<IncidentGroup> Of(Facts before, Facts after)
    {
        var (was, becomes) = (Sides(before), Sides(after));
        var links = new Links();
        foreach (var side in was.Values)
        {
            links.Join("<" + side.Fact.Id, [.. side.Alerts.Select(KeyOf)]);
        }

        foreach (var side in becomes.Values)
        {
            links.Join(">" + side.Fact.Id, [.. side.Alerts.Select(KeyOf)]);

            // Nothing else says that two incidents without an alert are the same one.
            if (was.TryGetValue(side.Fact.Id, out var same) && (side.Alerts.Count == 0 || same.Alerts.Count == 0))
            {
                links.Join("<" + side.Fact.Id, [">" + side.Fact.Id]);
            }
        }

        var groups = new Dictionary<string, IncidentGroup>(StringComparer.Ordinal);
        foreach (var side in was.Values)
        {
            GroupOf("<" + side.Fact.Id).Before.Add(side);
        }

        foreach (var side in becomes.Values)
        {
            GroupOf(">" + side.Fact.Id).After.Add(side);
        }

        return groups.Values.OrderBy(group => group.OpenedAt)
            .ThenBy(group => (group.Before.FirstOrDefault() ?? group.After[0]).Fact.Id, StringComparer.Ordinal);

        IncidentGroup GroupOf(string key)
        {
            var root = links.RootOf(key);
            return groups.TryGetValue(root, out var group) ? group : groups[root] = new IncidentGroup([], []);
        }
    }

    private static string KeyOf(Guid alert) => alert.ToString();

    /// <summary>By id, in the order of opening. A merged incident counts as the one that took it over.</summary>
    private static Dictionary<string, IncidentSide> Sides(Facts facts)
    {
        var sides = facts.Incidents
            .Where(incident => facts.RootOf(incident.Id) == incident.Id)
            .OrderBy(incident => incident.OpenedAt).ThenBy(incident => incident.Id, StringComparer.Ordinal)
            .ToDictionary(incident => incident.Id, incident => new IncidentSide(incident), StringComparer.Ordinal);
        foreach (var alert in facts.Alerts.OrderBy(alert => alert.CreatedAt).ThenBy(alert => alert.Id))
        {
            if (alert.IncidentId is { } id)
            {
                sides.GetValueOrDefault(facts.RootOf(id))?.Add(alert);
            }
        }

        foreach (var page in facts.Pages.OrderBy(page => page.At).ThenBy(page => page.Id))
        {
            sides.GetValueOrDefault(facts.RootOf(page.IncidentId))?.Add(page);
        }

        return sides;
    }

    /// <summary>Which keys hang together.</summary>
    private sealed class Links
    {
        private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);

        public void Join(string key, IEnumerable<string> others)
        {
            foreach (var other in others)
            {
                _parents[RootOf(other)] = RootOf(key);
            }
        }

        public string RootOf(string key)
        {
            var root = key;
            while (_parents.TryGetValue(root, out var parent) && parent != root)
            {
                root = parent;
            }

            // Whoever asks again finds it at once.
            while (key != root)
            {
                (_parents[key], key) = (root, _parents[key]);
            }

            return root;
        }
    }
}
