using Correlation.Grains.Alerts;
using Correlation.Grains.Contacts;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
using Correlation.Grains.Topology;
using Correlation.Silo.Storage;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>Each position of the log has one policy version, and each version can be found.</summary>
public sealed class PolicyLogTests : IDisposable
{
    private readonly ShardInMemory _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void Every_decision_names_a_version_that_was_written_before_it_or_with_it()
    {
        Fire("one");
        _shard.Publish();
        Silence("s-1");
        Fire("two");
        _shard.Crash();
        Fire("three");

        var written = new List<long>();
        foreach (var turn in _shard.Journal)
        {
            written.AddRange(turn.Policies.Select(policy => policy.Version));
            Assert.All(turn.Log, row => Assert.Contains(row.PolicyVersion, written));
        }

        Assert.Equal(Enumerable.Range(1, written.Count).Select(version => (long)version), written);
        Assert.Single(_shard.Journal.SelectMany(turn => turn.Policies).OfType<PolicyWrite.Changed>());
    }

    [Fact]
    public void A_change_is_decided_under_the_version_before_it_and_in_force_for_what_follows_in_the_turn()
    {
        Fire("before");
        var before = _shard.Shard.Policy.Version;
        _shard.Post(new GrainId(GrainKind.Silence, "s-1"), Set("s-1"));
        _shard.Post(new GrainId(GrainKind.Alert, "after"), Receive("after"));
        _shard.Turn();

        var turn = _shard.Journal[^1];
        Assert.Equal(
            [("silence.set", before), ("alert.receive", before + 1)],
            turn.Log.Select(row => (row.Type, row.PolicyVersion)).Take(2));
        Assert.All(turn.Log.Skip(2), row => Assert.Equal(before + 1, row.PolicyVersion));
        Assert.Equal(before + 1, Assert.Single(turn.Policies).Version);
    }

    [Fact]
    public void What_was_made_is_in_force_after_a_crash_and_under_a_new_configuration()
    {
        Override("o-1");
        Assert.Equal(["o-1"], _shard.Shard.Policy.Overrides.Select(made => made.Id));
        _shard.Publish();
        _shard.Settle();
        Assert.Equal(["o-1"], _shard.Shard.Policy.Overrides.Select(made => made.Id));
        _shard.Crash();
        Assert.Equal(["o-1"], _shard.Shard.Policy.Overrides.Select(made => made.Id));
    }

    [Fact]
    public void A_contact_that_was_made_reaches_its_person_after_a_crash_and_under_a_new_configuration()
    {
        var contact = new MadeContact("c-1", Policies.Primary, new("mail", "new@example.org"), false, true, _shard.Now);
        _shard.Send(new GrainId(GrainKind.Contact, "c-1"), new ContactCommand.Set(contact));
        Assert.Equal(contact.Target, Contacts()[^1]);
        _shard.Publish();
        _shard.Settle();
        Assert.Equal(contact.Target, Contacts()[^1]);
        _shard.Crash();
        Assert.Equal(contact.Target, Contacts()[^1]);

        ValueList<DeliveryTarget> Contacts() => _shard.Shard.Policy.FindUser(Policies.Primary)!.Contacts;
    }

    [Fact]
    public void An_override_does_not_wait_until_every_open_alert_was_looked_at_as_a_silence_does()
    {
        Fire("one");
        _shard.Post(new GrainId(GrainKind.Override, "o-1"), SetOverride("o-1"));
        _shard.Turn();
        Assert.Single(_shard.Shard.Policy.Overrides);
        Assert.True(_shard.Shard.IsPolicyInForce);
        _shard.Post(new GrainId(GrainKind.Silence, "s-1"), Set("s-1"));
        _shard.Turn();
        Assert.False(_shard.Shard.IsPolicyInForce);
    }

    [Fact]
    public void What_was_learnt_outlives_a_crash_and_a_new_configuration_and_what_a_file_no_longer_says_is_gone()
    {
        var learnt = new Edge("table:t", "model:m") { Origin = EdgeOrigin.Lineage };
        var file = new Edge("model:m", "endpoint:e") { Origin = EdgeOrigin.Configuration };
        var other = new Edge("model:m", "endpoint:f") { Origin = EdgeOrigin.Configuration };
        _shard.Send(TopologyState.Id, new TopologyCommand.Learn([], [learnt]));
        learnt = learnt with { FirstSeen = _shard.Now, LastSeen = _shard.Now };
        Assert.Equal([learnt], _shard.Shard.Policy.Topology.Edges);

        Publish(Policies.Small.WithTopology([file]));
        Assert.Equal([file, learnt], _shard.Shard.Policy.Topology.Edges);
        Publish(Policies.Small.WithTopology([other]));
        Assert.Equal([other, learnt], _shard.Shard.Policy.Topology.Edges);
        _shard.Crash();
        Assert.Equal([learnt], _shard.Shard.Policy.Topology.Edges);
    }

    [Fact]
    public void A_change_of_the_topology_starts_no_pass_over_the_open_alerts()
    {
        Fire("one");
        _shard.Post(TopologyState.Id, new TopologyCommand.Declare([new EntityFacts("model:m")], []));
        _shard.Turn();
        Assert.Single(_shard.Shard.Policy.Topology.Known);
        Assert.True(_shard.Shard.IsPolicyInForce);
    }

    /// <summary>
    /// A hundred thousand single rows, as a store hands them over, and a thousand more: what is quadratic does not end.
    /// </summary>
    [Fact]
    public void A_large_topology_is_taken_up_and_changed()
    {
        var made = Enumerable.Range(0, 100_000).Select(n => (PolicyChange)new PolicyChange.TopologyChanged(
            new() { Edges = [new Edge($"table:{n % 1_000}", $"model:{n}") { Origin = EdgeOrigin.Lineage }] }));
        var policy = Policies.Small.WithMade(made);
        for (var n = 0; n < 1_000; n++)
        {
            policy = policy.With(
                new PolicyChange.TopologyChanged(new() { Edges = [new Edge("table:x", $"model:{n}")] }));
        }

        policy = Policies.Small.WithTopology([new Edge("a:a", "b:b")]).After(policy);

        Assert.Equal(101_001, policy.Topology.EdgeCount);
    }

    private void Publish(PolicyVersion policy)
    {
        _shard.Publish(policy);
        _shard.Settle();
    }

    private void Override(string id) => _shard.Send(new GrainId(GrainKind.Override, id), SetOverride(id));

    private OverrideCommand.Set SetOverride(string id) => new(new Override(
        id, Policies.Small.Schedules[0].Id,
        [new(_shard.Now, _shard.Now.AddHours(1), Participant.User(Policies.Secondary))],
        _shard.Now, "ann", ""));

    private void Fire(string alias) => _shard.Send(new GrainId(GrainKind.Alert, alias), Receive(alias));

    private void Silence(string id) => _shard.Send(new GrainId(GrainKind.Silence, id), Set(id));

    private static AlertCommand.Receive Receive(string alias) => new(new Signal { Alias = alias, Message = alias });

    private SilenceCommand.Set Set(string id) => new(new Silencing(
        id, Policies.Match("{alertname=\"Other\"}"), _shard.Now, _shard.Now.AddHours(1), "ann", ""));
}
