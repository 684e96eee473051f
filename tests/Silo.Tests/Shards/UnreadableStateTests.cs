using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>A stored state that this release cannot read stops its own grain and nothing else.</summary>
public sealed class UnreadableStateTests : IDisposable
{
    private static readonly GrainId Drift = new(GrainKind.Alert, "drift");
    private static readonly GrainId Other = new(GrainKind.Alert, "other");

    private readonly ShardInMemory _shard = new();

    public UnreadableStateTests()
    {
        _shard.Send(Drift, Fires("drift"));
        _shard.Loads = row => row.Id == Drift ? row with { Document = "{"u8.ToArray() } : row;
        _shard.Crash();
        _shard.Settle();
    }

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void Its_signals_still_reach_a_person()
    {
        Assert.Equal(Outcome.Poison, _shard.Send(Drift, Fires("drift")).Outcome);
        var bare = new GrainId(GrainKind.Incident, DerivedId.Of("poison", Drift.Key, 1).ToString());
        Assert.Single(_shard.Read<IncidentState>(bare)!.Pages);
    }

    [Fact]
    public void Who_asks_for_it_is_told_why_and_the_others_go_on()
    {
        var read = _shard.AskFor(Drift);
        _shard.Turn();
        Assert.IsType<UnavailableException>(read.Done.Exception!.InnerException);
        Assert.Contains("alert", read.Done.Exception.InnerException!.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Outcome.Material, _shard.Send(Other, Fires("other")).Outcome);
    }

    [Fact]
    public void A_release_that_can_read_it_goes_on_where_it_was()
    {
        _shard.Send(Drift, Fires("drift"));
        _shard.Loads = row => row;
        _shard.Crash();
        Assert.Equal(Outcome.Repeat, _shard.Send(Drift, Fires("drift")).Outcome);
        Assert.Equal(2, _shard.Read<AlertState>(Drift)!.Count.Seen);
    }

    [Fact]
    public void What_a_newer_release_stored_in_a_shape_of_its_own_is_not_read_as_ours()
    {
        _shard.Loads = row => row.Id == Drift ? row with { Shape = StateWire.Shape + 1 } : row;
        _shard.Crash();
        var answer = _shard.Send(Drift, Fires("drift"));
        Assert.Equal(Outcome.Poison, answer.Outcome);
        Assert.Contains("shape 2", answer.Reason, StringComparison.Ordinal);
    }

    private static AlertCommand.Receive Fires(string alias) =>
        new(new Signal { Alias = alias, Message = alias, Entity = "model:" + alias });
}
