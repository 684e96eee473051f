using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>
/// What a real database adds: the read side that people's pages and lists rely on, and commits that fail in the middle.
/// </summary>
public abstract partial class DatabaseContract : StoreContract
{
    protected abstract IReads Reads { get; }

    /// <summary>How many turns are stored, with and without repeats.</summary>
    protected abstract long StoredTurns();

    [Fact]
    public void A_commit_that_surely_failed_leaves_nothing_and_the_next_one_works()
    {
        Commit(turn => turn.Heads.Add(new(9, 1, turn.At, 1)));
        var again = new TurnWrite { Turn = 1, At = Given.At(1) };
        again.Grains.Add(Given.Write(Given.Alert("a", 1), 1));
        again.Heads.Add(new(9, 9, Given.At(9), 9));
        Assert.Throws<CommitFailedException>(() => Store.Commit(again));
        Assert.Null(Load(GrainKind.Alert, "a"));

        Commit(Given.Write(Given.Alert("b", 2), 1));
        var head = Reopen();
        Assert.Equal((2, 1), (head.Turn, head.Partitions[9].Position));
        Assert.NotNull(Load(GrainKind.Alert, "b"));
    }
}
