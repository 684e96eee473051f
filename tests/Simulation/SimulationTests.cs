using System.Diagnostics;
using System.Globalization;
using Correlation.Simulation.Engine;
using Xunit;
using Xunit.Abstractions;

namespace Correlation.Simulation;

/// <summary>Beside nothing else: the seeds take every core.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public class SimulationTests(ITestOutputHelper output)
{
    private const string LongRuns = "CORRELATION_TEST_LONG";

    /// <summary>
    /// Each broke an invariant, was judged wrongly, or reached what the first ones did not, when the stormy part took 15
    /// minutes; in a shorter one they are further seeds.
    /// </summary>
    private static readonly int[] NamedRotaSeeds = [65, 109, 148, 166, 182, 373];

    private static int RotaSeeds => Environment.GetEnvironmentVariable(LongRuns) == "1" ? 2000 : 50;

    private static int Seeds => Environment.GetEnvironmentVariable(LongRuns) == "1" ? 5000 : 200;

    [Fact]
    public void Every_seed_keeps_every_invariant_and_together_they_reach_every_rare_state() =>
        RunAll(Town.Site, [.. Enumerable.Range(1, Seeds)], RareStates.All);

    [Fact]
    public void With_real_ladders_too_every_seed_keeps_every_invariant_and_together_they_reach_every_rare_state() =>
        RunAll(Rota.Site, [.. Enumerable.Range(1, RotaSeeds).Union(NamedRotaSeeds)], RareOnCall.All);

    /// <summary>
    /// Judged wrongly once, in a longer storm: what was held back, and rose to what is held back too, waits for the end
    /// as it was known when a configuration ends them sooner.
    /// </summary>
    [Fact]
    public void A_site_whose_memory_is_gone_through_often_keeps_every_invariant()
    {
        var run = SeedRun.Of(21, Rota.Site, TimeSpan.FromSeconds(5));
        Assert.True(run.Violations.Count == 0, run.ToString());
    }

    private void RunAll(Site site, IReadOnlyList<int> seeds, IReadOnlyList<string> rare)
    {
        var clock = Stopwatch.StartNew();
        var runs = SeedRun.Of(seeds, site);
        Show(runs, rare, clock.Elapsed);

        Assert.True(
            runs.All(run => run.Violations.Count == 0),
            string.Join("\n\n", runs.Where(run => run.Violations.Count > 0).Take(3)));
        Assert.All(runs, run =>
        {
            Assert.True(run.Commands >= 500, $"Seed {run.Seed} sent only {run.Commands} commands.");
            Assert.True(run.Keys >= 50, $"Seed {run.Seed} used only {run.Keys} keys.");
            Assert.True(run.Crashes >= 3, $"Seed {run.Seed} crashed only {run.Crashes} times.");
        });
        var missed = rare.Except(runs.SelectMany(run => run.Reached)).ToList();
        Assert.True(missed.Count == 0, "No seed reached: " + string.Join("; ", missed));
    }

    /// <summary>
    /// Repeats one seed of a site; with CORRELATION_SHOW it tells what the journal says of the grains that this is a
    /// part of the key of, and with CORRELATION_ROUND its memory is gone through once in so many seconds. Several seeds
    /// are 1-200.
    /// </summary>
    [Fact]
    public void Seed_from_the_environment()
    {
        var seeds = (Environment.GetEnvironmentVariable("CORRELATION_SEED") ?? "1").Split('-')
            .Select(seed => int.Parse(seed, CultureInfo.InvariantCulture)).ToList();
        var site = Environment.GetEnvironmentVariable("CORRELATION_SITE") == Rota.Site.Name ? Rota.Site : Town.Site;
        TimeSpan? round = Environment.GetEnvironmentVariable("CORRELATION_ROUND") is { } seconds
            ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))
            : null;
        var runs = SeedRun.Of([.. Enumerable.Range(seeds[0], seeds[^1] - seeds[0] + 1)], site, round);
        if (Environment.GetEnvironmentVariable("CORRELATION_SHOW") is { } part)
        {
            using var world = new World(seeds[0], site: site, memoryRound: round);
            output.WriteLine(Told.Of(world.Run(), part));
        }

        Assert.True(
            runs.All(run => run.Violations.Count == 0),
            string.Join("\n\n", runs.Where(run => run.Violations.Count > 0)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_seed_is_the_same_run_to_the_last_byte(bool hasRota)
    {
        using var one = new World(7, site: hasRota ? Rota.Site : Town.Site);
        using var other = new World(7, site: hasRota ? Rota.Site : Town.Site);
        Assert.Equal(Told.Of(one.Run(), ""), Told.Of(other.Run(), ""));
    }

    private void Show(IReadOnlyList<SeedRun> runs, IReadOnlyList<string> rare, TimeSpan took)
    {
        output.WriteLine(
            $"{runs.Count} seeds from {runs[0].Seed} in {took.TotalSeconds:0} s: {runs.Sum(run => run.Commands)} commands, " +
            $"at least {runs.Min(run => run.Commands)} with {runs.Min(run => run.Keys)} keys and {runs.Min(run => run.Crashes)} crashes each");
        foreach (var state in rare)
        {
            output.WriteLine($"{runs.Count(run => run.Reached.Contains(state)),5} seeds reached {state}");
        }
    }
}
