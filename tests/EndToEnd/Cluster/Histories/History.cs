using System.Collections.Concurrent;
using Correlation.EndToEnd.Durability;

namespace Correlation.EndToEnd.Cluster.Histories;

/// <summary>
/// What clients did and were told, held against what is there, and whom was paged, when all is quiet again.
/// </summary>
internal sealed class History
{
    private readonly ConcurrentQueue<Operation> _operations = new();

    public IReadOnlyList<Operation> Operations => [.. _operations];

    public ILookup<string, Operation> ByAlias => _operations.ToLookup(operation => operation.Alias);

    public void Add(Operation operation) => _operations.Enqueue(operation);

    /// <summary>Every alert is what it may be after what its client was told.</summary>
    public IEnumerable<string> FaultsOf(IReadOnlyDictionary<string, SeenAlert> found)
    {
        foreach (var alias in ByAlias)
        {
            var possible = SeenAlert.After(alias);
            if (!possible.Contains(found[alias.Key]))
            {
                var told = alias.Where(operation => operation.Outcome != Outcome.Failed);
                yield return $"{alias.Key} is {found[alias.Key]}, and may be {string.Join(" or ", possible)} after\n  " +
                    string.Join("\n  ", told);
            }
        }
    }

    /// <summary>
    /// Nobody is paged for what was acknowledged or closed before the page was decided, nor for what is not there.
    /// </summary>
    /// <param name="clocksDiffer">So far may the time of who decided be from that of the clients.</param>
    public IEnumerable<string> FaultsOf(
        IReadOnlyDictionary<string, SeenAlert> found, IReadOnlyList<PageCopy> pages, TimeSpan clocksDiffer = default)
    {
        foreach (var entity in _operations.ToLookup(operation => operation.Entity))
        {
            var paged = pages.Where(page => page.Entity == entity.Key).ToList();
            if (paged.Count > 0 && entity.All(operation => found[operation.Alias].Count == 0))
            {
                yield return $"{entity.Key} was paged for, and none of its alerts is there";
            }

            foreach (var handled in entity.Where(operation => operation is { Doing: not Doing.Create, Outcome: Outcome.Ok }))
            {
                // What may have opened it again pages rightly.
                var mayBeOpen = handled.Doing == Doing.Close && entity.Any(o =>
                    o.Doing == Doing.Create && (o.Outcome == Outcome.Unknown || o.Sent >= handled.Sent));
                foreach (var page in paged.Where(page => !mayBeOpen && page.DecidedAt > handled.Ended + clocksDiffer))
                {
                    yield return $"{entity.Key} was paged for at {page.DecidedAt:HH:mm:ss.fff}, after: {handled}";
                }
            }
        }
    }
}
