using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class StoreContract
{
    [Fact]
    public void Repeats_are_dropped_when_folded_and_past_their_retention()
    {
        for (var position = 1; position <= 5; position++)
        {
            var at = Given.At(position * 3600);
            Commit(
                turn =>
                {
                    turn.Repeats = Packed(position);
                    turn.Heads.Add(new(9, position, at, 0));
                },
                at);
        }

        Commit(turn => turn.ReplayTurn = 3, Given.At(6 * 3600));

        Prune(now: Given.At(6 * 3600), replayTurn: 3);
        Assert.Equal([4, 5], Store.ReadRepeats(0).Select(batch => batch.Turn));
        var head = Reopen();
        Assert.Equal((6, 5), (head.Turn, head.Partitions[9].Position));
    }

    [Fact]
    public void Turns_that_a_start_needs_are_never_dropped()
    {
        Commit(turn => turn.Heads.Add(new(9, 77, turn.At, 5)));
        Commit(turn => turn.Repeats = Packed(1));
        Prune(now: Given.At(0).AddYears(9), replayTurn: 0);
        Assert.Single(Store.ReadRepeats(0));
        Assert.Equal(77, Reopen().Partitions[9].Position);
    }

    [Fact]
    public void A_store_pruned_empty_goes_on_at_its_turn()
    {
        Commit(turn => turn.Heads.Add(new(9, 77, turn.At, 5)));
        Commit(turn => turn.ReplayTurn = 1);
        Prune(now: Given.At(0).AddYears(9), replayTurn: 2);
        var head = Reopen();
        Assert.Equal((2, 1, 77), (head.Turn, head.ReplayTurn, head.Partitions[9].Position));
    }

    [Fact]
    public void Answers_are_dropped_after_a_day()
    {
        var answer = new StoredAnswer(new LogPosition(1, 1, 1), Outcome.Material, "made");
        Commit(turn => turn.Answers.Add(("old", answer)), Given.At(0));
        Commit(turn => turn.Answers.Add(("young", answer)), Given.At(86_000));
        Prune(now: Given.At(86_401), replayTurn: 0);
        Assert.Equal(["young"], Store.Answers(["old", "young"]).Keys);
    }

    protected void Prune(DateTimeOffset now, long replayTurn)
    {
        for (var slices = 0; Store.Prune(Retention, now, replayTurn); slices++)
        {
            Assert.True(slices < 1_000, "Pruning says there is more to do although a thousand slices are done.");
        }
    }
}
