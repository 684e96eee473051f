using Correlation.Benchmarks.Cascade.Cases;

namespace Correlation.Benchmarks.Cascade.Report;

/// <param name="Storms">Cases of the split storm at most: one is as much work as twenty others.</param>
/// <param name="Baselines">Also the other ways to group, and ourselves with the true lineage.</param>
internal sealed record CascadeOptions(
    IReadOnlyList<Split> Splits, long FirstSeed, int Cases, int Storms, bool Baselines, int Parallel)
{
    public int CasesOf(Split split) => split == Split.Storm ? Math.Min(Cases, Storms) : Cases;
}
