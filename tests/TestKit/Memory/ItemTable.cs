using Correlation.Grains.Model;

namespace Correlation.TestKit.Memory;

/// <summary>Child rows, by owner and set, in key order.</summary>
public sealed class ItemTable
{
    private static readonly SortedDictionary<string, string> None = [];

    private readonly Dictionary<(GrainId Owner, string Set), SortedDictionary<string, string>> _sets = [];

    public void Write(GrainId owner, ItemChange change)
    {
        if (!_sets.TryGetValue((owner, change.Set), out var set))
        {
            _sets[(owner, change.Set)] = set = new SortedDictionary<string, string>(StringComparer.Ordinal);
        }

        if (change.Body is { } body)
        {
            set[change.Key] = body;
        }
        else
        {
            set.Remove(change.Key);
        }
    }

    public IEnumerable<Item> Of(GrainId owner, string set) =>
        _sets.GetValueOrDefault((owner, set), None).Select(item => new Item(item.Key, item.Value));
}
