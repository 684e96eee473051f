using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.TestKit.Memory;

/// <summary>
/// Rows of grains. States are immutable, so a row holds the state itself and is made to bytes when it is loaded: what
/// is read has gone through the stored shape like on any store.
/// </summary>
public sealed class GrainTable
{
    private readonly Dictionary<GrainId, Row> _rows = [];

    /// <param name="document">The state whose document was written last.</param>
    /// <param name="counted">The state whose tally was written last.</param>
    private sealed class Row(long asOf, GrainState document, GrainState counted)
    {
        private StoredGrain? _stored;

        public long AsOf => asOf;

        public GrainState Document => document;

        public GrainState Counted => counted;

        /// <summary>
        /// As bytes, made once: a pass over the open alerts reads many rows that nobody has written since.
        /// </summary>
        public StoredGrain Stored(GrainId id) => _stored ??= new StoredGrain(
            id, asOf, StateWire.Shape,
            StateWire.Document(document is ClosedAlertState closed ? closed.Alert : document),
            StateWire.Tally(counted));
    }

    public IEnumerable<GrainId> Ids => _rows.Keys;

    /// <summary>
    /// The rows as a list shows them: what repeats have moved since the last checkpoint is not in them.
    /// </summary>
    public IEnumerable<GrainState> States => _rows.Values.Select(row => row.Document);

    public void Write(GrainWrite write)
    {
        var id = write.State.Grain;
        var row = _rows.GetValueOrDefault(id);
        if (row is not null && IsAnotherEpisode(row.Document, write.State))
        {
            if (!write.Replaces || write.TallyOnly)
            {
                throw new InvalidOperationException(
                    $"{id} is written as another episode, but not to replace the one before it.");
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
            _rows[id] = new Row(write.AsOf, row.Document, write.State);
        }
    }

    public StoredGrain? Load(GrainId id) => _rows.TryGetValue(id, out var row) ? row.Stored(id) : null;

    public IEnumerable<StoredGrain> OpenAlerts(string after, int limit) => _rows
        .Where(row =>
            row.Value.Document is AlertState { Status: AlertStatus.Open } alert &&
                string.CompareOrdinal(alert.Alias, after) > 0)
        .OrderBy(row => row.Key.Key, StringComparer.Ordinal)
        .Take(limit)
        .Select(row => row.Value.Stored(row.Key));

    private static bool IsAnotherEpisode(GrainState one, GrainState other) =>
        one is AlertState before && other is AlertState after && before.Id != after.Id;

    /// <summary>A past episode is a grain of another partition, whose positions begin anew.</summary>
    private void Retire(Row row)
    {
        var document = new ClosedAlertState { Alert = (AlertState)row.Document };
        var counted = document.WithTally(row.Counted.Tally!);
        _rows[document.Grain] = new Row(0, document, counted);
    }
}
