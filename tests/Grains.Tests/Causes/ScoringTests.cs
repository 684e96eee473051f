using Correlation.Grains.Causes;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Causes;

public sealed class ScoringTests
{
    private static readonly PolicyVersion Policy = Given.Small with
    {
        Settings = Given.Small.Settings with { Correlation = new CorrelationSettings { Enabled = true } },
        Kinds =
        [
            KindOf("failed"),
            KindOf("stale", new Explanation("failed", Hours(24))),
            KindOf("drift", new Explanation("stale", Hours(12), 0.9)),
            KindOf("quality", new Explanation("drift", Hours(240)), new Explanation("stale", Hours(240), 0.9)),
            KindOf("blind") with { Nature = KindNature.Measurement },
        ],
    };

    [Fact]
    public void A_cause_that_the_kind_names_scores_by_weight_lag_and_path()
    {
        var found = Scoring.Of("view:v", Signal("stale", 0), SymptomOf("drift", 6 * 60, "view:v", "job:j", "model:m"), Policy)!;

        Assert.Equal(0.9, found.Parts.Kinds);
        Assert.Equal(0.8, found.Parts.Lag, 6);
        Assert.Equal(0.9, found.Parts.Path, 6);
        Assert.Equal(0.9 * 0.8 * 0.9, found.Score, 6);
        Assert.Equal((true, "stale", "view:v"), (found.Observed, found.Kind, found.Entity));
    }

    [Fact]
    public void What_a_kind_does_not_name_stays_below_the_threshold_and_an_unknown_kind_passes_it_when_it_is_near()
    {
        var threshold = Policy.Settings.Correlation.Threshold;
        Assert.True(Scoring.Of("view:v", Signal("failed", 0), SymptomOf("blind", 1, "view:v", "model:m"), Policy)!.Score < threshold);
        Assert.True(Scoring.Of("view:v", Signal("failed", 0), SymptomOf("", 1, "view:v", "model:m"), Policy)!.Score >= threshold);
        Assert.Null(Scoring.Of("view:v", Signal("failed", 0), SymptomOf("", 90, "view:v", "model:m"), Policy));
    }

    [Fact]
    public void What_still_is_the_matter_explains_also_what_begins_after_the_lag()
    {
        var late = SymptomOf("drift", 48 * 60, "view:v", "model:m");
        Assert.Equal(0.6, Scoring.Of("view:v", Signal("stale", 0), late, Policy)!.Parts.Lag, 6);
        Assert.Null(Scoring.Of("view:v", Signal("stale", 0) with { EndedAt = Given.Start.AddHours(40) }, late, Policy));
    }

    /// <summary>What is only measured so has no effects.</summary>
    [Fact]
    public void A_fault_of_measuring_is_behind_no_chain_of_causes()
    {
        var policy = Policy with
        {
            Kinds = [KindOf("blind") with { Nature = KindNature.Measurement }, KindOf("drift", new Explanation("blind", Hours(12))), KindOf("quality", new Explanation("drift", Hours(240)))],
        };
        Assert.NotNull(KindIndex.Of(policy).Explain("blind", "drift"));
        Assert.Null(KindIndex.Of(policy).Explain("blind", "quality"));
    }

    [Fact]
    public void A_fault_of_measuring_explains_only_what_names_it() =>
        Assert.Null(Scoring.Of(
            "model:m", Signal("blind", 0) with { Nature = KindNature.Measurement }, SymptomOf("drift", 1, "model:m"), Policy));

    [Fact]
    public void A_symptom_may_be_noticed_a_little_before_its_cause_and_not_long_before()
    {
        Assert.Equal(
            0.75,
            Scoring.Of("view:v", Signal("stale", 5), SymptomOf("drift", 0, "view:v", "model:m"), Policy)!.Parts.Lag,
            6);
        Assert.Null(Scoring.Of("view:v", Signal("stale", 11), SymptomOf("drift", 0, "view:v", "model:m"), Policy));
    }

