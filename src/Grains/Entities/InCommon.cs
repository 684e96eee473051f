using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.Grains.Entities;

/// <summary>
/// Of much that is ill at a time, what has something upstream in common that the rest of it has not: a share of what is
/// below that is ill of which chance would hardly make as many, where each is ill as often as those elsewhere are.
/// </summary>
internal static class InCommon
{
    /// <summary>So many have hardly anything in common by chance.</summary>
    private const int Fewest = 3;

    private const double ByChance = 0.01;

    private const int MostParts = 4;

    private const int MostBelow = 1_000;

    /// <returns>The entity upstream, and those below it; none of them twice.</returns>
    public static List<(string Entity, List<Evidence> Those)> Of(IReadOnlyList<Evidence> ill, PolicyVersion policy)
    {
        var found = new List<(string, List<Evidence>)>();
        foreach (var type in ill.GroupBy(e => EntityUrn.TypeOf(e.Branch)).OrderBy(type => type.Key, StringComparer.Ordinal))
        {
            var rest = type.ToList();
            var above = rest.Select(e => e.Branch).Distinct().ToDictionary(
                urn => urn,
                urn => policy.Topology.Ancestors(urn).Select(reach => reach.Urn).ToList(),
                StringComparer.Ordinal);
            var below = new Dictionary<string, int>(StringComparer.Ordinal);
            while (found.Count < MostParts && Best(type.Key, rest, above, below, policy) is { } best)
            {
                var those = rest.FindAll(e => above[e.Branch].Contains(best));
                found.Add((best, those));
                rest.RemoveAll(those.Contains);
            }
        }

        return found;
    }

    private static string? Best(
        string type, List<Evidence> rest, Dictionary<string, List<string>> above, Dictionary<string, int> below,
        PolicyVersion policy)
    {
        var ill = rest.Select(e => e.Branch).Distinct().ToList();
        if (ill.Count < Fewest)
        {
            return null;
        }

        var all = policy.Topology.Alike(ill[0]);
        var counts = new Dictionary<string, (int Count, int Hops)>(StringComparer.Ordinal);
        foreach (var urn in ill)
        {
            for (var i = 0; i < above[urn].Count; i++)
            {
                var known = counts.GetValueOrDefault(above[urn][i]);
                counts[above[urn][i]] = (known.Count + 1, known.Hops + i);
            }
        }

        return counts.Where(one => one.Value.Count >= Fewest)
            .Select(one => (one.Key, one.Value.Hops, Chance: ChanceOf(one.Key, one.Value.Count)))
            .Where(one => one.Chance < ByChance)
            .OrderBy(one => one.Chance)
            .ThenBy(one => one.Hops)
            .ThenBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => one.Key)
            .FirstOrDefault();

        double ChanceOf(string urn, int count)
        {
            if (!below.TryGetValue(urn, out var here))
            {
                below[urn] = here = policy.Topology.Descendants(urn, Graph.MostHops, MostBelow)
                    .Count(reach => EntityUrn.TypeOf(reach.Urn) == type);
            }

            var share = (ill.Count - count + 0.5) / (all - here + 1);
            return all <= here || count < policy.Settings.Causes!.SuspectShare * here || share >= 1
                ? 1
                : AtLeast(count, here, share);
        }
    }

    /// <summary>How probable it is that so many of all are ill, if each is with the probability given.</summary>
    private static double AtLeast(int count, int all, double each)
    {
        var (term, sum) = (Math.Pow(1 - each, all), 0.0);
        for (var i = 0; i <= all; i++)
        {
            sum += i >= count ? term : 0;
            term *= (all - i) / (i + 1.0) * (each / (1 - each));
        }

        return sum;
    }
}
