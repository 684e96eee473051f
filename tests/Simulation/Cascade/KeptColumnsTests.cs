using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Measures;
using Correlation.Benchmarks.Cascade.Report;
using Xunit;
using static Correlation.Simulation.Cascade.Cases;

namespace Correlation.Simulation.Cascade;

public sealed class KeptColumnsTests
{
    private static readonly CascadeOptions Three = new([], 1, 3, 3, false, 1);

    [Fact]
    public void Scores_that_were_kept_make_the_same_tables()
    {
        List<Column> columns = [Of("easy", 1, 2, 3), Of("storm", 1, 2, 3)];
        var file = Path.GetTempFileName();
        try
        {
            KeptColumns.Write(file, columns);
            Assert.Equal(MarkdownReport.Of(columns), MarkdownReport.Of(KeptColumns.Read(file)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Parts_of_a_split_are_one_column_in_its_place()
    {
        var whole = KeptColumns.Together([Of("easy", 1, 2, 3), Of("benign", 1, 2, 3), Of("storm", 3), Of("storm", 1, 2)], Three);
        Assert.Equal(["easy", "storm", "benign"], whole.Select(column => column.Split));
        Assert.Equal([1, 2, 3], whole[1].Cases.Select(score => score.Seed));
        Assert.Equal(MarkdownReport.Of([Of("storm", 1, 2, 3)]), MarkdownReport.Of([whole[1]]));
    }

    [Fact]
    public void A_seed_that_is_there_twice_or_is_not_to_be_reported_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => KeptColumns.Together([Of("storm", 1, 2), Of("storm", 2)], Three));
        Assert.Throws<InvalidOperationException>(() => KeptColumns.Together([Of("storm", 1, 4)], Three));
    }

    [Fact]
    public void Ways_to_correlate_that_have_other_seeds_are_not_compared() => Assert.Throws<InvalidOperationException>(
        () => KeptColumns.Together([Of("storm", 1, 2), Of("storm", 1) with { Who = "B0" }], Three));

    private static Column Of(string split, params int[] seeds) => new(split, Measured.Ours, "", [.. seeds.Select(seed => Score(split, seed))]);

    /// <summary>The third has no fault, and a figure that is none.</summary>
    private static CaseScore Score(string split, int seed)
    {
        var cascade = CascadeCase.Make(Small, seed);
        var score = CaseScore.Of(cascade, EngineRun.Of(cascade, cascade.Observed));
        return score with { Split = split, Faults = seed == 3 ? [] : score.Faults, Nmi = seed == 3 ? double.NaN : score.Nmi };
    }
}
