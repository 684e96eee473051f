using Correlation.Benchmarks.Cascade.Sending;
using Correlation.Benchmarks.Cascade.Worlds;

namespace Correlation.Benchmarks.Cascade.Cases;

/// <summary>
/// Which seeds: those that anything may be tuned on, and those that are run to report and for nothing else.
/// </summary>
internal enum SeedSet
{
    Dev = 1,
    Test = 2,
}

/// <summary>
/// A kind of case. The seeds of both sets were fixed before anything was tuned; whoever changes the service or a
/// baseline because of what a test seed showed has to move <see cref="FirstTestSeed"/> on.
/// </summary>
/// <param name="Types">Faults it may have; the first of a case goes round them by its seed.</param>
/// <param name="Lasts">After it nothing begins that a case counts.</param>
internal sealed record Split(
    string Name,
    WorldShape Shape,
    GraphErrors Errors,
    Distortions Distortions,
    IReadOnlyList<string> Types,
    int FewestFaults,
    int MostFaults,
    TimeSpan Lasts)
{
    public const int FirstDevSeed = 1;

    public const int FirstTestSeed = 10_001;

    /// <summary>Never seen on dev seeds, of any split.</summary>
    private static readonly string[] HeldOut = ["F13", "F16", "F18"];

    private static readonly string[] Worthy =
        ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F13", "F14", "F15", "F16", "F17", "F18"];

    private static readonly string[] Wide = ["F4", "F7", "F8"];

    private static readonly string[] Benign = ["F10", "F11", "F12"];

    private static readonly Distortions Ordinary = new()
    {
        Drop = 0.02,
        Delay = 0.05,
        Duplicate = 0.05,
        Repost = TimeSpan.FromMinutes(5),
        LostEnds = 0.03,
        Flapping = 0.05,
        Skew = TimeSpan.FromMinutes(1),
        NoisePerMinute = 0.2,
        ChangesPerDay = 6,
    };

    private static readonly Distortions Bad = Ordinary with
    {
        Drop = 0.08,
        Delay = 0.15,
        Duplicate = 0.1,
        LostEnds = 0.1,
        Flapping = 0.15,
        Skew = TimeSpan.FromMinutes(5),
        WrongZone = 0.03,
        Churn = 0.3,
        Truncated = 0.02,
        Restarts = 2,
        NoisePerMinute = 0.4,
        ChangesPerDay = 12,
    };

    /// <summary>Without F14: what no lineage can know is no easy question.</summary>
    public static readonly Split Easy = new(
        "easy", WorldShape.Usual, GraphErrors.None, Distortions.None, [.. Worthy.Except(["F14"])], 1, 1,
        TimeSpan.FromDays(5));

    public static readonly Split Standard = new(
        "standard", WorldShape.Usual, new GraphErrors(0.1, 0.02, 0.01, 0.01), Ordinary, [.. Worthy, .. Benign], 1, 2,
        TimeSpan.FromDays(3));

    public static readonly Split Hard = new(
        "hard", WorldShape.Large, new GraphErrors(0.3, 0.1, 0.05, 0.03), Bad, [.. Worthy, .. Benign], 3, 6,
        TimeSpan.FromDays(4))
    {
        Hides = 0.4,
    };

    public static readonly Split Storm = new(
        "storm", WorldShape.Crowded, new GraphErrors(0.1, 0.02, 0.01, 0.01),
        Ordinary with { Repost = TimeSpan.FromSeconds(30), Restarts = 1, NoisePerMinute = 2 }, Wide, 1, 2,
        TimeSpan.FromHours(6));

    public static readonly Split BenignOnly = new(
        "benign", WorldShape.Usual, new GraphErrors(0.1, 0.02, 0.01, 0.01), Ordinary, ["F0", .. Benign], 1, 1,
        TimeSpan.FromDays(3));

    public static readonly Split Shift = new(
        "shift", WorldShape.Layered, new GraphErrors(0.15, 0.05, 0.02, 0.02), Ordinary, HeldOut, 1, 2,
        TimeSpan.FromDays(3));

    public static readonly IReadOnlyList<Split> All = [Easy, Standard, Hard, Storm, BenignOnly, Shift];

    /// <summary>Share of the roots that no monitor sees, beside those that none can.</summary>
    public double Hides { get; init; }

    public static Split Of(string name) =>
        All.FirstOrDefault(split => split.Name == name)
            ?? throw new ArgumentException($"There is no split {name}.", nameof(name));

    public static int FirstSeed(SeedSet set) => set == SeedSet.Dev ? FirstDevSeed : FirstTestSeed;

    /// <summary>The shape that is held out has types that are held out too: it is tuned on nothing.</summary>
    public IReadOnlyList<string> TypesFor(long seed) =>
        seed >= FirstTestSeed || this == Shift ? Types : [.. Types.Except(HeldOut)];
}
