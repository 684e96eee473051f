using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Topology;

/// <summary>
/// The only one that changes the topology. Invariants:
/// - what a file says is changed in the file;
/// - one entity is known under one URN, however others spell it;
/// - what was learnt and is not seen for long is removed, so that the graph is as large as what is there.
/// </summary>
public static class TopologyGrain
{
    /// <summary>A decision removes no more edges than this.</summary>
    public const int MostRemoved = 2_000;

    public static Decision<TopologyState> Decide(
        TopologyState? state, TopologyCommand command, PolicyVersion policy, DateTimeOffset at)
    {
        var now = state ?? new TopologyState();
        return command switch
        {
            TopologyCommand.Declare declare => Declare(now, declare, policy, at),
            TopologyCommand.Learn learn =>
                Learn(now, Learning.News(learn.Entities, learn.Edges, policy, at), policy, at),
            TopologyCommand.RemoveEdge remove => RemoveEdge(now, remove, policy),
            TopologyCommand.RemoveEntity remove => RemoveEntity(now, remove, policy),
            TopologyCommand.TimerFired => Fade(now, policy, at),
            _ => throw new UnreachableException($"{now.Grain} does not know {command}."),
        };
    }

    private static Decision<TopologyState> Declare(
        TopologyState state, TopologyCommand.Declare declare, PolicyVersion policy, DateTimeOffset at)
    {
        var (graph, names) = (policy.Topology, new Names(policy));
        var entities = new List<EntityFacts>();
        foreach (var facts in declare.Entities)
        {
            var urn = names.Of(facts.Urn);
            var words = graph.Words(urn).ToDictionary(word => word.Origin);
            if (words.TryGetValue(EdgeOrigin.Configuration, out var file))
            {
                if (facts.Team.Length > 0 && facts.Team != file.Team)
                {
                    return Refuse(OfFile(policy, "entities", urn, urn));
                }

                continue;
            }

            var before = words.GetValueOrDefault(EdgeOrigin.Declared);
            entities.Add(facts with
            {
                Urn = urn,
                Aliases = Learning.Aliases(facts, urn, policy),
                Origin = EdgeOrigin.Declared,
                FirstSeen = before?.FirstSeen ?? at,
                LastSeen = at,
            });
        }

        var edges = new List<Edge>();
        foreach (var edge in declare.Edges)
        {
            var (from, to) = (names.Of(edge.From), names.Of(edge.To));
            var words = graph.Words(from, to).ToDictionary(word => word.Origin);
            if (words.TryGetValue(EdgeOrigin.Configuration, out var file))
            {
                if (edge.Confidence != file.Confidence || (edge.Lag is not null && edge.Lag != file.Lag))
                {
                    return Refuse(
                        OfFile(policy, "edges", PolicyVersion.EdgeName(from, to), $"edge from {from} to {to}"));
                }

                continue;
            }

            if (from == to)
            {
                return Refuse($"{edge.From} and {edge.To} are one entity: nothing is upstream of itself");
            }

            var before = words.GetValueOrDefault(EdgeOrigin.Declared);
            edges.Add(edge with
            {
                From = from,
                To = to,
                Origin = EdgeOrigin.Declared,
                FirstSeen = before?.FirstSeen ?? at,
                LastSeen = at,
            });
        }

        return Publish(
            state,
            Learning.WithMoved(entities, edges, graph),
            $"Declared {Count(entities.Count, "entity", "entities")} and {Count(edges.Count, "edge", "edges")}");
    }

    private static Decision<TopologyState> Learn(
        TopologyState state, TopologyUpdate news, PolicyVersion policy, DateTimeOffset at)
    {
        if (policy.Topology.EdgeCount + news.Edges.Count > Learning.MostEdges && news.Edges.Count > 0)
        {
            return Refuse($"{policy.Topology.EdgeCount} edges are known, and {Learning.MostEdges} is the most: nothing is learnt");
        }

        return Publish(
            state with { FadeAt = state.FadeAt ?? at + LookEvery(policy) },
            news,
            $"Learnt {Count(news.Entities.Count, "entity", "entities")} and {Count(news.Edges.Count, "edge", "edges")}");
    }

