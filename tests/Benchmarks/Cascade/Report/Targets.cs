namespace Correlation.Benchmarks.Cascade.Report;

/// <summary>Set before anything was measured.</summary>
/// <param name="AtMost">The figure should not be larger; else not smaller.</param>
internal sealed record Target(string Figure, bool AtMost, IReadOnlyDictionary<string, double> BySplit)
{
    private static readonly string[] Splits = ["easy", "standard", "hard", "storm", "benign"];

    public static readonly IReadOnlyList<Target> All =
    [
        Least("pairwise F1", 0.98, 0.90, 0.75, 0.90),
        Least("B3 F1", 0.98, 0.90, 0.75, 0.90),
        Least("NMI", 0.97, 0.90, 0.80, 0.90),
        Least("ARI", 0.95, 0.85, 0.65, 0.85),
        Most("false merges", 0.005, 0.03, 0.10, 0.05),
        Least("compression", null, 0.80, 0.75, 0.97),
        Least("root top-1, root seen", 0.95, 0.80, 0.55, 0.75),
        Least("root top-3, root seen", 0.99, 0.93, 0.80, 0.90),
        Least("unseen root named or nearest", null, 0.7, 0.5),
        Least("path-grounded top-1", 0.95, 0.75, 0.45, 0.70),
        Most("pages per true incident", 1.05, 1.2, 1.5, 1.3),
        Most("missed page-worthy incidents", 0, 0, 0.01, 0),
        Most("false pages a day", null, null, null, null, 0.02),
        Most("wait of criticals p95, s", 5, 30, 60, 30),
        Most("id or root changed after page", 0.01, 0.05, 0.15, 0.05),
    ];

    public static Target? Of(string figure) => All.FirstOrDefault(target => target.Figure == figure);

    public bool Met(string split, double value) =>
        !BySplit.TryGetValue(split, out var bound) || (AtMost ? value <= bound : value >= bound);

    private static Target Least(string figure, params double?[] values) => new(figure, false, By(values));

    private static Target Most(string figure, params double?[] values) => new(figure, true, By(values));

    private static Dictionary<string, double> By(double?[] values) => Splits.Zip(values)
        .Where(pair => pair.Second is not null)
        .ToDictionary(pair => pair.First, pair => pair.Second!.Value);
}
