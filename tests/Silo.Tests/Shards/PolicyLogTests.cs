using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
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
            turn.Log.Select(row => (row.Type, row.PolicyVersion)));
        Assert.Equal(before + 1, Assert.Single(turn.Policies).Version);
    }

    private void Fire(string alias) => _shard.Send(new GrainId(GrainKind.Alert, alias), Receive(alias));

    private void Silence(string id) => _shard.Send(new GrainId(GrainKind.Silence, id), Set(id));

    private static AlertCommand.Receive Receive(string alias) => new(new Signal { Alias = alias, Message = alias });

    private SilenceCommand.Set Set(string id) => new(new Silencing(
        id, Policies.Match("{alertname=\"Other\"}"), _shard.Now, _shard.Now.AddHours(1), "ann", ""));
}
