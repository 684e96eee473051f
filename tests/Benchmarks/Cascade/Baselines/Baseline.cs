using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Sending;

namespace Correlation.Benchmarks.Cascade.Baselines;

/// <summary>
/// Another way to group the same alerts. It sees what the service sees: the alerts in the order in which they came, and
/// the observed lineage. For all of them a group pages when its first alert comes that is worth it, at once.
/// </summary>
internal abstract class Baseline(string id, string title)
{
    public string Id => id;

    public string Title => title;

    /// <summary>Its settings in words.</summary>
    public abstract string Settings { get; }

    /// <returns>For each alert any number that those of its group share.</returns>
    protected abstract int[] GroupsOf(CascadeCase cascade, IReadOnlyList<SeenAlert> alerts);

    /// <summary>Best first; by default what was ill first, as a reader of a list would take it.</summary>
    protected virtual IReadOnlyList<string> Roots(CascadeCase cascade, IReadOnlyList<SeenAlert> group) =>
        [.. group.OrderBy(alert => alert.StartsAt).Select(alert => alert.Entity).Distinct().Take(3)];

    public Outcome Run(CascadeCase cascade, Outcome seen)
    {
        var numbers = GroupsOf(cascade, seen.Alerts);
        var dense = new Dictionary<int, int>();
        var groupOf = numbers.Select(number => dense.TryGetValue(number, out var known) ? known : dense[number] = dense.Count).ToList();
        var members = Enumerable.Range(0, dense.Count).Select(_ => new List<SeenAlert>()).ToList();
        for (var i = 0; i < groupOf.Count; i++)
        {
            members[groupOf[i]].Add(seen.Alerts[i]);
        }

        return new Outcome(
            [.. seen.Alerts.Select(alert => alert with { Held = "" })],
            groupOf,
            [.. members.Select(group => Made(cascade, group))],
            seen.Accepted);
    }

    private Group Made(CascadeCase cascade, List<SeenAlert> group)
    {
        var roots = Roots(cascade, group);
        var worth = group.Where(alert => Truth.IsPageWorthy(alert.Kind))
            .Select(alert => (DateTimeOffset?)alert.At)
            .Min();
        return new Group(new Blame(roots, true, [.. roots.Take(1)]), worth, worth is null ? 0 : 1);
    }
}

/// <summary>Items that were found to belong together, and so all that belong with one of them.</summary>
internal sealed class Unions(int count)
{
    private readonly int[] _parent = [.. Enumerable.Range(0, count)];

    public void Join(int one, int other) => _parent[Find(other)] = Find(one);

    public int Find(int item)
    {
        while (_parent[item] != item)
        {
            item = _parent[item] = _parent[_parent[item]];
        }

        return item;
    }

    public int[] Groups => [.. Enumerable.Range(0, _parent.Length).Select(Find)];
}
