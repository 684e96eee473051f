using System.Collections.Immutable;
using Links = System.Collections.Immutable.ImmutableDictionary<
    string,
    System.Collections.Immutable.ImmutableSortedDictionary<string, Correlation.Grains.Topology.Stated<Correlation.Grains.Topology.Edge>>>;

namespace Correlation.Grains.Topology;

/// <summary>
/// What is upstream of what, as one immutable version: part of the policy, so that who is an ancestor of whom is a pure
/// function inside a decision. Walks are bounded whatever the graph looks like: cycles and hubs cost no more than
/// <see cref="MostVisited"/> edges. A version shares with the one before it all that did not change.
/// </summary>
public sealed partial class Graph
{
    public const int MostHops = 4;

    public const int MostAncestors = 64;

    public const int MostVisited = 4_096;

    private const int MostAliasSteps = 4;

    private static readonly ImmutableSortedDictionary<string, Stated<Edge>> NoEdges =
        ImmutableSortedDictionary.Create<string, Stated<Edge>>(StringComparer.Ordinal);

    private static readonly ImmutableSortedSet<string> NoNames = ImmutableSortedSet.Create<string>(
        StringComparer.Ordinal);

    private static readonly Links NoLinks =
        ImmutableDictionary.Create<string, ImmutableSortedDictionary<string, Stated<Edge>>>(StringComparer.Ordinal);

