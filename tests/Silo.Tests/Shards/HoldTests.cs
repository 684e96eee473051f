using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.TestKit.Memory;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

/// <summary>
/// A restored store: nothing is due until somebody releases it, or for ten minutes. The second step is due after five.
/// </summary>
public sealed class HoldTests : IDisposable
{
    private static readonly GrainId Latency = new(GrainKind.Alert, "latency");

    private readonly ShardInMemory _shard = new();

    public HoldTests()
    {
        _shard.Send(Latency, new AlertCommand.Receive(
            new Signal { Alias = Latency.Key, Message = "latency", Source = "test", Priority = Priority.P1 }));
        Assert.Single(Incident().Pages);
        _shard.Now += TimeSpan.FromHours(1);
        _shard.Restore();
    }

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void A_step_that_is_overdue_waits_ten_minutes_whatever_crashes_meanwhile()
    {
        var began = _shard.Now;
        _shard.Advance(TimeSpan.FromMinutes(6));
        _shard.Crash();
        Assert.Equal((began, began + Hold.Longest), (_shard.Shard.Hold.Since, _shard.Shard.Hold.Until));

        _shard.Advance(TimeSpan.FromMinutes(4) - TimeSpan.FromMilliseconds(1));
        Assert.Single(Incident().Pages);

        _shard.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, Incident().Pages.Count);
        Assert.Null(_shard.Shard.Hold.Since);
    }

    [Fact]
    public async Task Released_it_is_done_at_once_and_the_store_is_like_any_other()
    {
        _shard.Settle();
        var release = _shard.Release();
        _shard.Settle();
        Assert.True(await release.Done);
        Assert.Equal(2, Incident().Pages.Count);

        _shard.Crash();
        Assert.Null(_shard.Shard.Hold.Since);
        var again = _shard.Release();
        _shard.Settle();
        Assert.False(await again.Done);
    }

    [Fact]
    public void A_release_that_could_not_be_written_has_not_happened()
    {
        _shard.Settle();
        _shard.Fault = (CommitStep.Begun, new CommitFailedException("the disk is full"));
        var release = _shard.Release();
        _shard.Turn();
        Assert.NotNull(release.Done.Exception);
        Assert.NotNull(_shard.Shard.Hold.Since);
    }

    [Fact]
    public async Task A_release_in_a_turn_that_is_taken_apart_happens_all_the_same()
    {
        _shard.Settle();
        _shard.Refuses = write => write.Grains.Exists(grain => grain.State.Grain.Key == "bad")
            ? new CommitFailedException("invalid byte sequence") { ForItsContent = true }
            : null;
        var bad = _shard.Post(new GrainId(GrainKind.Alert, "bad"), new AlertCommand.Receive(
            new Signal { Alias = "bad", Message = "bad", Source = "test", Priority = Priority.P1 }));
        var release = _shard.Release();
        _shard.Settle();
        Assert.True(await release.Done);
        Assert.Null(_shard.Shard.Hold.Since);
        Assert.Equal(Outcome.Poison, ShardInMemory.AnswersOf(bad)[0].Outcome);
    }

    private IncidentState Incident() => _shard.Read<IncidentState>(_shard.IncidentOf(Latency.Key))!;
}
