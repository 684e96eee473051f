using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Topology;

public sealed class TopologyGrainTests
{
    private static readonly DateTimeOffset At = Given.Start;

    private static readonly LagRange SixHours = new(TimeSpan.Zero, TimeSpan.FromHours(6));

    private static readonly PolicyVersion Filed = Policies.Small.WithTopology(
        [new Edge("table:t", "model:m") { Lag = SixHours }], [new EntityFacts("model:m", "ml")]) with
    {
        Origins = [new("edges", "table:t -> model:m", "topology.yaml"), new("entities", "model:m", "topology.yaml")],
    };

    [Fact]
    public void What_is_declared_is_published_and_a_second_time_keeps_when_it_was_first()
    {
        var edge = new Edge("feature_view:f", "Model:m@3") { Lag = SixHours };
        var first = Decide(new TopologyCommand.Declare([new EntityFacts("model:m", "ml")], [edge]), Policies.Small);
        var said = new TopologyUpdate
        {
            Entities = [new EntityFacts("model:m", "ml") { FirstSeen = At, LastSeen = At }],
            Edges = [edge with { To = "model:m", FirstSeen = At, LastSeen = At }],
        };
        Assert.Equal((Outcome.Material, "Declared 1 entity and 1 edge"), (first.Outcome, first.Reason));
        Assert.Equal(new PolicyChange.TopologyChanged(said), first.Publish);
        Assert.Equal(new TopologyState { Revision = 1 }, first.State);

        var again = Decide(
            new TopologyCommand.Declare([], [edge with { Lag = null }]), Policies.Small.With(first.Publish!),
            first.State, At.AddDays(1));
        Assert.Equal(
            [edge with { To = "model:m", Lag = null, FirstSeen = At, LastSeen = At.AddDays(1) }],
            Assert.IsType<PolicyChange.TopologyChanged>(again.Publish).Update.Edges);
    }

    [Fact]
    public void What_a_file_says_is_changed_there()
    {
        const string OfEdge = "The edge from table:t to model:m comes from the configuration's file 'topology.yaml'; change it there";
        const string OfEntity = "The model:m comes from the configuration's file 'topology.yaml'; change it there";
        Assert.Equal(
            OfEdge,
            Refusal(
                new TopologyCommand.Declare(
                    [], [new Edge("table:T", "model:m@2") { Lag = new(TimeSpan.Zero, TimeSpan.Zero) }]),
                Filed));
        Assert.Equal(OfEdge, Refusal(new TopologyCommand.RemoveEdge("table:t", "m"), Filed));
        Assert.Equal(OfEdge, Refusal(new TopologyCommand.RemoveEntity("table:t"), Filed));
        Assert.Equal(OfEntity, Refusal(new TopologyCommand.Declare([new EntityFacts("model:m", "other")], []), Filed));
        Assert.Equal(OfEntity, Refusal(new TopologyCommand.RemoveEntity("model:m"), Filed));

        // Who posts all he knows may repeat what the file says.
        var same = Decide(
            new TopologyCommand.Declare(
                [new EntityFacts("model:m", "ml")], [new Edge("table:t", "model:m") { Lag = SixHours }]),
            Filed);
        Assert.Equal((Outcome.Repeat, "Nothing new"), (same.Outcome, same.Reason));
    }

    [Fact]
    public void Nothing_is_upstream_of_itself_by_another_spelling() => Assert.Equal(
        "model:x@1 and model:X are one entity: nothing is upstream of itself",
        Refusal(new TopologyCommand.Declare([], [new Edge("model:x@1", "model:X")]), Policies.Small));

