namespace Correlation.Benchmarks.Cascade.Measures;

/// <summary>How well two ways agree to put the same items into groups; the first is the truth.</summary>
internal sealed class Partition
{
    private readonly Dictionary<(int True, int Found), int> _both = [];
    private readonly Dictionary<int, int> _true = [];
    private readonly Dictionary<int, int> _found = [];
    private readonly int _items;

    /// <param name="truth">The group of each item.</param>
    /// <param name="found">The group of each item, by other numbers.</param>
    public Partition(IReadOnlyList<int> truth, IReadOnlyList<int> found)
    {
        if (truth.Count != found.Count)
        {
            throw new ArgumentException(
                $"{truth.Count} items have a true group and {found.Count} a found one.", nameof(found));
        }

        _items = truth.Count;
        for (var i = 0; i < _items; i++)
        {
            Count(_both, (truth[i], found[i]));
            Count(_true, truth[i]);
            Count(_found, found[i]);
        }
    }

    /// <summary>
    /// Over all pairs of items: of those found together, how many truly are, and the other way round.
    /// </summary>
    public PrecisionRecall Pairs => new(
        Share(Sum(_both, PairsOf), Sum(_found, PairsOf)), Share(Sum(_both, PairsOf), Sum(_true, PairsOf)));

    /// <summary>The mean over items of how pure, and how whole, the group of each is.</summary>
    public PrecisionRecall BCubed => BCubedOf(_ => true);

    /// <summary>
    /// The same over the items of some true groups alone: easy ones elsewhere do not make it look better.
    /// </summary>
    public PrecisionRecall BCubedOf(Func<int, bool> trueGroup) => new(
        MeanOverItems(trueGroup, pair => (double)pair.Value / _found[pair.Key.Found]),
        MeanOverItems(trueGroup, pair => (double)pair.Value / _true[pair.Key.True]));

    /// <summary>Mutual information by the mean of both entropies; 1 when both have one group alone.</summary>
    public double Nmi
    {
        get
        {
            var mean = (Entropy(_true) + Entropy(_found)) / 2;
            var shared = _both.Sum(pair => P(pair.Value) * Math.Log(
                P(pair.Value) / (P(_true[pair.Key.True]) * P(_found[pair.Key.Found]))));
            return mean == 0 ? 1 : Math.Clamp(shared / mean, 0, 1);
        }
    }

    /// <summary>The Rand index, corrected for chance.</summary>
    public double Ari
    {
        get
        {
            var all = PairsOf(_items);
            var expected = all == 0 ? 0 : Sum(_true, PairsOf) * Sum(_found, PairsOf) / all;
            var most = (Sum(_true, PairsOf) + Sum(_found, PairsOf)) / 2;
            return most == expected ? 1 : (Sum(_both, PairsOf) - expected) / (most - expected);
        }
    }

    private double P(int count) => (double)count / _items;

    private double Entropy(Dictionary<int, int> groups) => -groups.Values.Sum(count => P(count) * Math.Log(P(count)));

    private double MeanOverItems(Func<int, bool> trueGroup, Func<KeyValuePair<(int True, int Found), int>, double> of)
    {
        var counted = _both.Where(pair => trueGroup(pair.Key.True)).ToList();
        return counted.Count == 0 ? 1 : counted.Sum(pair => pair.Value * of(pair)) / counted.Sum(pair => pair.Value);
    }

    private static double PairsOf(int count) => count * (count - 1.0) / 2;

    private static double Sum<T>(Dictionary<T, int> groups, Func<int, double> of)
        where T : notnull => groups.Values.Sum(of);

    /// <summary>Of no pairs all are right.</summary>
    private static double Share(double part, double whole) => whole == 0 ? 1 : part / whole;

    private static void Count<T>(Dictionary<T, int> groups, T key)
        where T : notnull => groups[key] = groups.GetValueOrDefault(key) + 1;
}

internal readonly record struct PrecisionRecall(double Precision, double Recall)
{
    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
}
