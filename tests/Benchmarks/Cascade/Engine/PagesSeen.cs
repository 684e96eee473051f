using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;

namespace Correlation.Benchmarks.Cascade.Engine;

/// <summary>
/// What a person at the other end sees of the engine: when each incident paged first, and what changed since.
/// </summary>
internal sealed class PagesSeen
{
    private readonly Dictionary<string, DateTimeOffset> _first = [];
    private readonly Dictionary<string, string> _blamed = [];
    private readonly HashSet<string> _changed = [];

    /// <summary>Told of each incident once, with the page that came first.</summary>
    public Action<Delivery>? Paged { get; set; }

    public IReadOnlyDictionary<string, DateTimeOffset> First => _first;

    /// <summary>Its id or its cause became another after somebody was paged.</summary>
    public bool ChangedAfterPage(string incident) => _changed.Contains(incident);

    public void Note(TurnWrite write)
    {
        foreach (var grain in write.Grains)
        {
            if (grain.State is IncidentState incident)
            {
                NoteBlame(incident);
            }
        }

        foreach (var change in write.Outbox)
        {
            if (change is DeliveryChange.Enqueue({ Updates: null, Text.Event: PageEvents.Page } page) &&
                _first.TryAdd(page.IncidentId, page.NotBefore > write.At ? page.NotBefore : write.At))
            {
                Paged?.Invoke(page);
            }
        }
    }

    private void NoteBlame(IncidentState incident)
    {
        var blamed = Blames.Of(incident).Entities;
        var entity = blamed.Count > 0 ? blamed[0] : "";
        var before = _blamed.GetValueOrDefault(incident.Id, "");
        var changes = incident.Status == IncidentStatus.Merged || (before.Length > 0 && before != entity);
        if (changes && _first.ContainsKey(incident.Id))
        {
            _changed.Add(incident.Id);
        }

        _blamed[incident.Id] = entity;
    }
}
