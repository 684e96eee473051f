using Correlation.Benchmarks.Cascade;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Worlds;
using Xunit;

namespace Correlation.Simulation.Cascade;

public sealed class FaultTests
{
    public static TheoryData<string> Types => [.. FaultLibrary.All.Select(type => type.Id)];

    [Theory]
    [MemberData(nameof(Types))]
    public void It_spreads_from_one_root_and_effects_come_after_their_cause(string id)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var fault = Strike(id, seed, out _);
            Assert.Single(fault.Ills, ill => ill.Cause is null);
            Assert.All(fault.Ills.Skip(1), ill => Assert.True(ill.At >= ill.Cause!.At));
            Assert.All(fault.Ills, ill => Assert.Equal(fault.Root.Entity, ill.Path[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Enough_of_it_is_seen_to_be_a_question(string id) =>
        Assert.True(Enumerable.Range(1, 10).Average(seed => Strike(id, seed, out _).Ills.Count(ill => ill.Seen)) >= 2);

    [Theory]
    [MemberData(nameof(Types))]
    public void It_goes_down_the_true_lineage_or_by_what_is_shared(string id)
    {
        var fault = Strike(id, 3, out var world);
        Assert.All(fault.Ills.Where(ill => ill.Cause is not null && id != "F12"), ill => Assert.True(
            ill.Entity == ill.Cause!.Entity || world.IsEdge(ill.Cause.Entity, ill.Entity) ||
            world.Reached(ill.Cause.Entity).Contains(ill.Entity),
            $"{ill.Cause.Entity} to {ill.Entity}"));
    }

    [Fact]
    public void The_same_chance_makes_the_same_fault()
    {
        Assert.Equal(Strike("F1", 7, out _).Ills, Strike("F1", 7, out _).Ills);
        Assert.NotEqual(Strike("F1", 7, out _).Ills, Strike("F1", 8, out _).Ills);
    }

    [Fact]
    public void An_unseen_root_stays_the_root_of_all()
    {
        var faults = Enumerable.Range(1, 40).SelectMany(seed => CascadeCase.Make(Split.Hard, seed).Faults).ToList();
        var hidden = faults.Where(fault => fault is { Type: "F4" or "F9", Root.Seen: false }).ToList();
        Assert.NotEmpty(hidden);
        Assert.All(hidden.SelectMany(fault => fault.Ills), ill => Assert.False(RootOf(ill).Seen));
    }

    private static Ill RootOf(Ill ill) => ill.Cause is null ? ill : RootOf(ill.Cause);

    private static Fault Strike(string id, int seed, out World world)
    {
        world = WorldBuilder.Build(WorldShape.Usual, seed);
        return FaultLibrary.Strike(FaultLibrary.Of(id), id, world, new Dice(seed, id), CascadeCase.Start);
    }
}
