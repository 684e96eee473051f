using Correlation.Benchmarks.Cascade.Measures;
using Xunit;

namespace Correlation.Simulation.Cascade;

/// <summary>Against figures that were computed by hand.</summary>
public sealed class PartitionTests
{
    [Fact]
    public void Pairs_count_those_that_are_together_in_both()
    {
        // True pairs: ab, ac, bc. Found pairs: ab, cd. Both: ab.
        var partition = new Partition([1, 1, 1, 2], [7, 7, 8, 8]);
        Assert.Equal(0.5, partition.Pairs.Precision, 9);
        Assert.Equal(1.0 / 3, partition.Pairs.Recall, 9);
        Assert.Equal(0.4, partition.Pairs.F1, 9);
    }

    [Fact]
    public void B_cubed_is_the_mean_over_items()
    {
        // Precision: a and b 1, c and d one half. Recall: a and b two thirds, c one third, d 1.
        var partition = new Partition([1, 1, 1, 2], [7, 7, 8, 8]);
        Assert.Equal(0.75, partition.BCubed.Precision, 9);
        Assert.Equal(((2.0 / 3 * 2) + (1.0 / 3) + 1) / 4, partition.BCubed.Recall, 9);
    }

    [Fact]
    public void B_cubed_of_some_true_groups_leaves_the_others_out()
    {
        var partition = new Partition([1, 1, 1, 2], [7, 7, 8, 8]);
        Assert.Equal((1 + 1 + 0.5) / 3, partition.BCubedOf(group => group == 1).Precision, 9);
    }

    [Fact]
    public void Ari_is_corrected_for_chance()
    {
        // Pairs in both 1, true 3, found 2, of 6: (1 - 3*2/6) / ((3+2)/2 - 1) = 0.
        Assert.Equal(0, new Partition([1, 1, 1, 2], [7, 7, 8, 8]).Ari, 9);

        // Pairs in both 2, true 2, found 3, of 6 with four items: (2 - 1) / (2.5 - 1).
        Assert.Equal(1, new Partition([1, 1, 2, 2], [5, 5, 6, 6]).Ari, 9);
    }

    [Fact]
    public void Nmi_is_the_shared_information_by_the_mean_of_both()
    {
        // H(true) of 3:1 is 0.562335, H(found) of 2:2 is 0.693147, I is 0.215762.
        Assert.Equal(0.215762 / ((0.562335 + 0.693147) / 2), new Partition([1, 1, 1, 2], [7, 7, 8, 8]).Nmi, 4);
        Assert.Equal(0, new Partition([1, 2, 1, 2], [5, 5, 6, 6]).Nmi, 9);
    }

    [Fact]
    public void The_same_groups_under_other_numbers_are_perfect()
    {
        var partition = new Partition([1, 1, 2, 3], [9, 9, 4, 1]);
        Assert.Equal(
            (1, 1, 1, 1), (partition.Pairs.F1, partition.BCubed.F1, Math.Round(partition.Nmi, 9), partition.Ari));
    }

    [Fact]
    public void Groups_of_one_alone_are_perfect_and_not_undefined()
    {
        var partition = new Partition([1, 2, 3], [1, 2, 3]);
        Assert.Equal((1, 1, 1), (partition.Pairs.F1, partition.BCubed.F1, partition.Ari));
    }

    [Fact]
    public void One_group_of_all_has_every_pair_and_many_wrong_ones()
    {
        // True pairs 2 of 6.
        var partition = new Partition([1, 1, 2, 2], [1, 1, 1, 1]);
        Assert.Equal(1.0 / 3, partition.Pairs.Precision, 9);
        Assert.Equal(1, partition.Pairs.Recall);
        Assert.Equal(0, partition.Ari, 9);
    }

    [Fact]
    public void An_interval_holds_its_value_and_is_narrower_with_more_cases()
    {
        double Mean(IReadOnlyList<double> of) => of.Average();
        var few = Bootstrap.Of([0.0, 1, 0, 1], Mean);
        var many = Bootstrap.Of([.. Enumerable.Range(0, 400).Select(i => (double)(i % 2))], Mean);
        Assert.Equal(0.5, few.Value);
        Assert.InRange(0.5, many.Low, many.High);
        Assert.True(many.High - many.Low < few.High - few.Low);
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.95, 4)]
    [InlineData(0.01, 1)]
    public void A_quantile_is_a_value_that_was_there(double at, double expected) =>
        Assert.Equal(expected, Figure.Quantile([4, 1, 3, 2], at));
}
