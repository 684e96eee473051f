using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

/// <summary>
/// Rows of grains. States are immutable, so a row holds the state itself and is made to bytes when it is loaded: what is
/// read has gone through the stored shape like on any store.
/// </summary>
public sealed class GrainTable
{
    private readonly Dictionary<GrainId, Row> _rows = [];

    /// <param name="Document">The state whose document was written last.</param>
    /// <param name="Counted">The state whose tally was written last.</param>
    private sealed record Row(long AsOf, GrainState Document, GrainState Counted);

    public IEnumerable<GrainId> Ids => _rows.Keys;

    public void Write(GrainWrite write)
    {
        var id = write.State.Grain;
        var row = _rows.GetValueOrDefault(id);
        if (row is not null && IsAnotherEpisode(row.Document, write.State))
        {
            if (!write.Replaces || write.TallyOnly)
            {
                throw new InvalidOperationException($"{id} is written as another episode, but not to replace the one before it.");
            }

            Retire(row);
            row = null;
        }

        if (row is not null && row.AsOf >= write.AsOf)
        {
            return;
        }

        if (!write.TallyOnly)
        {
            _rows[id] = new Row(write.AsOf, write.State, write.State);
        }
        else if (row is not null)
        {
            _rows[id] = row with { AsOf = write.AsOf, Counted = write.State };
        }
    }

    public StoredGrain? Load(GrainId id) => _rows.TryGetValue(id, out var row) ? Read(id, row) : null;

    public IEnumerable<StoredGrain> OpenAlerts(string after, int limit) => _rows
        .Where(row => row.Value.Document is AlertState { Status: AlertStatus.Open } alert && string.CompareOrdinal(alert.Alias, after) > 0)
        .OrderBy(row => row.Key.Key, StringComparer.Ordinal)
        .Take(limit)
        .Select(row => Read(row.Key, row.Value));

    private static StoredGrain Read(GrainId id, Row row)
    {
        var document = row.Document is ClosedAlertState closed ? closed.Alert : row.Document;
        return new StoredGrain(id, row.AsOf, StateWire.Shape, StateWire.Document(document), StateWire.Tally(row.Counted));
    }

    private static bool IsAnotherEpisode(GrainState one, GrainState other) =>
        one is AlertState before && other is AlertState after && before.Id != after.Id;

    /// <summary>A past episode is a grain of another partition, whose positions begin anew.</summary>
    private void Retire(Row row)
    {
        var document = new ClosedAlertState { Alert = (AlertState)row.Document };
        var counted = new ClosedAlertState { Alert = (AlertState)row.Counted };
        _rows[document.Grain] = new Row(0, document, counted);
    }
}