    [Fact]
    public void Of_two_that_come_and_go_alone_the_one_explains_the_other_only_soon_after_and_not_when_it_is_long_over()
    {
        var policy = Policy with { Kinds = Policy.Kinds.Select(k => k.Name is "stale" or "drift" ? k with { Watch = TimeSpan.FromDays(1) } : k).ToValueList() };
        var threshold = policy.Settings.Correlation.Threshold;
        Assert.True(ScoreOf("drift", 60) >= threshold);
        Assert.True(ScoreOf("drift", 4 * 60) < threshold);
        Assert.True(ScoreOf("quality", 4 * 60) >= threshold);
        Assert.True(ScoreOf("quality", 4 * 60, endedAfter: 3 * 60) >= threshold);
        Assert.Equal(0, ScoreOf("quality", 4 * 60, endedAfter: 12));

        double ScoreOf(string kind, int minute, int? endedAfter = null) => Scoring.Of(
            "view:v",
            Signal("stale", 0) with { EndedAt = endedAfter is { } minutes ? Given.Start.AddMinutes(minutes) : null },
            SymptomOf(kind, minute, "view:v", "model:m"),
            policy)?.Score ?? 0;
    }

    /// <summary>
    /// A pod that restarted is seldom why its endpoint is slow when all others of its store are slow too.
    /// </summary>
    [Fact]
    public void What_comes_and_goes_beside_it_and_no_kind_names_gives_way_to_a_suspect_and_counts_without_one()
    {
        var policy = Policy with { Kinds = Policy.Kinds.Add(KindOf("restarted") with { Watch = TimeSpan.FromHours(2) }) };
        var threshold = policy.Settings.Correlation.Threshold;
        var beside = Scoring.Of("model:m", Signal("restarted", 0), SymptomOf("quality", 1, "model:m"), policy)!;
        var named = Scoring.Of("view:v", Signal("stale", 0), SymptomOf("quality", 1, "view:v", "model:m"), policy)!;
        var suspect = Scoring.Suspected("view:v", SymptomOf("quality", 1, "view:v", "model:m"), Given.Start, 0);

        Assert.True(beside.Score > suspect.Score && suspect.Score >= threshold);
        Assert.Equal(
            [named, suspect, beside],
            new[] { beside, suspect, named }.Order(
                Comparer<Candidate>.Create((a, b) => Scoring.Compare(a, b, threshold))));
    }

    [Fact]
    public void What_is_worth_a_page_explains_what_follows_long_after_it_is_over() =>
        Assert.Equal(
            Scoring.Of("view:v", Signal("stale", 0), SymptomOf("drift", 240, "view:v", "model:m"), Policy)!.Score,
            Scoring.Of(
                "view:v", Signal("stale", 0) with { EndedAt = Given.Start.AddMinutes(5) }, SymptomOf("drift", 240, "view:v", "model:m"), Policy)!.Score);

    [Fact]
    public void Edges_that_know_their_lag_stretch_what_the_kinds_say()
    {
        var late = SymptomOf("drift", 30 * 60, "view:v", "model:m");
        var over = Signal("stale", 0) with { EndedAt = Given.Start.AddHours(20) };
        Assert.Null(Scoring.Of("view:v", over, late, Policy));
        Assert.NotNull(Scoring.Of("view:v", over, late with { Lag = Hours(48) }, Policy));
    }

    [Fact]
    public void On_one_entity_the_kind_further_up_the_chain_is_the_cause_whichever_came_first()
    {
        var (stale, drift) = (Signal("stale", 3), Signal("drift", 0));
        Assert.NotNull(Scoring.Of("model:m", stale, Of(drift, "model:m"), Policy));
        Assert.Null(Scoring.Of("model:m", drift, Of(stale, "model:m"), Policy));
    }

    [Fact]
    public void In_a_circle_of_the_topology_only_one_of_two_is_the_cause()
    {
        var circle = Policy with { Topology = Graph.Empty.With(new Edge("a:1", "b:1")).With(new Edge("b:1", "a:1")) };
        var (first, second) = (Signal("stale", 0), Signal("drift", 1));
        Assert.NotNull(Scoring.Of("a:1", first, Of(second, "a:1", "b:1"), circle));
        Assert.Null(Scoring.Of("b:1", second, Of(first, "b:1", "a:1"), circle));
    }

