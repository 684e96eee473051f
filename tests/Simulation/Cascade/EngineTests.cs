using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Measures;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Xunit;

namespace Correlation.Simulation.Cascade;

/// <summary>What holds in every case, however well it is correlated.</summary>
public sealed class EngineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_accepted_alert_is_in_one_incident_or_held_back_with_a_reason(int seed)
    {
        var cascade = CascadeCase.Make(Cases.Small, seed);
        var outcome = EngineRun.Of(cascade, cascade.Observed);
        Assert.NotEmpty(outcome.Alerts);
        Assert.Empty(CaseScore.Of(cascade, outcome).Lost);
        var sent = cascade.Sent.Where(one => one.Fires).Select(one => one.Alias).ToHashSet();
        var changes = cascade.Truth.All
            .Where(entry => Detectors.IsChange(entry.Problem.Detector.Kind))
            .Select(entry => entry.Alias);
        Assert.Equal(sent.Except(changes).Order(), outcome.Alerts.Select(alert => alert.Alias).Distinct().Order());
    }

    [Fact]
    public void The_same_messages_give_the_same_bytes()
    {
        var cascade = CascadeCase.Make(Cases.Small, 5);
        var one = Bytes(EngineRun.Run(cascade, cascade.Observed));
        var other = Bytes(EngineRun.Run(CascadeCase.Make(Cases.Small, 5), cascade.Observed));
        Assert.True(one.Count > 20);
        Assert.Equal(one, other);
    }

    [Fact]
    public void A_critical_alert_is_paged_within_seconds_whatever_the_correlator_thinks() =>
        Assert.All(
            Waits(CascadePolicy.Value).Concat(Waits(CascadePolicy.WithoutCauses)), wait => Assert.InRange(wait, 0, 16));

    private static List<double> Waits(PolicyVersion policy)
    {
        var waits = Enumerable.Range(1, 6)
            .Select(seed =>
                CascadeCase.Make(
                    Split.Storm with { Shape = Cases.Small.Shape, Lasts = TimeSpan.FromHours(4) }, seed))
            .SelectMany(cascade => new FaultScores(cascade, EngineRun.Of(cascade, cascade.Observed, policy)).All())
            .SelectMany(fault => fault.WaitSeconds)
            .ToList();
        Assert.NotEmpty(waits);
        return waits;
    }

    private static List<string> Bytes(EngineRun run) =>
    [
        .. run.Disk.Tables.Grains.States
            .OrderBy(state => state.Grain.ToString(), StringComparer.Ordinal)
            .Select(state => $"{state.Grain} {Convert.ToHexString(StateWire.Document(state))}"),
    ];
}
