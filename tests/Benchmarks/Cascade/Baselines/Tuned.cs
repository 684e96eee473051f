namespace Correlation.Benchmarks.Cascade.Baselines;

/// <summary>
/// Each baseline at its best on dev seeds: what <c>cascade --tune --split standard hard --cases 15</c> found over its
/// grid.
/// </summary>
internal static class Tuned
{
    /// <summary>Every setting that is tried, by baseline.</summary>
    public static IReadOnlyList<IReadOnlyList<Baseline>> Grids =>
    [
        [new OnePerAlert()],
        [.. SameKey.LabelGrid],
        [.. SameKey.TeamGrid],
        [.. SameKey.EntityGrid],
        [.. UpstreamWalk.Grid],
        [.. Application.Grid],
        [.. Communities.Grid],
        [.. LikeWords.Grid],
        [.. OracleGraph.Grid],
    ];

    public static IReadOnlyList<Baseline> Best { get; } =
    [
        new OnePerAlert(),
        Of(SameKey.LabelGrid, "alertname, entity; gap 15 min"),
        Of(SameKey.TeamGrid, "team; window 2 min"),
        Of(SameKey.EntityGrid, "entity; gap 15 min"),
        Of(UpstreamWalk.Grid, "1 hops between failing assets; window 30 min"),
        Of(Application.Grid, "distance 1; window 30 min"),
        Of(Communities.Grid, "window 10 min; links from 0.8"),
        Of(LikeWords.Grid, "distance 0.5; window 5 min; 3 neighbours"),
        Of(OracleGraph.Grid, "slack 30 min"),
    ];

    private static Baseline Of(IEnumerable<Baseline> grid, string settings) =>
        grid.First(baseline => baseline.Settings == settings);
}
