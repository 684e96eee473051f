using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Topology;

/// <summary>
/// What an alert's labels say beside what it is about: a serving alert that names its node and its model says what runs
/// where. Less sure than what somebody wrote down or a client reported: a pod moves, and a label may be of the machine
/// that noticed it.
/// </summary>
public static class LabelEdges
{
    private const double Confidence = 0.6;

    private static readonly (string From, string To)[] Pairs =
    [
        ("node", "gpu"), ("node", "endpoint"), ("node", "model"), ("gpu", "endpoint"), ("gpu", "model"),
        ("model", "endpoint"),
    ];

    public static IEnumerable<Edge> Of(Labels labels) =>
        from pair in Pairs
        let @from = labels.Find(pair.From) ?? ""
        let to = labels.Find(pair.To) ?? ""
        where @from.Length > 0 && to.Length > 0
        let edge = new Edge(EntityUrn.Make(pair.From, @from), EntityUrn.Make(pair.To, to))
        where edge.From.Length > 0 && edge.To.Length > 0
        select edge with { Origin = EdgeOrigin.Labels, Confidence = Confidence };

    /// <summary>To the topology, when it is news; nothing for the thousandth alert of a node.</summary>
    public static ValueList<Message> Learn(Labels labels, PolicyVersion policy, DateTimeOffset at)
    {
        var edges = Of(labels).ToValueList();
        return edges.Count == 0 || Learning.News([], edges, policy, at).IsEmpty
            ? []
            : [new Message(TopologyState.Id, new TopologyCommand.Learn([], edges))];
    }
}