    public static readonly Graph Empty = new(
        ImmutableDictionary.Create<string, Stated<EntityFacts>>(StringComparer.Ordinal),
        NoLinks,
        NoLinks,
        NoNames,
        ImmutableDictionary.Create<string, ImmutableSortedSet<string>>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal),
        0);

    private readonly ImmutableDictionary<string, Stated<EntityFacts>> _facts;
    private readonly Links _upstream;
    private readonly Links _downstream;
    private readonly ImmutableSortedSet<string> _known;
    private readonly ImmutableDictionary<string, ImmutableSortedSet<string>> _spellings;
    private readonly ImmutableDictionary<string, string> _aliases;

    private Graph(
        ImmutableDictionary<string, Stated<EntityFacts>> facts,
        Links upstream,
        Links downstream,
        ImmutableSortedSet<string> known,
        ImmutableDictionary<string, ImmutableSortedSet<string>> spellings,
        ImmutableDictionary<string, string> aliases,
        int edges)
    {
        _facts = facts;
        _upstream = upstream;
        _downstream = downstream;
        _known = known;
        _spellings = spellings;
        _aliases = aliases;
        EdgeCount = edges;
    }

    public bool IsEmpty => _known.IsEmpty;

    public int EdgeCount { get; }

    /// <summary>Every URN that has facts or an edge, in order.</summary>
    public IReadOnlyCollection<string> Known => _known;

    /// <summary>Of which somebody said something beside their edges.</summary>
    public IEnumerable<EntityFacts> Entities => _known.Select(Find).OfType<EntityFacts>();

    /// <summary>As in force: what several origins say of an edge is one edge.</summary>
    public IEnumerable<Edge> Edges => _known.SelectMany(Downstream);

    public static Graph Of(IEnumerable<EntityFacts> entities, IEnumerable<Edge> edges) =>
        Empty.With(new TopologyUpdate { Entities = [.. entities], Edges = [.. edges] });

    public bool Knows(string urn) => _known.Contains(urn);

    /// <summary>Those after the given URN, in order: pages of a list go on there.</summary>
    public IEnumerable<string> KnownAfter(string urn)
    {
        var at = _known.IndexOf(urn);
        for (var i = at >= 0 ? at + 1 : ~at; i < _known.Count; i++)
        {
            yield return _known[i];
        }
    }

    /// <summary>Facts in force; null when nobody said any.</summary>
    public EntityFacts? Find(string urn) => _facts.GetValueOrDefault(urn)?.InForce;

    /// <summary>The edge in force; null when there is none.</summary>
    public Edge? Find(string from, string to) => At(_downstream, from).GetValueOrDefault(to)?.InForce;

    /// <summary>Each origin's word, the strongest first.</summary>
    public IEnumerable<EntityFacts> Words(string urn) => _facts.TryGetValue(urn, out var stated) ? stated.All : [];

    /// <summary>Each origin's word, the strongest first.</summary>
    public IEnumerable<Edge> Words(string from, string to) =>
        At(_downstream, from).TryGetValue(to, out var stated) ? stated.All : [];

    /// <summary>Edges that end here, by the URN they come from.</summary>
    public IEnumerable<Edge> Upstream(string urn) => At(_upstream, urn).Values.Select(stated => stated.InForce);

    /// <summary>Edges that begin here, by the URN they lead to.</summary>
    public IEnumerable<Edge> Downstream(string urn) => At(_downstream, urn).Values.Select(stated => stated.InForce);

    /// <summary>All edges that touch it.</summary>
    public IEnumerable<Edge> Around(string urn) => Upstream(urn).Concat(Downstream(urn));

    /// <summary>Each origin's word about each edge that begins here.</summary>
    public IEnumerable<Edge> WordsFrom(string urn) => At(_downstream, urn).Values.SelectMany(stated => stated.All);

    /// <summary>
    /// The known entity that is meant: itself, what it is an alias of, the only one that is spelled so in another
    /// letter case, and for <c>entity:name</c> the only one of that name. What nobody knows is returned as it is.
    /// </summary>
    public string Resolve(string urn)
    {
        for (var step = 0; step < MostAliasSteps && _aliases.TryGetValue(urn, out var target); step++)
        {
            urn = target;
        }

        return _facts.ContainsKey(urn) ? urn
            : Spelling.IsBare(urn) && Only(Spelling.OfBare(urn)) is { } named ? named
            : _known.Contains(urn) ? urn
            : Only(Spelling.Folded(urn)) ?? urn;
    }

    public Graph With(TopologyUpdate update)
    {
        if (update.IsEmpty)
        {
            return this;
        }

        var draft = new Draft(this);
        foreach (var name in update.EdgesGone)
        {
            draft.Remove(name);
        }

        foreach (var name in update.EntitiesGone)
        {
            draft.Remove(name);
        }

        foreach (var facts in update.Entities)
        {
            draft.Set(facts);
        }

        foreach (var edge in update.Edges)
        {
            draft.Set(edge);
        }

        return draft.Done();
    }

    public Graph With(EntityFacts entity) => With(new TopologyUpdate { Entities = [entity] });

    public Graph With(Edge edge) => With(new TopologyUpdate { Edges = [edge] });

    /// <summary>Nearest first, then by URN; never the entity itself.</summary>
    public IReadOnlyList<Reach> Ancestors(string urn, int hops = MostHops, int most = MostAncestors) =>
        Walk(urn, hops, most, MostVisited, upwards: true);

    /// <summary>Everything downstream, nearest first, then by URN; never the entity itself.</summary>
    /// <param name="visits">So many edges are looked at, at most.</param>
    public IReadOnlyList<Reach> Descendants(string urn, int hops, int most, int visits = MostVisited) =>
        Walk(urn, hops, most, visits, upwards: false);

    /// <summary>
    /// Whether the one is among the ancestors of the other, however they lead there; the entity itself is not.
    /// </summary>
    public bool IsUpstream(string upper, string lower, int hops)
    {
        // Nearly always there is no circle to look for.
        if (upper == lower || !_downstream.ContainsKey(upper) || !_upstream.ContainsKey(lower))
        {
            return false;
        }

        var (seen, level, visits) = (new HashSet<string>(StringComparer.Ordinal) { lower }, new List<string> { lower }, MostVisited);
        for (var hop = 1; hop <= hops && level.Count > 0; hop++)
        {
            var next = new List<string>();
            foreach (var from in level.SelectMany(urn => At(_upstream, urn).Keys))
            {
                if (from == upper)
                {
                    return visits > 0;
                }

                if (--visits < 0)
                {
                    return false;
                }

                if (seen.Add(from))
                {
                    next.Add(from);
                }
            }

            next.Sort(StringComparer.Ordinal);
            level = next;
        }

        return false;
    }

    private string? Only(string word) => _spellings.GetValueOrDefault(word) is { Count: 1 } one ? one[0] : null;

    private static ImmutableSortedDictionary<string, Stated<Edge>> At(Links links, string end) =>
        links.GetValueOrDefault(end, NoEdges)!;

    private List<Reach> Walk(string start, int hops, int most, int visits, bool upwards)
    {
        var found = new List<Reach>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { start };
        var level = new List<Reach> { new(start, 0, [start], 1, new LagRange(TimeSpan.Zero, TimeSpan.Zero)) };
        for (var hop = 1; hop <= hops && level.Count > 0 && found.Count < most; hop++)
        {
            var next = new SortedDictionary<string, Reach>(StringComparer.Ordinal);
            foreach (var (at, edge) in level.SelectMany(at => (upwards ? Upstream(at.Urn) : Downstream(at.Urn)).Select(edge => (at, edge))))
            {
                // What was found so far counts: a hub with more edges than this has some neighbours, not none.
                if (--visits < 0)
                {
                    break;
                }

                var urn = upwards ? edge.From : edge.To;
                if (!seen.Contains(urn) &&
                    (!next.TryGetValue(urn, out var other) || at.Confidence * edge.Confidence > other.Confidence))
                {
                    next[urn] = Extend(at, edge, urn, hop, upwards);
                }
            }

            level = [.. next.Values];
            seen.UnionWith(next.Keys);
            found.AddRange(level.Take(most - found.Count));
        }

        return found;
    }

    private static Reach Extend(Reach at, Edge edge, string urn, int hop, bool upwards) => new(
        urn,
        hop,
        upwards ? [urn, .. at.Path] : [.. at.Path, urn],
        at.Confidence * edge.Confidence,
        at.Lag is { } lag && edge.Lag is { } more ? new LagRange(lag.Min + more.Min, lag.Max + more.Max) : null);
}