    [Fact]
    public void Removed_is_what_everybody_said_of_it()
    {
        var policy = Learnt(
            Policies.Small,
            new Edge("table:c", "table:d") { Origin = EdgeOrigin.Lineage },
            new Edge("job:a", "model:b"),
            Seen("job:a", "model:b"));
        var removed = Decide(new TopologyCommand.RemoveEdge("job:a", "b"), policy);
        Assert.Equal(
            [new("job:a", "model:b", EdgeOrigin.Declared), new("job:a", "model:b", EdgeOrigin.Lineage)],
            Update(removed).EdgesGone);
        Assert.Equal(
            "There is no edge from model:b to job:a",
            Refusal(new TopologyCommand.RemoveEdge("model:b", "job:a"), policy));
        Assert.Equal("There is no entity model:c", Refusal(new TopologyCommand.RemoveEntity("model:c"), policy));

        Assert.DoesNotContain(
            "model:b",
            policy.With(Decide(new TopologyCommand.RemoveEntity("model:b"), policy).Publish!).Topology.Known);
    }

    [Fact]
    public void An_entity_of_many_edges_goes_in_portions()
    {
        var policy = Learnt(
            Policies.Small,
            [.. Enumerable.Range(0, TopologyGrain.MostRemoved + 1).Select(n => Seen("node:hub", $"model:{n}"))]);
        var first = Decide(new TopologyCommand.RemoveEntity("node:hub"), policy);
        Assert.Equal(TopologyGrain.MostRemoved, Update(first).EdgesGone.Count);
        policy = policy.With(first.Publish!);
        policy = policy.With(Decide(new TopologyCommand.RemoveEntity("node:hub"), policy).Publish!);
        Assert.True(policy.Topology.IsEmpty);
    }

    [Fact]
    public void What_is_learnt_again_is_refreshed_seldom()
    {
        var seen = Seen("table:t", "model:m");
        var policy = Learnt(Policies.Small, seen);
        Assert.Equal(Outcome.Repeat, Learn(policy, At.AddHours(11), seen).Outcome);
        var later = Learn(policy, At.AddHours(12), seen);
        Assert.Equal([seen with { FirstSeen = At, LastSeen = At.AddHours(12) }], Update(later).Edges);
        Assert.Equal(Outcome.Material, Learn(policy, At, seen with { Confidence = 0.5 }).Outcome);
    }

    [Fact]
    public void Two_spellings_in_one_message_are_one_entity()
    {
        var update = Update(
            Learn(
                Policies.Small,
                At,
                Seen("table:Users", "model:m@1"),
                Seen("table:users", "model:m"),
                Seen("table:t", "table:T")));
        Assert.Equal([("table:Users", "model:m")], update.Edges.Select(edge => (edge.From, edge.To)));
    }

    [Fact]
    public void Edges_of_what_turns_out_to_be_an_alias_move_to_whose_it_is()
    {
        var policy = Learnt(
            Policies.Small, Seen("dataset:s3://b/events", "job:train"), Seen("job:load", "dataset:s3://b/events"));
        var table = new EntityFacts("table:events") { Origin = EdgeOrigin.Lineage, Aliases = ["dataset:s3://b/events"] };
        var known = policy.With(Decide(new TopologyCommand.Learn([table], []), policy).Publish!);

        Assert.Equal(["table:events", "job:load"], known.Topology.Ancestors("job:train").Select(reach => reach.Urn));
        Assert.Equal("table:events", EntityUrn.Of("dataset:s3://b/events", known));
        Assert.Equal(Outcome.Repeat, Decide(new TopologyCommand.Learn([table], []), known).Outcome);
        Assert.Equal(
            ["table:events"],
            Update(Learn(known, At, Seen("dataset:s3://b/events", "job:other"))).Edges.Select(edge => edge.From));
    }

    [Fact]
    public void What_was_known_by_its_bare_name_becomes_the_first_thing_of_that_name_and_no_other()
    {
        var policy = Learnt(Policies.Small, Seen("entity:events", "job:train"), Seen("entity:users", "job:train"));
        policy = policy.With(Learn(policy, At, Seen("source:s", "table:events"), Seen("source:s", "table:users"), Seen("source:s", "dataset:users")).Publish!);
        Assert.Equal(["entity:users", "table:events"], policy.Topology.Upstream("job:train").Select(edge => edge.From));
        Assert.Equal(["source:s"], policy.Topology.Upstream("table:events").Select(edge => edge.From));
    }

