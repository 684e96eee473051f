using Correlation.Benchmarks.Cascade;
using Correlation.Silo.Cluster;

namespace Correlation.Benchmarks.Spread;

/// <summary>
/// How long partitions are without an owner, by the rules and times that the service has for its one owner: a beat that
/// stands still for a while beside looks that are answered. Each survivor looks by itself, from a moment of its own.
/// </summary>
/// <param name="Taking">Seconds of one takeover in the database, one after the other; measured in decision
/// 0014.</param>
/// <param name="Opening">Seconds from knowing that it is granted to open, and for each partition; assumed.</param>
internal sealed record Takeover(double Taking, double Opening, double OpeningEach)
{
    private static readonly double Beat = ProcessBeat.Every.TotalSeconds;
    private static readonly double Look = Standby.LookEvery.TotalSeconds;
    private static readonly double Still = Succession.DeadAfter.TotalSeconds;

    /// <param name="gone">Silos that go in the same moment.</param>
    /// <param name="noticed">Their processes end and the server sees their connections close; else their machines just
    /// fall silent.</param>
    /// <returns>Seconds until the last of their partitions is open again.</returns>
    public double Of(int silos, int gone, int partitionsEach, bool noticed, Dice dice)
    {
        var looks = Enumerable.Range(0, silos - gone).Select(_ => dice.Unit() * Look).ToArray();
        var seen = Enumerable.Range(0, gone)
            .Select(_ => noticed ? looks.Min() : StandsStill(looks, -dice.Unit() * Beat))
            .Order();
        var done = 0.0;
        foreach (var at in seen)
        {
            done = Math.Max(done, at) + Taking;
        }

        var spread = Math.Min(silos - gone, gone * partitionsEach);
        var most = ((gone * partitionsEach) + spread - 1) / spread;
        return looks[..spread].Max(look => NextLook(look, done)) + Opening + (most * OpeningEach);
    }

    /// <summary>The first survivor whose looks have seen the same beat for so long.</summary>
    private static double StandsStill(double[] looks, double lastBeat) =>
        looks.Min(look => NextLook(look, lastBeat) + (Math.Ceiling(Still / Look) * Look));

    private static double NextLook(double phase, double after) => phase + (Math.Ceiling((after - phase) / Look) * Look);
}
