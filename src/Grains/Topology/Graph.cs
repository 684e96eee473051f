using System.Collections.Immutable;

namespace Correlation.Grains.Topology;

/// <summary>
/// What is upstream of what, as one immutable version: part of the policy, so that who is an ancestor of whom is a pure
/// function inside a decision. Walks are bounded whatever the graph looks like: cycles and hubs cost no more than
/// <see cref="MostVisited"/> edges.
/// </summary>
public sealed class Graph
{
    public const int MostHops = 4;

    public const int MostAncestors = 64;

    public const int MostVisited = 4_096;

    public static readonly Graph Empty = new(
        ImmutableSortedDictionary.Create<string, EntityFacts>(StringComparer.Ordinal), Links.None, Links.None);

    private readonly ImmutableSortedDictionary<string, EntityFacts> _entities;
    private readonly Links _upstream;
    private readonly Links _downstream;

    private Graph(ImmutableSortedDictionary<string, EntityFacts> entities, Links upstream, Links downstream)
    {
        _entities = entities;
        _upstream = upstream;
        _downstream = downstream;
    }

    public IEnumerable<EntityFacts> Entities => _entities.Values;

    public IEnumerable<Edge> Edges => _downstream.All;

    public bool IsEmpty => _entities.IsEmpty && _downstream.IsEmpty;

    public EntityFacts? Find(string urn) => _entities.GetValueOrDefault(urn);

    /// <summary>Edges that end here, by the URN they come from.</summary>
    public IEnumerable<Edge> Upstream(string urn) => _upstream.At(urn);

    /// <summary>Edges that begin here, by the URN they lead to.</summary>
    public IEnumerable<Edge> Downstream(string urn) => _downstream.At(urn);

    public Graph With(EntityFacts entity) => new(_entities.SetItem(entity.Urn, entity), _upstream, _downstream);

    /// <summary>An edge has one entry, whoever said it: the newer word replaces the older.</summary>
    public Graph With(Edge edge) => new(
        _entities, _upstream.With(edge.To, edge.From, edge), _downstream.With(edge.From, edge.To, edge));

    public Graph Without(string from, string to) => new(_entities, _upstream.Without(to, from), _downstream.Without(from, to));

    /// <summary>The entity alone: its edges are said by others.</summary>
    public Graph WithoutEntity(string urn) => new(_entities.Remove(urn), _upstream, _downstream);

    /// <summary>Nearest first, then by URN; never the entity itself.</summary>
    public IReadOnlyList<Reach> Ancestors(string urn, int hops = MostHops, int most = MostAncestors) =>
        Walk(urn, hops, most, upwards: true);

    /// <summary>Everything downstream, nearest first, then by URN; never the entity itself.</summary>
    public IReadOnlyList<Reach> Descendants(string urn, int hops, int most) => Walk(urn, hops, most, upwards: false);

    private List<Reach> Walk(string start, int hops, int most, bool upwards)
    {
        var found = new List<Reach>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { start };
        var level = new List<Reach> { new(start, 0, [start], 1, new LagRange(TimeSpan.Zero, TimeSpan.Zero)) };
        var visited = 0;
        for (var hop = 1; hop <= hops && level.Count > 0; hop++)
        {
            var next = new SortedDictionary<string, Reach>(StringComparer.Ordinal);
            foreach (var at in level)
            {
                foreach (var edge in upwards ? Upstream(at.Urn) : Downstream(at.Urn))
                {
                    if (++visited > MostVisited)
                    {
                        return found;
                    }

                    var urn = upwards ? edge.From : edge.To;
                    var reach = Extend(at, edge, urn, hop, upwards);
                    if (!seen.Contains(urn) && (!next.TryGetValue(urn, out var other) || reach.Confidence > other.Confidence))
                    {
                        next[urn] = reach;
                    }
                }
            }

            level = [.. next.Values];
            seen.UnionWith(next.Keys);
            found.AddRange(level.Take(most - found.Count));
            if (found.Count >= most)
            {
                return found;
            }
        }

        return found;
    }

    private static Reach Extend(Reach at, Edge edge, string urn, int hop, bool upwards) => new(
        urn,
        hop,
        upwards ? [urn, .. at.Path] : [.. at.Path, urn],
        at.Confidence * edge.Confidence,
        at.Lag is { } lag && edge.Lag is { } more ? new LagRange(lag.Min + more.Min, lag.Max + more.Max) : null);

    /// <summary>Edges by one end and, below it, by the other.</summary>
    private sealed class Links(ImmutableDictionary<string, ImmutableSortedDictionary<string, Edge>> byEnd)
    {
        public static readonly Links None = new(
            ImmutableDictionary.Create<string, ImmutableSortedDictionary<string, Edge>>(StringComparer.Ordinal));

        private static readonly ImmutableSortedDictionary<string, Edge> NoEdges =
            ImmutableSortedDictionary.Create<string, Edge>(StringComparer.Ordinal);

        public bool IsEmpty => byEnd.IsEmpty;

        public IEnumerable<Edge> All => byEnd.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value.Values);

        public IEnumerable<Edge> At(string end) => byEnd.TryGetValue(end, out var edges) ? edges.Values : [];

        public Links With(string end, string other, Edge edge) =>
            new(byEnd.SetItem(end, byEnd.GetValueOrDefault(end, NoEdges).SetItem(other, edge)));

        public Links Without(string end, string other)
        {
            var left = byEnd.GetValueOrDefault(end, NoEdges).Remove(other);
            return new Links(left.IsEmpty ? byEnd.Remove(end) : byEnd.SetItem(end, left));
        }
    }
}
