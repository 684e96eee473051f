namespace Correlation.Benchmarks.Cascade.Measures;

/// <summary>A line of the table: how it is computed of cases. NaN where nothing of the kind happened.</summary>
/// <param name="Percent">Shown as a share of a hundred.</param>
internal sealed record Figure(string Name, bool Percent, Func<IReadOnlyList<CaseScore>, double> Of)
{
    public static readonly Figure PairF1 = new("pairwise F1", false, cases => Mean(cases, score => score.Pairs.F1));

    public static readonly Figure BCubedF1 = new("B3 F1", false, cases => Mean(cases, score => score.BCubed.F1));

    public static readonly Figure FalseMerges = new(
        "false merges", true, cases => Share(Faults(cases), fault => fault.Merged));

    public static readonly Figure Missed = new(
        "missed page-worthy incidents", true, cases => Share(Worthy(cases), fault => fault.Pages == 0));

    /// <summary>As the targets name them, in their order.</summary>
    public static readonly IReadOnlyList<Figure> All =
    [
        PairF1,
        new("pairwise precision", false, cases => Mean(cases, score => score.Pairs.Precision)),
        new("pairwise recall", false, cases => Mean(cases, score => score.Pairs.Recall)),
        BCubedF1,
        new(
            "B3 F1 of faults' alerts",
            false,
            cases => Mean(cases.Where(score => score.Faults.Count > 0), score => score.BCubedOfFaults.F1)),
        new("NMI", false, cases => Mean(cases, score => score.Nmi)),
        new("ARI", false, cases => Mean(cases, score => score.Ari)),
        FalseMerges,
        new("false splits", true, cases => Share(Faults(cases), fault => fault.Split)),
        new(
            "compression",
            true,
            cases => 1 - ((double)cases.Sum(score => score.Incidents) / cases.Sum(score => score.Accepted))),
        new("root top-1, root seen", false, cases => Share(Rooted(cases, seen: true), fault => fault.Top1)),
        new("root top-3, root seen", false, cases => Share(Rooted(cases, seen: true), fault => fault.Top3)),
        new("unseen root named or nearest", false, cases => Share(Rooted(cases, seen: false), fault => fault.Top1)),
        new("path-grounded top-1", false, cases => Share(Rooted(cases, seen: true), fault => fault.Grounded)),
        new(
            "pages per true incident",
            false,
            cases => Mean(Worthy(cases).Where(fault => fault.Pages > 0), fault => fault.Pages)),
        Missed,
        new("false pages a day", false, cases => cases.Sum(score => score.FalsePages) / cases.Sum(score => score.Days)),
        new("wait of criticals p50, s", false, cases => Quantile(Waits(cases), 0.5)),
        new("wait of criticals p95, s", false, cases => Quantile(Waits(cases), 0.95)),
        new("id or root changed after page", true, cases => Share(Worthy(cases), fault => fault.ChangedAfterPage)),
    ];

    public static double Quantile(IEnumerable<double> values, double at)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[(int)Math.Ceiling(at * sorted.Count) - 1];
    }

    private static IEnumerable<FaultScore> Faults(IEnumerable<CaseScore> cases) =>
        cases.SelectMany(score => score.Faults);

    private static IEnumerable<FaultScore> Worthy(IEnumerable<CaseScore> cases) =>
        Faults(cases).Where(fault => fault.PageWorthy);

    /// <summary>A fault of which one alert alone came has no root to be found.</summary>
    private static IEnumerable<FaultScore> Rooted(IEnumerable<CaseScore> cases, bool seen) =>
        Faults(cases).Where(fault => fault.Alerts > 1 && fault.RootSeen == seen);

    private static IEnumerable<double> Waits(IEnumerable<CaseScore> cases) =>
        Faults(cases).SelectMany(fault => fault.WaitSeconds);

    private static double Share<T>(IEnumerable<T> of, Func<T, bool> which) => Mean(of, one => which(one) ? 1 : 0);

    private static double Mean<T>(IEnumerable<T> of, Func<T, double> value)
    {
        var (sum, count) = (0.0, 0);
        foreach (var one in of)
        {
            (sum, count) = (sum + value(one), count + 1);
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
