using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Xunit;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>What an alert makes of the causes it is offered.</summary>
public sealed class AlertCausesTests
{
    private static readonly PolicyVersion Policy = Given.Small with
    {
        Settings = Given.Small.Settings with { Correlation = new CorrelationSettings { Enabled = true } },
    };

    private static readonly AlertState Opened = Given.Opened(Given.Firing, Policy);

    /// <summary>
    /// Else it speaks for a suspicion although something observed explains it, and others are joined for it.
    /// </summary>
    [Fact]
    public void A_suspect_hears_that_it_has_an_observed_cause_also_when_three_others_are_more_likely()
    {
        var observed = Offered(Opened, "job:a", [.. Enumerable.Range(1, 3).Select(i => CandidateOf("job:a", i, 0.9))]);
        var suspect = Scoring.Suspected("node:n", SymptomOf("node:n"), Given.Start, 1);

        var decision = Offered(observed.State!, "node:n", suspect);
        var again = Offered(decision.State!, "node:n", suspect);

        Assert.Equal([new EntityCommand.Explained(Opened.Id, "job:a", Observed: true)], Explained(decision, "node:n"));
        Assert.Empty(Explained(again, "node:n"));
    }

    /// <summary>It is told again when that changes, and when there is none any more.</summary>
    [Fact]
    public void A_suspect_knows_where_else_the_alert_has_its_cause_now()
    {
        var near = Scoring.Suspected("store:s", SymptomOf("store:s"), Given.Start, 1);
        var far = Scoring.Suspected("node_pool:p", SymptomOf("node_pool:p"), Given.Start, 0);

        var suspected = Offered(Offered(Opened, "store:s", near).State!, "node_pool:p", far);
        var observed = Offered(suspected.State!, "store:s", CandidateOf("store:s", 1, 0.9));
        var gone = Offered(observed.State!, "store:s");

        Assert.Equal(
            [new EntityCommand.Explained(Opened.Id, "store:s", Observed: false)], Explained(suspected, "node_pool:p"));
        Assert.Equal(
            [new EntityCommand.Explained(Opened.Id, "store:s", Observed: true)], Explained(observed, "node_pool:p"));
        Assert.Equal([new EntityCommand.Explained(Opened.Id, "", Observed: false)], Explained(gone, "node_pool:p"));
    }

    /// <summary>
    /// Else that one no longer knows of most of its own that they have their cause elsewhere, takes its word back, and
    /// gives it again when the alert has turned to the other: a circle without an end.
    /// </summary>
    [Fact]
    public void Who_takes_a_suspect_s_word_that_the_cause_is_elsewhere_says_so_to_all()
    {
        var pool = Scoring.Suspected("node_pool:p", SymptomOf("node_pool:p"), Given.Start, 0.2);
        var word = Scoring.Suspected("node:n", SymptomOf("node:n"), Given.Start, 0.3, "node_pool:p") with { Hearsay = "node_pool:p" };
        var other = Scoring.Suspected("store:s", SymptomOf("store:s"), Given.Start, 0);

        var own = Offered(Offered(Opened, "store:s", other).State!, "node_pool:p", pool).State!;
        var decision = Offered(own, "node:n", word);

        Assert.Equal("node:n", decision.State!.Causes!.Parent!.Entity);
        Assert.Equal([new EntityCommand.Explained(Opened.Id, "node_pool:p", Observed: false)], Explained(decision, "node:n"));
        Assert.Empty(Explained(decision, "node_pool:p"));
        Assert.Empty(Explained(decision, "store:s"));
    }

    /// <summary>Else it pages by itself a moment before it is known why, and its incident is another's then.</summary>
    [Fact]
    public void It_waits_for_the_word_of_why_and_no_longer_once_it_is_known()
    {
        var alone = Given.Opened(
            Given.Firing with { Labels = Given.Firing.Labels.With(Labels.From([new("node_pool", "p")])) }, Policy);
        Assert.Equal(Given.Start.AddSeconds(20), alone.Causes!.SettleAt);

        Assert.Equal(alone, Heard(alone, new AlertCommand.Candidates(alone.Id, "node_pool:p", [])));

        var known = Heard(alone, new AlertCommand.Candidates(alone.Id, "job:a", [CandidateOf("job:a", 1, 0.9)]));
        Assert.Equal(Given.Start.AddSeconds(5), known.Causes!.SettleAt);

        AlertState Heard(AlertState state, AlertCommand.Candidates told) => Alert.Decide(state, told, Policy, Given.Start.AddSeconds(5)).State ?? state;
    }

    [Fact]
    public void It_waits_no_longer_than_most_of_its_hold()
    {
        var brief = Policy with { Settings = Policy.Settings with { Hold = TimeSpan.FromSeconds(5) } };
        var alone = Given.Opened(
            Given.Firing with { Labels = Given.Firing.Labels.With(Labels.From([new("node_pool", "p")])) }, brief);

        Assert.Equal(Given.Start.AddSeconds(4), alone.Causes!.SettleAt);
    }

    private static Decision<AlertState> Offered(AlertState state, string entity, params ValueList<Candidate> offers) =>
        Alert.Decide(state, new AlertCommand.Candidates(state.Id, entity, offers), Policy, Given.Start.AddMinutes(1));

    private static IEnumerable<EntityCommand.Explained> Explained(Decision<AlertState> decision, string entity) => decision.Messages
        .Where(message => message.To == new GrainId(GrainKind.Entity, entity))
        .Select(message => message.Command)
        .OfType<EntityCommand.Explained>();

    private static Candidate CandidateOf(string entity, int number, double score) => new(
        DerivedId.Of("test", entity, number), entity, "job-failed", $"{entity}-{number}", "failed", Given.Start,
        Observed: true, KindNature.Fault,
        Watched: false, score, new ScoreParts(score, 1, 1), [entity, Opened.Class.Entity]);

    private static Symptom SymptomOf(string entity) => new(
        Opened.Id, Opened.Alias, Opened.Class.Kind, Opened.Class.Entity, Given.Start, [entity, Opened.Class.Entity], 1,
        null);
}