    private static Decision<TopologyState> RemoveEdge(
        TopologyState state, TopologyCommand.RemoveEdge remove, PolicyVersion policy)
    {
        var (from, to) = (EntityUrn.Of(remove.From, policy), EntityUrn.Of(remove.To, policy));
        var words = policy.Topology.Words(from, to).ToList();
        return words switch
        {
            [] => Refuse($"There is no edge from {from} to {to}"),
            [{ Origin: EdgeOrigin.Configuration }, ..] =>
                Refuse(OfFile(policy, "edges", PolicyVersion.EdgeName(from, to), $"edge from {from} to {to}")),
            _ => Publish(
                state,
                new TopologyUpdate { EdgesGone = words.Select(word => word.Name).ToValueList() },
                $"Removed the edge from {from} to {to}"),
        };
    }

    private static Decision<TopologyState> RemoveEntity(
        TopologyState state, TopologyCommand.RemoveEntity remove, PolicyVersion policy)
    {
        var (graph, urn) = (policy.Topology, EntityUrn.Of(remove.Urn, policy));
        if (!graph.Knows(urn))
        {
            return Refuse($"There is no entity {urn}");
        }

        if (graph.Find(urn) is { Origin: EdgeOrigin.Configuration })
        {
            return Refuse(OfFile(policy, "entities", urn, urn));
        }

        if (graph.Around(urn).FirstOrDefault(edge => edge.Origin == EdgeOrigin.Configuration) is { } file)
        {
            return Refuse(OfFile(policy, "edges", PolicyVersion.EdgeName(file.From, file.To), $"edge from {file.From} to {file.To}"));
        }

        var edges = graph.Around(urn).Take(MostRemoved).SelectMany(edge => graph.Words(edge.From, edge.To)).ToList();
        return Publish(
            state,
            new TopologyUpdate
            {
                EdgesGone = edges.Select(edge => edge.Name).ToValueList(),
                EntitiesGone = graph.Words(urn).Select(facts => facts.Name).ToValueList(),
            },
            $"Removed {urn} and {Count(edges.Count, "edge", "edges")}");
    }

    /// <summary>
    /// Removed in portions; the timer comes at once for the next, else when there may be something again.
    /// </summary>
    private static Decision<TopologyState> Fade(TopologyState state, PolicyVersion policy, DateTimeOffset at)
    {
        var (graph, before) = (policy.Topology, at - policy.Settings.Correlation.EdgeFade);
        var edges = graph.Known.SelectMany(graph.WordsFrom)
            .Where(edge => edge.Origin.Fades() && edge.LastSeen <= before)
            .Take(MostRemoved)
            .Select(edge => edge.Name)
            .ToValueList();
        var entities = graph.Known.SelectMany(graph.Words)
            .Where(facts => facts.Origin.Fades() && facts.LastSeen <= before)
            .Take(MostRemoved)
            .Select(facts => facts.Name)
            .ToValueList();
        var more = edges.Count == MostRemoved || entities.Count == MostRemoved;
        var update = new TopologyUpdate { EdgesGone = edges, EntitiesGone = entities };
        return new Decision<TopologyState>
        {
            Outcome = Outcome.Material,
            Reason = update.IsEmpty
                ? "Nothing has faded"
                : $"{Count(edges.Count, "edge", "edges")} and {Count(entities.Count, "entity", "entities")} not seen for long are forgotten",
            State = state with
            {
                FadeAt = more ? at : at + LookEvery(policy),
                Revision = state.Revision + (update.IsEmpty ? 0 : 1),
            },
            Publish = update.IsEmpty ? null : new PolicyChange.TopologyChanged(update),
        };
    }

    /// <summary>A look goes over all edges, and a day more or less does not matter in a month.</summary>
    private static TimeSpan LookEvery(PolicyVersion policy)
    {
        var part = policy.Settings.Correlation.EdgeFade / 30;
        return part < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : part > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : part;
    }

    private static string OfFile(PolicyVersion policy, string section, string name, string what) =>
        $"The {what} comes from the configuration's file '{policy.FileOf(section, name)}'; change it there";

    private static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    private static Decision<TopologyState> Refuse(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };

    private static Decision<TopologyState> Publish(TopologyState state, TopologyUpdate update, string reason) => update.IsEmpty
        ? new() { Outcome = Outcome.Repeat, Reason = "Nothing new" }
        : new()
        {
            Outcome = Outcome.Material,
            Reason = reason,
            State = state with { Revision = state.Revision + 1 },
            Publish = new PolicyChange.TopologyChanged(update),
        };
}
