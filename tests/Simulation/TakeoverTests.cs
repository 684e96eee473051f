using Correlation.Simulation.Checkers;
using Correlation.Simulation.Engine;
using Correlation.TestKit.Memory;
using Xunit;
using Xunit.Abstractions;
using Record = Correlation.Simulation.Engine.Record;

namespace Correlation.Simulation;

/// <summary>
/// Processes that stand still in the middle of a commit or between two turns, are taken over from, and go on: two are
/// alive on one store, of which one has its lock. Beside crashes and commits of unknown outcome, under all faults of a
/// seed.
/// </summary>
public sealed class TakeoverTests(ITestOutputHelper output)
{
    private static int Seeds => Environment.GetEnvironmentVariable("CORRELATION_TEST_LONG") == "1" ? 3000 : 20;

    [Fact]
    public void Whoever_was_taken_over_from_writes_nothing_and_begins_no_delivery_and_every_invariant_holds()
    {
        var runs = new (int Seed, int Fenced, int Takeovers, string Faults)[Seeds];
        Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, n =>
        {
            using var world = new World(n + 1) { Disk = new MemoryDisk { IsExclusive = true }, Stalls = true };
            var record = world.Run();
            var violations = Verdict.Of(record).Select(violation => $"{violation.Invariant}: {violation.Evidence}");
            runs[n] = (n + 1, record.Fenced.Count, record.Lives.Count - 1, string.Join("\n  ", violations.Concat(OutOfTurn(record))));
        });

        output.WriteLine(
            $"{Seeds} seeds: {runs.Sum(run => run.Takeovers)} takeovers, {runs.Sum(run => run.Fenced)} found it out when they went on");
        Assert.True(
            runs.Sum(run => run.Fenced) >= Seeds,
            "Fewer than one process a seed went on after it was taken over from.");
        Assert.True(
            runs.All(run => run.Faults.Length == 0),
            string.Join(
                '\n',
                runs.Where(run => run.Faults.Length > 0).Take(3).Select(run => $"Seed {run.Seed}\n  {run.Faults}")));
    }

    /// <summary>The journal is written by one process after the other.</summary>
    private static IEnumerable<string> OutOfTurn(Record record)
    {
        var writers = record.Journal.Select(write => record.CommitOf(write.Turn).Process).ToList();
        return writers.Zip(writers.Skip(1)).Where(two => two.Second < two.First)
            .Select(two => $"Process {two.Second} has written after process {two.First}");
    }
}