    [Fact]
    public void A_declared_alias_takes_over_what_was_learnt_under_it()
    {
        var policy = Learnt(Policies.Small, Seen("dataset:w/events", "job:train"));
        policy = policy.With(Decide(new TopologyCommand.Declare([new EntityFacts("table:events") { Aliases = ["dataset:w/events"] }], []), policy).Publish!);
        Assert.Equal(["table:events"], policy.Topology.Upstream("job:train").Select(edge => edge.From));
        Assert.Equal("table:events", EntityUrn.Of("dataset:w/events", policy));
    }

    [Fact]
    public void What_was_learnt_fades_and_what_was_written_down_stays()
    {
        var policy = Learnt(Filed, Seen("table:old", "model:m"), new Edge("table:declared", "model:m"));
        var learnt = Decide(
            new TopologyCommand.Learn([], [Seen("table:new", "model:m")]), policy, null, At.AddDays(29));
        policy = policy.With(learnt.Publish!);
        Assert.Equal(At.AddDays(30), learnt.State!.FadeAt);
        Assert.Equal([new GrainTimer("fade", At.AddDays(30))], learnt.State.Timers);

        var early = Decide(
            new TopologyCommand.TimerFired("fade", At), policy, learnt.State, At.AddDays(30).AddSeconds(-1));
        Assert.Null(early.Publish);
        var fade = Decide(new TopologyCommand.TimerFired("fade", At), policy, learnt.State, At.AddDays(30));

        Assert.Equal([new EdgeName("table:old", "model:m", EdgeOrigin.Lineage)], Update(fade).EdgesGone);
        Assert.Equal("1 edge and 0 entities not seen for long are forgotten", fade.Reason);
        Assert.Equal(At.AddDays(31), fade.State!.FadeAt);
        Assert.Equal(
            ["table:declared", "table:new", "table:t"],
            policy.With(fade.Publish!).Topology.Ancestors("model:m").Select(r => r.Urn));
    }

    [Fact]
    public void Very_much_that_fades_goes_in_portions()
    {
        var policy = Learnt(
            Policies.Small,
            [.. Enumerable.Range(0, TopologyGrain.MostRemoved + 1).Select(n => Seen("node:hub", $"model:{n}"))]);
        var fade = Decide(new TopologyCommand.TimerFired("fade", At), policy, null, At.AddDays(30));
        Assert.Equal((TopologyGrain.MostRemoved, At.AddDays(30)), (Update(fade).EdgesGone.Count, fade.State!.FadeAt));
        Assert.Single(Update(Decide(new TopologyCommand.TimerFired("fade", At), policy.With(fade.Publish!), null, At.AddDays(30))).EdgesGone);
    }

    private static Edge Seen(string from, string to) => new(from, to) { Origin = EdgeOrigin.Lineage };

    private static PolicyVersion Learnt(PolicyVersion policy, params Edge[] edges) =>
        policy.With(
            new PolicyChange.TopologyChanged(
                new() { Edges = [.. edges.Select(edge => edge with { FirstSeen = At, LastSeen = At })] }));

    private static Decision<TopologyState> Learn(PolicyVersion policy, DateTimeOffset at, params Edge[] edges) =>
        Decide(new TopologyCommand.Learn([], [.. edges]), policy, null, at);

    private static TopologyUpdate Update(Decision<TopologyState> decision) =>
        Assert.IsType<PolicyChange.TopologyChanged>(decision.Publish).Update;

    private static string Refusal(TopologyCommand command, PolicyVersion policy)
    {
        var decision = Decide(command, policy);
        Assert.Equal((Outcome.Refused, null), (decision.Outcome, decision.Publish));
        return decision.Reason;
    }

    private static Decision<TopologyState> Decide(
        TopologyCommand command, PolicyVersion policy, TopologyState? state = null, DateTimeOffset? at = null) =>
        TopologyGrain.Decide(state, command, policy, at ?? At);
}
