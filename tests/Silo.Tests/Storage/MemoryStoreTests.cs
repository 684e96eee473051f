using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.TestKit.Memory;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public sealed class MemoryStoreTests : StoreContract, IDisposable
{
    private readonly MemoryDisk _disk = new();
    private MemoryStore _store;

    public MemoryStoreTests()
    {
        _store = new MemoryStore(_disk);
        _store.Open();
        Outbox = new MemoryOutbox(_disk);
    }

    protected override IStore Store => _store;

    protected override IOutbox Outbox { get; }

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_crash_after_writing_drops_what_was_not_synced()
    {
        Commit(Given.Write(Given.Alert("a", 1), 1));
        _store.Interrupt = ThrowAt(CommitStep.Written, new TimeoutException("crash"));
        Assert.Throws<TimeoutException>(() => Commit(Given.Write(Given.Alert("a", 1) with { Seen = true }, 2)));
        Assert.Equal((2, 1), (_disk.Journal.Count, _disk.Synced));
        Assert.Equal(1, Reopen().Turn);
        Assert.False(LoadAlert("a").Seen);
    }

    [Fact]
    public void A_crash_after_the_sync_keeps_what_nobody_was_told()
    {
        _store.Interrupt = ThrowAt(CommitStep.Synced, new TimeoutException("crash"));
        Assert.Throws<TimeoutException>(() => Commit(Given.Write(Given.Alert("a", 1), 1)));
        Assert.Equal(1, Reopen().Turn);
    }

    [Fact]
    public void A_disk_that_keeps_no_turns_has_what_they_add_up_to()
    {
        var disk = new MemoryDisk { KeepsTurns = false };
        using var store = new MemoryStore(disk);
        store.Open();
        store.Commit(new TurnWrite { Turn = 1, At = Given.At(1), Grains = { Given.Write(Given.Alert("a", 1), 1) } });
        Assert.Empty(disk.Journal);
        Assert.Equal(1, store.Open().Turn);
        Assert.Single(store.Load([new GrainId(GrainKind.Alert, "a")]));

        store.Interrupt = ThrowAt(CommitStep.Written, new TimeoutException("crash"));
        Assert.Throws<TimeoutException>(() => store.Commit(new TurnWrite { Turn = 2, At = Given.At(2) }));
        Assert.Throws<InvalidOperationException>(store.Open);
    }

    [Theory]
    [InlineData(CommitStep.Begun)]
    [InlineData(CommitStep.Written)]
    public void A_commit_that_failed_wrote_nothing(CommitStep step)
    {
        _store.Interrupt = ThrowAt(step, new CommitFailedException("full"));
        Assert.Throws<CommitFailedException>(() => Commit(Given.Write(Given.Alert("a", 1), 1)));
        Assert.Empty(Store.Load([new GrainId(GrainKind.Alert, "a")]));
        Assert.Empty(_disk.Journal);
    }

    [Fact]
    public void A_store_that_is_not_open_is_refused()
    {
        _store.Dispose();
        Assert.Throws<InvalidOperationException>(() => Store.NextDue());
    }

    protected override StoreHead Reopen()
    {
        _store.Dispose();
        _store = new MemoryStore(_disk);
        return _store.Open();
    }

    private static Action<CommitStep, TurnWrite> ThrowAt(CommitStep at, Exception what) => (step, _) =>
    {
        if (step == at)
        {
            throw what;
        }
    };
}
