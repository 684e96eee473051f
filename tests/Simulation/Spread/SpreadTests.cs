using Correlation.Benchmarks.Cascade;
using Correlation.Benchmarks.Spread;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Simulation.Spread;

/// <summary>The models behind docs/SCALING.md keep what it says of them.</summary>
public sealed class SpreadTests
{
    private const int Partitions = 512;

    private static readonly Gen<int[]> Members =
        from members in Gen.NonEmptyListOf(Gen.Choose(0, 60))
        select members.Distinct().Order().ToArray();

    [Fact]
    public void Fair_gives_every_partition_to_a_member_and_no_two_differ_by_more_than_one() =>
        Prop.ForAll(Gen.Two(Members).ToArbitrary(), both =>
        {
            var before = PartitionSpread.Fair([.. Enumerable.Repeat(PartitionSpread.Nobody, Partitions)], both.Item1);
            var after = PartitionSpread.Fair(before, both.Item2);
            Assert.All(after, owner => Assert.Contains(owner, both.Item2));
            var loads = both.Item2.Select(silo => after.Count(owner => owner == silo)).ToList();
            Assert.InRange(loads.Max() - loads.Min(), 0, 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Fair_moves_what_has_lost_its_owner_and_what_is_above_a_share_and_nothing_else() =>
        Prop.ForAll(Gen.Two(Members).ToArbitrary(), both =>
        {
            var before = PartitionSpread.Fair([.. Enumerable.Repeat(PartitionSpread.Nobody, Partitions)], both.Item1);
            var after = PartitionSpread.Fair(before, both.Item2);
            var orphans = before.Count(owner => !both.Item2.Contains(owner));
            var most = (Partitions + both.Item2.Length - 1) / both.Item2.Length;
            var surplus = both.Item2.Sum(silo => Math.Max(0, before.Count(owner => owner == silo) - most));
            var moved = before.Zip(after).Count(pair => pair.First != pair.Second);
            Assert.InRange(moved, orphans + surplus, orphans + surplus + both.Item2.Length);
            Assert.Equal(after, PartitionSpread.Fair(after, both.Item2));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void By_rank_only_the_partitions_of_who_goes_find_another_and_they_return_to_who_comes_back() =>
        Prop.ForAll(Members.Where(members => members.Length > 1).ToArbitrary(), members =>
        {
            var before = PartitionSpread.Rendezvous(Partitions, members);
            var after = PartitionSpread.Rendezvous(Partitions, members[1..]);
            Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.First == members[0]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Who_falls_silent_is_taken_over_from_after_its_silence_and_before_five_seconds()
    {
        var takeover = new Takeover(0.042, 0.05, 0.005);
        var dice = new Dice(1, "silent");
        for (var n = 0; n < 200; n++)
        {
            Assert.InRange(takeover.Of(20, 1, 25, noticed: false, dice), 2.5, 5);
            Assert.InRange(takeover.Of(20, 1, 25, noticed: true, dice), 0, 1);
        }
    }
}
