using Correlation.Benchmarks.Cascade.Cases;

namespace Correlation.Benchmarks.Cascade.Report;

/// <param name="Baselines">Also the other ways to group, and ourselves with the true lineage.</param>
internal sealed record CascadeOptions(IReadOnlyList<Split> Splits, long FirstSeed, int Cases, bool Baselines, int Parallel);
