using System.Globalization;
using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Worlds;
using Correlation.TestKit.Processes;
using Xunit;

namespace Correlation.Simulation.Cascade;

/// <summary>
/// What each seed makes is kept, so that no change of the generator moves a figure unseen. A change that is meant
/// raises <see cref="CascadeCase.Generator"/>; run these tests once with CORRELATION_WRITE_GOLDEN=1, look at the
/// difference, commit it, and measure anew.
/// </summary>
public sealed class GoldenCaseTests
{
    /// <summary>Small enough to be read: a few hours of a small site, with every knob of the post turned.</summary>
    private static readonly Split Readable = Split.Hard with
    {
        Name = "readable",
        Shape = WorldShape.Small,
        Lasts = TimeSpan.FromHours(8),
        FewestFaults = 1,
        MostFaults = 2,
        Distortions = Split.Hard.Distortions with { NoisePerMinute = 0.05, Repost = TimeSpan.FromMinutes(20) },
    };

    [Fact]
    public void A_case_is_line_by_line_what_it_was() =>
        AssertAre("readable.jsonl", [.. CaseLines.Of(CascadeCase.Make(Readable, 4))]);

    /// <summary>
    /// Of each split some dev seeds and the first test seeds: how many lines, and what they add up to.
    /// </summary>
    [Fact]
    public void The_cases_of_every_split_are_what_they_were()
    {
        long[] seeds = [Split.FirstDevSeed, Split.FirstDevSeed + 1, Split.FirstTestSeed, Split.FirstTestSeed + 1];
        var sums =
            from split in Split.All
            from seed in seeds
            let lines = CaseLines.Of(CascadeCase.Make(split, seed)).ToList()
            select string.Create(
                CultureInfo.InvariantCulture,
                $"{split.Name} {seed} generator {CascadeCase.Generator}: {lines.Count} lines, {CaseLines.Sum(lines)}");
        AssertAre("cases.txt", [.. sums]);
    }

    [Fact]
    public void Another_setting_of_a_split_has_another_name_and_another_seed_other_lines()
    {
        Assert.NotEqual(CaseLines.Settings(Split.Standard), CaseLines.Settings(Split.Standard with { MostFaults = 3 }));
        Assert.Equal(CaseLines.Settings(Split.Standard), CaseLines.Settings(Split.Standard with { MostFaults = 2 }));
        Assert.NotEqual(
            CaseLines.Of(CascadeCase.Make(Readable, 4)).Skip(1), CaseLines.Of(CascadeCase.Make(Readable, 5)).Skip(1));
    }

    private static void AssertAre(string name, IReadOnlyList<string> now)
    {
        var path = Repository.PathOf("tests", "Simulation", "Cascade", "Golden", name);
        if (Environment.GetEnvironmentVariable("CORRELATION_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, string.Concat(now.Select(line => line + "\n")));
        }

        Assert.Equal(File.ReadAllLines(path), now);
    }
}
