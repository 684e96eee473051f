using Correlation.Grains.Model;

namespace Correlation.Silo.Shards;

/// <summary>Child rows as a turn changes them: each is written once, as it is in the end.</summary>
internal sealed class TurnItems
{
    private readonly Dictionary<(GrainId Owner, string Set, string Key), ItemChange> _rows = [];

    public IEnumerable<(GrainId Owner, ItemChange Change)> All => _rows.Select(row => (row.Key.Owner, row.Value));

    public void Add(GrainId owner, ItemChange change) => _rows[(owner, change.Set, change.Key)] = change;
}
