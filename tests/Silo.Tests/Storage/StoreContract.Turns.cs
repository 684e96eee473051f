using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using Correlation.Grains.Topology;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class StoreContract
{
    [Fact]
    public void An_empty_store_has_every_partition_at_its_beginning()
    {
        var head = Reopen();
        Assert.Equal((0, 0, 0), (head.Turn, head.ReplayTurn, head.PolicyVersion));
        Assert.Equal(Partitions.Count, head.Partitions.Count);
        Assert.All(head.Partitions,
            (partition, number) => Assert.Equal(new PartitionHead(number, 0, default, 0), partition));
        Assert.Empty(head.Made);
    }

    [Fact]
    public void The_newest_head_of_each_partition_is_read_back()
    {
        var precise = Given.At(2).AddTicks(1);
        Commit(turn => turn.Heads.AddRange([new(3, 10, Given.At(1), 4), new(200, 7, Given.At(1), 0)]));
        Commit(turn => turn.Heads.Add(new(3, 12, precise, 5)));
        var head = Reopen();
        Assert.Equal(2, head.Turn);
        Assert.Equal(new PartitionHead(3, 12, precise, 5), head.Partitions[3]);
        Assert.Equal(new PartitionHead(200, 7, Given.At(1), 0), head.Partitions[200]);
        Assert.Equal(new PartitionHead(4, 0, default, 0), head.Partitions[4]);
    }

    [Fact]
    public void Heads_outlive_the_end_of_a_checkpoint_and_what_follows_it()
    {
        Commit(turn => turn.Heads.AddRange([new(1, 1, Given.At(1), 1), new(2, 1, Given.At(1), 1)]));
        Commit(turn =>
        {
            turn.Heads.Add(new(1, 2, Given.At(2), 2));
            turn.ReplayTurn = 1;
        });
        Commit(turn => turn.Heads.Add(new(1, 3, Given.At(3), 3)));
        var head = Reopen();
        Assert.Equal((3, 1), (head.Turn, head.ReplayTurn));
        Assert.Equal(3, head.Partitions[1].Position);
        Assert.Equal(1, head.Partitions[2].Position);
    }

    [Fact]
    public void A_turn_without_repeats_still_counts()
    {
        Commit();
        Commit();
        Assert.Equal(2, Reopen().Turn);
    }

    [Fact]
    public void Repeats_are_read_back_in_order_after_a_turn()
    {
        var packed = Enumerable.Range(1, 600).Select(number => Packed(number)).ToList();
        foreach (var repeats in packed)
        {
            Commit(turn => turn.Repeats = repeats);
        }

        Commit();
        Reopen();
        var read = Store.ReadRepeats(afterTurn: 100).ToList();
        Assert.Equal(Enumerable.Range(101, 500).Select(turn => (long)turn), read.Select(batch => batch.Turn));
        Assert.All(read, batch => Assert.Equal(packed[(int)batch.Turn - 1], batch.Packed.ToArray()));
        Assert.Equal(Given.At(101), read[0].At);
    }

    [Fact]
    public void What_was_made_through_an_API_and_the_policy_version_are_read_back()
    {
        var (one, two) = (Silence("s-1"), Silence("s-2"));
        Commit(turn => turn.Policies.AddRange(
        [
            new PolicyWrite.Changed(1, new PolicyChange.SilenceSet(one)),
            new PolicyWrite.Changed(2, new PolicyChange.SilenceSet(two)),
        ]));
        Commit(turn => turn.Policies.Add(
            new PolicyWrite.Changed(3, new PolicyChange.SilenceSet(two with { Comment = "edited" }))));
        Commit(turn => turn.Policies.Add(new PolicyWrite.Changed(4, new PolicyChange.SilenceGone("s-1"))));
        Commit();
        var head = Reopen();
        Assert.Equal(4, head.PolicyVersion);
        var left = Assert.IsType<PolicyChange.SilenceSet>(Assert.Single(head.Made)).Silence;
        Assert.Equal("edited", left.Comment);
        Assert.Equal(two.Matchers.ToString(), left.Matchers.ToString());
    }

    [Fact]
    public void Overrides_and_schedules_are_read_back_as_they_were_made()
    {
        var shift = new OverrideShift(Given.At(1), Given.At(2), Participant.User("ann")) { Replaces = Participant.Team("ml") };
        var made = new Override("o-1", "s-1", [shift], Given.At(0), "bob", "holiday");
        var schedule = new Schedule("night", "s-1", "", "UTC", [], null) { ByApi = true };
        PolicyChange[] changes = [new PolicyChange.OverrideSet(made), new PolicyChange.ScheduleSet(schedule)];
        Commit(turn => turn.Policies.AddRange(changes.Select((change, n) => new PolicyWrite.Changed(n + 1, change))));
        Assert.Equal(changes, Reopen().Made);
        Commit(turn => turn.Policies.Add(new PolicyWrite.Changed(3, new PolicyChange.ScheduleGone("s-1"))));
        Assert.Equal([changes[0]], Reopen().Made);
    }

    [Fact]
    public void The_topology_is_read_back_as_one_word_of_one_origin_each()
    {
        var edge = new Edge("table:événements%", "model:churn")
        {
            Origin = EdgeOrigin.Lineage,
            FirstSeen = Given.At(1),
            LastSeen = Given.At(2),
            Confidence = 0.5,
            Lag = new(TimeSpan.Zero, TimeSpan.FromHours(6)),
        };
        var declared = new Edge(edge.From, edge.To) { FirstSeen = Given.At(1) };
        var facts = new EntityFacts("model:churn", "ml") { Aliases = ["model:other"] };
        Commit(turn => turn.Policies.Add(Changed(1, new() { Edges = [edge, declared], Entities = [facts] })));
        AssertMade(new() { Edges = [edge, declared], Entities = [facts] });

        var later = edge with { LastSeen = Given.At(9) };
        Commit(turn => turn.Policies.AddRange(
        [
            Changed(2, new() { Edges = [later], EdgesGone = [declared.Name] }),
            Changed(3, new() { EntitiesGone = [facts.Name, new EntityName("model:none", EdgeOrigin.Labels)] }),
        ]));
        AssertMade(new() { Edges = [later] });

        static PolicyWrite.Changed Changed(long version, TopologyUpdate update) =>
            new(version, new PolicyChange.TopologyChanged(update));

        void AssertMade(TopologyUpdate expected)
        {
            var made = TopologyUpdate.Of(
                [.. Reopen().Made.Select(change => ((PolicyChange.TopologyChanged)change).Update)]);
            Assert.Equal(expected.Edges.OrderBy(e => e.Origin), made.Edges.OrderBy(e => e.Origin));
            Assert.Equal((expected.Entities, []), (made.Entities, made.EdgesGone));
        }
    }

    [Fact]
    public void All_of_a_turn_is_there_after_a_restart()
    {
        var alert = Given.Alert("a", 1);
        Commit(turn =>
        {
            turn.Grains.Add(Given.Write(alert, 1));
            turn.Timers.Add(new TimerWrite(1, alert.Grain, "hold", new GrainTimer("hold", Given.At(60))));
            turn.Items.Add((alert.Grain, new ItemChange("notes", "1", "{}")));
            turn.MessagesSent.Add(
                new StoredMessage(1, alert.Grain, new GrainId(GrainKind.Entity, "model:churn"), "x {}"));
            turn.Answers.Add(("key", new StoredAnswer(new LogPosition(1, 1, 1), Outcome.Material, "made")));
        });
        Reopen();
        Assert.Equal(alert, LoadAlert("a"));
        Assert.Equal(Given.At(60), Store.NextDue().Duty);
        Assert.Single(Store.Items(alert.Grain, new ItemRange("notes", "", 10)));
        Assert.Single(Store.Messages(0, 10));
        Assert.Single(Store.Answers(["key"]));
    }

    [Fact]
    public void Messages_are_read_in_order_until_taken()
    {
        var (from, to) = (new GrainId(GrainKind.Alert, "a"), new GrainId(GrainKind.Entity, "model:churn"));
        Commit(turn => turn.MessagesSent.AddRange([new(5, from, to, "five"), new(4, from, to, "four")]));
        Commit(turn => turn.MessagesSent.Add(new(6, to, from, "six")));
        Assert.Equal(["four", "five", "six"], Store.Messages(0, 10).Select(message => message.Command));
        Assert.Equal(new StoredMessage(5, from, to, "five"), Assert.Single(Store.Messages(4, 1)));

        Commit(turn => turn.MessagesTaken.AddRange([4, 5]));
        Assert.Equal(6, Assert.Single(Store.Messages(0, 10)).Id);
    }

    [Fact]
    public void The_first_answer_under_an_idempotency_key_stands()
    {
        var first = new StoredAnswer(new LogPosition(7, 8, 1), Outcome.Refused, "closed already", "0a1b");
        Commit(turn => turn.Answers.AddRange([("k-1", first), ("k-2", first with { Outcome = Outcome.Material })]));
        Commit(turn => turn.Answers.Add(("k-1", first with { Reason = "another" })));
        var answers = Store.Answers(["k-1", "k-3", "k-1"]);
        Assert.Equal(first, Assert.Single(answers).Value);
    }

    [Fact]
    public void Items_are_paged_in_key_order()
    {
        var owner = new GrainId(GrainKind.Incident, "i-1");
        Commit(turn =>
        {
            string[] keys = ["c", "B", "a", "d"];
            turn.Items.AddRange(keys.Select(key => (owner, new ItemChange("members", key, $"\"{key}\""))));
            turn.Items.Add((owner, new ItemChange("notes", "b", "\"other set\"")));
            turn.Items.Add((new GrainId(GrainKind.Incident, "i-2"), new ItemChange("members", "b", "\"other owner\"")));
        });
        Assert.Equal(["B", "a"], Keys(""));
        Assert.Equal(["c", "d"], Keys("a"));
        Assert.Empty(Keys("d"));

        Commit(turn => turn.Items.AddRange(
            [(owner, new ItemChange("members", "a", "\"newer\"")), (owner, new ItemChange("members", "B", null))]));
        Assert.Equal(new Item("a", "\"newer\""), Store.Items(owner, new ItemRange("members", "", 1)).Single());

        IEnumerable<string> Keys(string after) =>
            Store.Items(owner, new ItemRange("members", after, 2)).Select(item => item.Key);
    }

    [Fact]
    public void The_last_change_of_an_item_in_one_turn_stands()
    {
        var owner = new GrainId(GrainKind.Incident, "i-1");
        Commit(turn => turn.Items.AddRange(
        [
            (owner, new ItemChange("members", "a", "1")), (owner, new ItemChange("members", "a", null)),
            (owner, new ItemChange("members", "b", null)), (owner, new ItemChange("members", "b", "2")),
        ]));
        Assert.Equal([new Item("b", "2")], Store.Items(owner, new ItemRange("members", "", 9)));
    }

    protected static byte[] Packed(long position, string alias = "a", Delta? delta = null)
    {
        var log = new RepeatLog();
        log.Add(new RepeatEntry(
            9, position, new GrainId(GrainKind.Alert, alias), "Fires again", delta
                ?? new AlertDelta(1, Given.At(position), null, null)));
        return log.Packed.ToArray();
    }

    private static Silencing Silence(string id)
    {
        Assert.True(MatcherParser.TryParse("""{alertname="Drift"}""", out var matchers, out _));
        return new Silencing(id, matchers, Given.At(0), Given.At(60), "ann", "rollout");
    }
}
