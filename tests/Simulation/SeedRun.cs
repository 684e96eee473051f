using System.Globalization;
using Correlation.Simulation.Checkers;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation;

/// <summary>One seed, run and judged.</summary>
internal sealed record SeedRun(
    int Seed, Fault Faults, int Commands, int Keys, int Crashes,
    IReadOnlySet<string> Reached, IReadOnlyList<Violation> Violations)
{
    public string Site { get; init; } = "";

    public static SeedRun Of(int seed, Site site, TimeSpan? memoryRound = null)
    {
        using var world = new World(seed, site: site, memoryRound: memoryRound);
        var record = Run(world, seed);
        RareChecker rare = site.HasRota ? new RareOnCall(record) : new RareStates(record);
        var violations = Verdict.Of(record, rare);
        var commands = record.Requests.SelectMany(request => request.Commands).ToList();
        return new SeedRun(
            seed, world.Faults.On, commands.Count, commands.Select(command => command.To).Distinct().Count(),
            record.Lives.Count - 1,
            rare.Reached, violations)
        {
            Site = site.Name,
        };
    }

    private static Record Run(World world, int seed)
    {
        try
        {
            return world.Run();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"Seed {seed} under {world.Faults.On} came to no end. {Repeat(seed, world.Site.Name)}", e);
        }
    }

    private static string Repeat(int seed, string site) => string.Create(
        CultureInfo.InvariantCulture,
        $"Repeat it with: CORRELATION_SEED={seed} CORRELATION_SITE={site} dotnet test tests/Simulation -c Release --filter Seed_from_the_environment");

    /// <summary>
    /// Seeds side by side, as many as there are cores: each has a world of its own and no thread but one.
    /// </summary>
    public static IReadOnlyList<SeedRun> Of(IReadOnlyList<int> seeds, Site site, TimeSpan? memoryRound = null)
    {
        var runs = new SeedRun[seeds.Count];
        Parallel.For(
            0,
            seeds.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i => runs[i] = Of(seeds[i], site, memoryRound));
        return runs;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        Seed {Seed} of {Site} breaks {string.Join(", ", Violations.Select(violation => violation.Invariant).Distinct())} under {Faults}.
        {string.Join('\n', Violations.Select(violation => $"  {violation.Invariant}: {violation.Evidence}"))}
        {Repeat(Seed, Site)}
        """);
}
