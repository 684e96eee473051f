using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.Silo.Commands.Replay;

/// <param name="LastSeenAt">When its source said last that it fires, as far as that is written down.</param>
internal sealed record AlertFact(
    Guid Id, string Alias, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string? IncidentId);

/// <param name="Cause">Entity and kind; null when none is known.</param>
internal sealed record IncidentFact(
    string Id, DateTimeOffset OpenedAt, string Title, string Team, Priority Priority, string? MergedInto,
    string? FirstAlias,
    string? Cause);

internal sealed record PageFact(Guid Id, string IncidentId, int Step, string Who, DateTimeOffset At, string Reason);

/// <summary>What became of a stretch of log: which alerts there were, in which incidents, and who was paged.</summary>
internal sealed class Facts
{
    private const int Page = 500;

    private readonly Dictionary<Guid, AlertFact> _alerts = [];
    private readonly Dictionary<string, List<Guid>> _episodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IncidentFact> _incidents = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, PageFact> _pages = [];

    public IEnumerable<AlertFact> Alerts => _alerts.Values;

    public IEnumerable<IncidentFact> Incidents => _incidents.Values;

    public IEnumerable<PageFact> Pages => _pages.Values;

    /// <summary>As the store has it: what a later turn than <paramref name="until"/> added is left out.</summary>
    public static Facts Recorded(IRecordedLog log, DateTimeOffset until)
    {
        var facts = new Facts();
        foreach (var incident in Paged(log.Incidents, "", incident => incident.Id).Where(i => i.OpenedAt <= until))
        {
            facts.Note(incident);
        }

        foreach (var alert in Paged(log.Alerts, long.MinValue, alert => alert.Number).Where(a => a.CreatedAt <= until))
        {
            facts.Note(alert);
        }

        var deliveries = Paged(log.Deliveries, "", delivery => delivery.Id.ToString());
        foreach (var delivery in deliveries.Where(delivery => delivery.DecidedAt <= until))
        {
            facts.Note(delivery);
        }

        return facts;
    }

    public void Note(GrainState state)
    {
        switch (state)
        {
            case AlertState alert:
                Note(alert);
                break;
            case ClosedAlertState past:
                Note(past.Alert);
                break;
            case IncidentState incident:
                _incidents[incident.Id] = new IncidentFact(
                    incident.Id, incident.OpenedAt.ToUniversalTime(), incident.Title, incident.Team, incident.Priority,
                    incident.MergedInto, incident.FirstMembers is [var first, ..] ? first.Alias : null,
                    incident.Cause is { } cause
                        ? $"{cause.Entity} ({(cause.Observed ? cause.Kind : "not observed")})"
                        : null);
                break;
            default:
                break;
        }
    }

    /// <summary>Pages alone: what brings a message up to date, and digests, wake nobody.</summary>
    public void Note(Delivery delivery)
    {
        if (delivery is { Updates: null, Text.Event: PageEvents.Page })
        {
            _pages.TryAdd(delivery.Id, new PageFact(
                delivery.Id, delivery.IncidentId, delivery.Step, delivery.Who, delivery.DecidedAt.ToUniversalTime(),
                delivery.Reason));
        }
    }

    public IncidentFact? Incident(string id) => _incidents.GetValueOrDefault(id);

    /// <summary>The incident that took it over at last; itself when none did.</summary>
    public string RootOf(string id)
    {
        // As many steps as there are incidents end every circle.
        for (var left = _incidents.Count; left > 0 && Incident(id)?.MergedInto is { } into; left--)
        {
            id = into;
        }

        return id;
    }

    /// <summary>Of the newest episode.</summary>
    public string? IncidentOf(string alias) =>
        _episodes.TryGetValue(alias, out var ids) && _alerts[ids[^1]].IncidentId is { } incident
            ? RootOf(incident)
            : null;

    /// <summary>From when to when each of its episodes was heard of, in their order.</summary>
    public IEnumerable<(DateTimeOffset From, DateTimeOffset To)> SpellsOf(string alias) =>
        _episodes.GetValueOrDefault(alias, [])
            .Select(id => _alerts[id])
            .Select(alert => (alert.CreatedAt, alert.LastSeenAt));

    private void Note(AlertState alert)
    {
        if (!_alerts.ContainsKey(alert.Id))
        {
            if (!_episodes.TryGetValue(alert.Alias, out var ids))
            {
                _episodes.Add(alert.Alias, ids = []);
            }

            ids.Add(alert.Id);
        }

        _alerts[alert.Id] = new AlertFact(
            alert.Id, alert.Alias, alert.CreatedAt.ToUniversalTime(), alert.Count.LastSeenAt.ToUniversalTime(),
            alert.IncidentId);
    }

    private static IEnumerable<T> Paged<T, TKey>(
        Func<TKey, int, IReadOnlyList<T>> read, TKey first, Func<T, TKey> keyOf)
    {
        IReadOnlyList<T> page;
        var after = first;
        do
        {
            page = read(after, Page);
            foreach (var item in page)
            {
                after = keyOf(item);
                yield return item;
            }
        }
        while (page.Count == Page);
    }
}
