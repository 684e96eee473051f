using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Measures;
using Xunit;
using static Correlation.Simulation.Cascade.Cases;

namespace Correlation.Simulation.Cascade;

public sealed class FaultScoreTests
{
    private static readonly Ill Root = new("table:t", "table-stale", Noon, Noon.AddHours(2), true, null);
    private static readonly Ill View = new(
        "feature_view:f", "feature-stale", Noon.AddHours(1), Noon.AddHours(2), true, Root);
    private static readonly Ill Model = new("model:m", "accuracy-drop", Noon.AddHours(2), Noon.AddHours(3), true, View);

    [Fact]
    public void The_right_root_with_a_true_way_is_grounded()
    {
        var score = Score([0, 0, 0], Blamed("table:t", "feature_view:f", "model:m"));
        Assert.Equal((true, true, true, true), (score.RootSeen, score.Top1, score.Top3, score.Grounded));
    }

    [Fact]
    public void A_way_that_skips_what_is_between_is_not_grounded() =>
        Assert.False(Score([0, 0, 0], Blamed("table:t", "model:m")).Grounded);

    [Fact]
    public void A_runner_up_counts_among_three_and_not_as_first()
    {
        var score = Score([0, 0, 0], new Blame(["model:m", "table:t"], true, ["model:m"]));
        Assert.Equal((false, true), (score.Top1, score.Top3));
    }

    [Fact]
    public void Of_an_unseen_root_the_nearest_seen_effect_is_right()
    {
        var score = Score([0, 0], Blamed("feature_view:f", "model:m"), withoutRoot: true);
        Assert.Equal((false, true), (score.RootSeen, score.Top1));
        Assert.False(Score([0, 0], Blamed("model:m"), withoutRoot: true).Top1);
    }

    [Fact]
    public void To_say_that_the_root_is_unseen_and_name_it_is_right() =>
        Assert.True(
            Score([0, 0], new Blame(["table:t"], false, ["table:t", "feature_view:f"]), withoutRoot: true).Top1);

    [Fact]
    public void Less_than_three_quarters_in_one_group_is_a_split()
    {
        Assert.False(Score([0, 0, 0], Blamed("table:t")).Split);
        Assert.True(Score([0, 0, 1], Blamed("table:t")).Split);
    }

    [Fact]
    public void Two_faults_in_one_group_are_a_false_merge_of_both()
    {
        var other = new Fault(
            "F9", "F9#2", true, [new Ill("training:x", "job-failed", Noon, Noon.AddHours(1), true, null)]);
        var alerts = new[] { Seen(Root), Seen(View), Alert("job-failed", "training:x", 5, "F9#2", other.Root) };
        var outcome = new Outcome(alerts, [0, 0, 0], [new Group(Blamed("table:t"), Noon, 1)], 3);
        var scores = new FaultScores(Cases.Of(World, TheFault, other), outcome).All().ToList();
        Assert.Equal([true, true], scores.Select(score => score.Merged));
        Assert.Equal(2.0 / 3, scores[0].Purity, 9);
    }

    [Fact]
    public void Pages_are_those_of_all_its_groups_and_the_wait_is_from_the_critical_alert()
    {
        var critical = Alert("latency-high", "model:m", 10, "F1#1", Model);
        var outcome = new Outcome(
            [Seen(Root), critical], [0, 1],
            [new Group(Blame.Nothing, Noon, 2), new Group(Blame.Nothing, Noon.AddMinutes(10.5), 1)], 2);
        var score = new FaultScores(Cases.Of(World, TheFault), outcome).All().Single();
        Assert.Equal(3, score.Pages);
        Assert.Equal([30.0], score.WaitSeconds);
    }

    private static Fault TheFault => new("F1", "F1#1", true, [Root, View, Model]);

    private static Benchmarks.Cascade.Worlds.World World => Chain("table:t", "feature_view:f", "model:m", "endpoint:e");

    private static Blame Blamed(params string[] path) => new([path[0]], true, path);

    private static SeenAlert Seen(Ill ill) => Alert(ill.Kind, ill.Entity, (ill.At - Noon).TotalMinutes, "F1#1", ill);

    private static FaultScore Score(int[] groups, Blame blame, bool withoutRoot = false)
    {
        SeenAlert[] alerts = withoutRoot ? [Seen(View), Seen(Model)] : [Seen(Root), Seen(View), Seen(Model)];
        var made = Enumerable.Range(0, groups.Max() + 1).Select(_ => new Group(blame, Noon, 1)).ToList();
        return new FaultScores(Cases.Of(World, TheFault), new Outcome(alerts, groups, made, alerts.Length))
            .All()
            .Single();
    }
}
