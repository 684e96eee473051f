using Correlation.Benchmarks.Cascade.Baselines;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Faults;
using Xunit;
using static Correlation.Simulation.Cascade.Cases;

namespace Correlation.Simulation.Cascade;

public sealed class BaselineTests
{
    [Fact]
    public void B0_leaves_each_alert_alone() => Grouped(
        new OnePerAlert(), "0 1", Alert("latency-high", "endpoint:a", 0), Alert("latency-high", "endpoint:a", 1));

    [Fact]
    public void B1_groups_by_labels_until_a_pause() => Grouped(
        Of(SameKey.LabelGrid, "alertname; gap 15 min"),
        "0 0 1 0 2",
        Alert("latency-high", "endpoint:a", 0), Alert("latency-high", "endpoint:b", 10),
        Alert("error-rate", "endpoint:a", 11),
        Alert("latency-high", "endpoint:c", 24), Alert("latency-high", "endpoint:a", 60));

    [Fact]
    public void B2_has_a_fixed_window_per_team() => Grouped(
        Of(SameKey.TeamGrid, "window 15 min"),
        "0 0 1",
        Alert("latency-high", "endpoint:a", 0), Alert("data-drift", "model:b", 10),
        Alert("error-rate", "endpoint:a", 20));

    [Fact]
    public void B3_groups_an_entity_and_lets_the_time_slide() => Grouped(
        Of(SameKey.EntityGrid, "gap 1 h"),
        "0 0 1 0",
        Alert("latency-high", "endpoint:a", 0), Alert("error-rate", "endpoint:a", 50),
        Alert("error-rate", "endpoint:b", 51),
        Alert("fallbacks", "endpoint:a", 100));

    [Fact]
    public void B4_walks_up_to_what_fails() => Grouped(
        Of(UpstreamWalk.Grid, "2 hops between failing assets; window 6 h"),
        "0 0 1",
        Alert("job-failed", "job:j", 0), Alert("feature-stale", "feature_view:f", 60),
        Alert("data-drift", "model:other", 61));

    [Fact]
    public void B4_blames_what_has_nothing_ill_above_it()
    {
        var seen = Seen(
            Alert("feature-stale", "feature_view:f", 0),
            Alert("job-failed", "table:t", 1),
            Alert("data-drift", "model:m", 2));
        var outcome = Of(UpstreamWalk.Grid, "4 hops between failing assets; window 6 h").Run(Cases.Of(World), seen);
        Assert.Equal("table:t", outcome.Groups[outcome.GroupOf[2]].Blame.Entities[0]);
    }

    [Fact]
    public void B5_takes_neighbours_in_either_direction() => Grouped(
        Of(Application.Grid, "distance 1; window 10 min"),
        "0 0 1",
        Alert("data-drift", "model:m", 0), Alert("feature-stale", "feature_view:f", 5),
        Alert("job-failed", "job:j", 6));

    [Fact]
    public void B6_finds_bursts_and_leaves_a_loner() => Grouped(
        Of(Communities.Grid, "window 10 min; links from 0.6"),
        "0 0 0 1",
        Alert("latency-high", "endpoint:a", 0), Alert("latency-high", "endpoint:b", 1),
        Alert("error-rate", "endpoint:c", 2),
        Alert("latency-high", "endpoint:d", 90));

    [Fact]
    public void B7_joins_alike_words_and_no_others() => Grouped(
        Of(LikeWords.Grid, "distance 0.5; window 10 min; 2 neighbours"),
        "0 0 1",
        Alert("latency-high", "endpoint:eu-serve-1", 0), Alert("latency-high", "endpoint:eu-serve-2", 1),
        Alert("kpi-drop", "kpi:x", 2));

    [Fact]
    public void The_oracle_knows_what_feeds_what_and_for_how_long()
    {
        var at = Noon;
        var root = new Ill("job:j", "job-failed", at, at.AddHours(3), true, null);
        var effect = new Ill("feature_view:f", "feature-stale", at.AddHours(1), at.AddHours(3), true, root);
        var cascade = Cases.Of(World, new Fault("F1", "F1#1", true, [root, effect]));
        var seen = Seen(
            Alert("job-failed", "job:j", 0), Alert("feature-stale", "feature_view:f", 60),
            Alert("feature-stale", "feature_view:f", 300));
        Assert.Equal([0, 0, 1], new OracleGraph(TimeSpan.Zero).Run(cascade, seen).GroupOf);
    }

    [Fact]
    public void A_group_pages_with_its_first_alert_that_is_worth_it()
    {
        var seen = Seen(Alert("data-drift", "model:m", 0), Alert("accuracy-drop", "model:m", 30));
        var group = Of(SameKey.EntityGrid, "gap 1 h").Run(Cases.Of(World), seen).Groups.Single();
        Assert.Equal((Noon.AddMinutes(30), 1), (group.PagedAt, group.Pages));
    }

    private static Benchmarks.Cascade.Worlds.World World => Chain("job:j", "table:t", "feature_view:f", "model:m");

    private static void Grouped(Baseline baseline, string expected, params SeenAlert[] alerts) =>
        Assert.Equal(expected, string.Join(' ', baseline.Run(Cases.Of(World), Seen(alerts)).GroupOf));

    private static Baseline Of(IEnumerable<Baseline> grid, string settings) =>
        grid.First(baseline => baseline.Settings.EndsWith(settings, StringComparison.Ordinal));
}
