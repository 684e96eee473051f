using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Silo.Shards;
using Correlation.Silo.Storage;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

public sealed class RetentionTests : IDisposable
{
    private static readonly GrainId Drift = new(GrainKind.Alert, "drift");

    private readonly ShardInMemory _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void A_changed_retention_is_in_force_with_the_policy()
    {
        var first = Fire();
        _shard.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(first, Fire());

        var settings = Policies.Small.Settings;
        _shard.Publish(Policies.Small with
        {
            Settings = settings with { Retention = settings.Retention with { Answers = TimeSpan.FromMinutes(10) } },
        });
        _shard.Advance(TimeSpan.FromMinutes(2));

        Assert.NotEqual(first, Fire());
    }

    [Fact]
    public void Old_rows_that_cannot_be_removed_are_counted_and_logged_once_per_spell()
    {
        _shard.PruneFault = new CommitFailedException("relation \"turns_2026010510\" does not exist");
        _shard.Advance(TimeSpan.FromMinutes(5));
        Assert.InRange(_shard.Counted["correlation_prune_failures_total"], 4, 6);
        Assert.Single(
            _shard.Log.Lines, line => line.StartsWith("Error: Old rows cannot be removed", StringComparison.Ordinal));

        _shard.PruneFault = null;
        _shard.Advance(TimeSpan.FromMinutes(2));
        _shard.PruneFault = new CommitFailedException("again");
        _shard.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, _shard.Log.Lines.Count(line => line.Contains("Old rows", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_removal_of_unknown_outcome_is_followed_by_a_recovery()
    {
        _shard.PruneFault = new CommitUnknownException("The connection broke");
        Assert.Throws<CommitUnknownException>(() => _shard.Advance(TimeSpan.FromMinutes(2)));
        Assert.False(_shard.Shard.IsReady);

        _shard.PruneFault = null;
        Fire();
        Assert.True(_shard.Shard.IsReady);
    }

    [Fact]
    public void A_loop_that_is_never_idle_removes_old_rows_too()
    {
        using var busy = new ShardInMemory(new ShardOptions { IntakePerTurn = 1 });
        busy.Settle();
        busy.PruneFault = new CommitFailedException("seen");
        busy.Now += TimeSpan.FromMinutes(2);
        var waiting = Enumerable.Range(0, 100).Select(n => busy.Post(Drift, Signal($"{n}"))).ToList();
        for (var turn = 0; turn < 20; turn++, busy.Now += TimeSpan.FromMilliseconds(100))
        {
            busy.Turn();
        }

        Assert.False(waiting[^1].Done.IsCompleted);
        Assert.Equal(1, busy.Counted["correlation_prune_failures_total"]);
    }

    private LogPosition Fire() => _shard.Send(Drift, Signal("It drifts"), key: "the same request").Position;

    private static AlertCommand.Receive Signal(string message) =>
        new(new Signal { Alias = Drift.Key, Message = message, Source = "test" });
}
