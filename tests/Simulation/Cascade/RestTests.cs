using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Worlds;
using Xunit;

namespace Correlation.Simulation.Cascade;

/// <summary>What one suspect says of another ends: alerts are not sent from one to the other and back for ever.</summary>
public sealed class RestTests
{
    private static readonly Split SmallStorm = Split.Storm with { Shape = WorldShape.Crowded with { Models = 200, Nodes = 5 } };

    [Fact]
    public void A_storm_comes_to_rest()
    {
        var cascade = CascadeCase.Make(SmallStorm, 46);
        Assert.NotEmpty(EngineRun.Of(cascade, cascade.Observed).Alerts);
    }
}
