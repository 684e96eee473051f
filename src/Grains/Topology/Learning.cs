using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Topology;

/// <summary>
/// What of all that is seen says something new. A job that runs every minute names the same tables each time: when it
/// was seen last is refreshed only so often that it cannot fade meanwhile.
/// </summary>
public static class Learning
{
    /// <summary>Of all edges. Whatever makes more (a table per run, say) must not eat the memory.</summary>
    public const int MostEdges = 500_000;

    private const int MostMoved = 1_000;

    /// <summary>Empty when nothing is new.</summary>
    public static TopologyUpdate News(
        IEnumerable<EntityFacts> entities, IEnumerable<Edge> edges, PolicyVersion policy, DateTimeOffset at)
    {
        var (graph, names) = (policy.Topology, new Names(policy));
        var facts = new Dictionary<EntityName, EntityFacts>();
        foreach (var seen in entities.Select(seen => Named(seen, names, policy)).Where(seen => seen.Urn.Length > 0))
        {
            var before = graph.Words(seen.Urn).FirstOrDefault(word => word.Origin == seen.Origin);
            var says = before is null ? seen : Added(before, seen);
            if (before is null || says != before with { LastSeen = says.LastSeen } ||
                IsOld(before.LastSeen, policy, at))
            {
                facts[says.Name] = says with { FirstSeen = before?.FirstSeen ?? at, LastSeen = at };
            }
        }

        var found = new Dictionary<EdgeName, Edge>();
        foreach (var seen in edges.Select(edge => edge with { From = names.Of(edge.From), To = names.Of(edge.To) }))
        {
            var before = graph.Words(seen.From, seen.To).FirstOrDefault(word => word.Origin == seen.Origin);
            if (seen.From.Length > 0 && seen.To.Length > 0 && seen.From != seen.To &&
                (before is null || before.Confidence != seen.Confidence || before.Lag != seen.Lag || IsOld(before.LastSeen, policy, at)))
            {
                found[seen.Name] = seen with { FirstSeen = before?.FirstSeen ?? at, LastSeen = at };
            }
        }

        return WithMoved(facts.Values, found.Values, graph);
    }

    /// <summary>With the edges that were learnt under a name of which only now is known whose it is.</summary>
    internal static TopologyUpdate WithMoved(
        IReadOnlyCollection<EntityFacts> facts, IEnumerable<Edge> edges, Graph graph)
    {
        ValueList<Edge> found = [.. edges];
        var moved = facts.SelectMany(seen => seen.Aliases.Select(alias => (Alias: alias, seen.Urn)))
            .Concat(Named(facts, found, graph))
            .SelectMany(name => Moved(name.Alias, name.Urn, graph))
            .ToList();
        return new TopologyUpdate
        {
            Entities = facts.ToValueList(),
            Edges = [.. moved.Select(move => move.To), .. found],
            EdgesGone = moved.Select(move => move.From).ToValueList(),
        };
    }

    /// <summary>
    /// In the form in which URNs are kept; not resolved, for an alias would be what it is an alias of.
    /// </summary>
    internal static ValueList<string> Aliases(EntityFacts facts, string urn, PolicyVersion policy) => facts.Aliases
        .Select(alias => EntityUrn.Parse(alias, policy))
        .Where(alias => alias.Length > 0 && alias != urn)
        .Distinct()
        .ToValueList();

    /// <summary>
    /// What was known by its bare name only, and of which now the first thing of that name becomes known.
    /// </summary>
    private static IEnumerable<(string Alias, string Urn)> Named(
        IEnumerable<EntityFacts> facts, IEnumerable<Edge> edges, Graph graph) =>
        facts.Select(seen => seen.Urn)
            .Concat(edges.SelectMany(edge => new[] { edge.From, edge.To }))
            .Where(urn => !Spelling.IsBare(urn) && !graph.Knows(urn))
            .Distinct()
            .GroupBy(urn => EntityUrn.Make(EntityUrn.Bare, urn[(urn.IndexOf(':', StringComparison.Ordinal) + 1)..]))
            .Where(same =>
                same.Count() == 1 && graph.Knows(same.Key) && graph.Find(same.Key) is null &&
                    graph.Resolve(same.Key) == same.Key)
            .Select(same => (same.Key, same.Single()));

    private static EntityFacts Named(EntityFacts seen, Names names, PolicyVersion policy)
    {
        var urn = names.Of(seen.Urn);
        return seen with { Urn = urn, Aliases = Aliases(seen, urn, policy) };
    }

    /// <summary>One event knows the owner, another an alias.</summary>
    private static EntityFacts Added(EntityFacts before, EntityFacts seen) => seen with
    {
        Team = seen.Team.Length > 0 ? seen.Team : before.Team,
        Aliases = [.. before.Aliases.Union(seen.Aliases)],
        FirstSeen = before.FirstSeen,
    };

    private static IEnumerable<(EdgeName From, Edge To)> Moved(string alias, string urn, Graph graph) =>
        from edge in graph.Around(alias).Take(MostMoved)
        from word in graph.Words(edge.From, edge.To)
        where word.Origin != EdgeOrigin.Configuration
        let to = word with { From = word.From == alias ? urn : word.From, To = word.To == alias ? urn : word.To }
        where to.From != to.To
        select (word.Name, to);

    private static bool IsOld(DateTimeOffset seen, PolicyVersion policy, DateTimeOffset at) =>
        at - seen >= policy.Settings.Correlation.EdgeFade / 60;
}
