using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Sending;
using Correlation.Benchmarks.Cascade.Worlds;
using Correlation.Grains.Topology;

namespace Correlation.Benchmarks.Cascade.Cases;

/// <summary>
/// One world, what goes wrong in it, what arrives of that, and the truth. Made of a split and a seed alone, under one
/// <see cref="Generator"/> version.
/// </summary>
internal sealed record CascadeCase(
    Split Split,
    long Seed,
    World World,
    Graph Observed,
    IReadOnlyList<Fault> Faults,
    IReadOnlyList<Sent> Sent,
    Truth Truth,
    DateTimeOffset End)
{
    /// <summary>Raised when the same seed makes another case.</summary>
    public const int Generator = 2;

    public static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan NoiseOnly = TimeSpan.FromHours(3);
    private static readonly TimeSpan NoiseLasts = TimeSpan.FromHours(24);

    /// <param name="name">Gives every thing its name, for tests that names do not matter.</param>
    public static CascadeCase Make(Split split, long seed, Func<string, string>? name = null)
    {
        var world = WorldBuilder.Build(split.Shape, seed, name);
        var faults = FaultsOf(split, seed, world);
        var end = Start + split.Lasts;
        var problems = Problems.Of(world, faults, new Dice(seed, "monitors"), end);
        var knobs = split.Distortions;
        var noise = Problems.Noise(
            world,
            problems.Select(problem => problem.Key).ToHashSet(StringComparer.Ordinal),
            knobs.NoisePerMinute,
            knobs.ChangesPerDay,
            new Dice(seed, "noise"),
            Start,
            Start + (NoiseLasts < split.Lasts ? NoiseLasts : split.Lasts));
        var (sent, truth) = Post.Carry(
            problems.Concat(noise).OrderBy(problem => problem.From), knobs, seed, Start, end);
        return new CascadeCase(
            split, seed, world, ObservedGraph.Of(world, split.Errors, seed, Start), faults, sent, truth, end);
    }

    /// <summary>
    /// Both at once, for tests that nothing of one matters to the other. Scores are those of this one's faults.
    /// </summary>
    public CascadeCase Beside(CascadeCase other)
    {
        var truth = new Truth();
        foreach (var (alias, from, problem) in Truth.All.Concat(other.Truth.All))
        {
            truth.Add(alias, from, problem);
        }

        return this with
        {
            Observed = other.Observed.Edges.Aggregate(Observed, (graph, edge) => graph.With(edge)),
            Sent = [.. Sent.Concat(other.Sent).OrderBy(sent => sent.At)],
            Truth = truth,
        };
    }

    public override string ToString() =>
        $"{Split.Name} {Seed} ({string.Join(", ", Faults.Select(fault => fault.Type))})";

    /// <summary>
    /// The first by the seed's turn, so that some tens of seeds have all; the others by chance, overlapping.
    /// </summary>
    private static List<Fault> FaultsOf(Split split, long seed, World world)
    {
        var dice = new Dice(seed, "faults");
        var types = split.TypesFor(seed);
        var count = dice.Between(split.FewestFaults, split.MostFaults);
        var faults = new List<Fault>();
        for (var i = 0; i < count; i++)
        {
            var id = i == 0 ? types[(int)(seed % types.Count)] : dice.Pick(types);
            if (id == "F0")
            {
                continue;
            }

            var at = Start + NoiseOnly + dice.Between(
                TimeSpan.Zero, TimeSpan.FromHours(split.Name == "storm" ? 0.5 : 3));
            var fault = FaultLibrary.Strike(FaultLibrary.Of(id), $"{id}#{i + 1}", world, dice, at);
            faults.Add(dice.Chance(split.Hides) && !Detectors.IsChange(fault.Root.Kind) ? Hidden(fault) : fault);
        }

        return faults;
    }

    private static Fault Hidden(Fault fault)
    {
        var root = fault.Root with { Seen = false };
        return new Fault(fault.Type, fault.Name, fault.DeservesPage, [.. fault.Ills.Select(ill => Behind(ill))]);

        Ill Behind(Ill ill) => ill.Cause is null ? root : ill with { Cause = Behind(ill.Cause) };
    }
}
