using Correlation.Grains.Model;

namespace Correlation.Grains.Topology;

/// <summary>
/// How much of what a model is fed is known further back. Its inputs are the data directly upstream of it, and of its
/// trainings; one has a known source when something is known upstream of it, or when it is a source itself.
/// </summary>
/// <param name="Unknown">Those of which nobody said where they come from.</param>
public sealed record Coverage(ValueList<string> Inputs, ValueList<string> Unknown)
{
    private static readonly string[] NoData =
        ["node", "gpu", "endpoint", "service", "kpi", "credential", "quota", "node_pool", "region"];

    /// <summary>0 to 1; null when no input is known.</summary>
    public double? Share => Inputs.Count == 0 ? null : (double)(Inputs.Count - Unknown.Count) / Inputs.Count;

    /// <returns>Null for what is no model.</returns>
    public static Coverage? Of(string urn, Graph graph)
    {
        if (EntityUrn.TypeOf(urn) != "model")
        {
            return null;
        }

        var above = graph.Upstream(urn).Select(edge => edge.From).ToList();
        var inputs = above.Where(IsTraining).SelectMany(graph.Upstream).Select(edge => edge.From)
            .Concat(above.Where(input => !IsTraining(input)))
            .Where(input => input != urn && !NoData.Contains(EntityUrn.TypeOf(input)))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToValueList();
        return new Coverage(
            inputs,
            inputs.Where(input => EntityUrn.TypeOf(input) != "source" && !graph.Upstream(input).Any()).ToValueList());
    }

    private static bool IsTraining(string urn) => EntityUrn.TypeOf(urn) == "training";
}