    [Fact]
    public void Every_part_is_from_nothing_to_one()
    {
        var cases = from delta in Gen.Choose(-200, 2_000)
                    from min in Gen.Choose(0, 100)
                    from span in Gen.Choose(0, 1_000)
                    from slack in Gen.Choose(0, 60)
                    select (delta, new LagRange(TimeSpan.FromMinutes(min), TimeSpan.FromMinutes(min + span)), TimeSpan.FromMinutes(slack));
        Prop.ForAll(cases.ToArbitrary(), pair =>
        {
            Assert.InRange(Scoring.Fit(TimeSpan.FromMinutes(pair.delta), pair.Item2, pair.Item3), 0, 1);
            Assert.InRange(Scoring.FitSoon(TimeSpan.FromMinutes(pair.delta), pair.Item2, pair.Item3), 0, 1);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>
    /// Along any chain of parents in any graph, circles included, one never comes back to where one was.
    /// </summary>
    [Fact]
    public void Causes_form_no_circle() => Prop.ForAll(Worlds, world =>
    {
        var (policy, signals) = world;
        var parents = signals.ToDictionary(
            s => s.Signal.Id, s => Explaining(signals, s, policy).Select(c => c.Id).ToList());
        Assert.All(signals, s => Assert.False(Reaches(parents, parents[s.Signal.Id], s.Signal.Id, [])));
    }).Check(Many);

    /// <summary>What explains what, and how well, does not depend on how entities are called.</summary>
    [Fact]
    public void Renaming_the_entities_changes_no_score() => Prop.ForAll(Worlds, world =>
    {
        var (policy, signals) = world;
        var renamed = policy with { Topology = policy.Topology.Edges.Aggregate(Graph.Empty, (g, e) => g.With(new Edge(New(e.From), New(e.To)))) };
        var others = signals.Select(s => (New(s.Entity), s.Signal)).ToList();
        Assert.All(signals.Zip(others), pair => Assert.Equal(
            Explaining(signals, pair.First, policy).Select(c => (c.Id, c.Score)).Order(),
            Explaining(others, pair.Second, renamed).Select(c => (c.Id, c.Score)).Order()));

        static string New(string entity) => "x:" + new string([.. entity.Reverse()]);
    }).Check(Many);

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(300);

    private static readonly Arbitrary<(PolicyVersion Policy, List<(string Entity, EntitySignal Signal)> Signals)> Worlds =
        Gen.Choose(0, int.MaxValue).Select(seed => World(new System.Random(seed))).ToArbitrary();

    private static IEnumerable<Candidate> Explaining(
        IReadOnlyList<(string Entity, EntitySignal Signal)> signals, (string Entity, EntitySignal Signal) one,
        PolicyVersion policy)
    {
        var own = Of(one.Signal, one.Entity);
        var registered = Ancestry.Of(own, Labels.Empty, policy).ToDictionary(pair => pair.Entity, pair => pair.Symptom);
        return from cause in signals
               where registered.ContainsKey(cause.Entity)
               let found = Scoring.Of(cause.Entity, cause.Signal, registered[cause.Entity], policy)
               where found is not null
               select found;
    }

    private static bool Reaches(
        Dictionary<Guid, List<Guid>> parents, List<Guid> from, Guid wanted, HashSet<Guid> seen) =>
        from.Any(id => id == wanted || (seen.Add(id) && Reaches(parents, parents[id], wanted, seen)));

    /// <summary>Some ten entities, any edges between them, and alerts of any kind on any of them.</summary>
    private static (PolicyVersion Policy, List<(string Entity, EntitySignal Signal)> Signals) World(System.Random dice)
    {
        var graph = Graph.Empty;
        for (var i = dice.Next(20); i > 0; i--)
        {
            graph = graph.With(new Edge("e:" + dice.Next(8), "e:" + dice.Next(8)));
        }

        string[] kinds = ["failed", "stale", "drift", "quality", ""];
        var signals = Enumerable.Range(0, 10)
            .Select(i => ("e:" + dice.Next(8), Signal(kinds[dice.Next(5)], dice.Next(20)) with { Id = DerivedId.Of("test", "", i), Alias = "a" + i }))
            .ToList();
        return (Policy with { Topology = graph }, signals);
    }

    private static LagRange Hours(int most) => new(TimeSpan.Zero, TimeSpan.FromHours(most));

    private static Kind KindOf(string name, params Explanation[] causes) => new(
        name, "", [], [], Priority.P3, "ml-platform", [], null, "r", ["a"])
    {
        CausedBy = causes.ToValueList(),
    };

    private static EntitySignal Signal(string kind, int minute) =>
        new(
            DerivedId.Of("test", kind, minute),
            kind + minute,
            kind,
            kind,
            Given.Start.AddMinutes(minute),
            KindNature.Fault);

    private static Symptom SymptomOf(string kind, int minute, params string[] path) => Of(Signal(kind, minute), path);

    private static Symptom Of(EntitySignal signal, params string[] path) =>
        new(signal.Id, signal.Alias, signal.Kind, path[^1], signal.Onset, path.ToValueList(), 1, null);
}
