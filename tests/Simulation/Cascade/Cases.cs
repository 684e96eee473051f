using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Engine;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Sending;
using Correlation.Benchmarks.Cascade.Worlds;

namespace Correlation.Simulation.Cascade;

/// <summary>Small things to measure by.</summary>
internal static class Cases
{
    /// <summary>As the standard ones, in a small world for half a day.</summary>
    public static readonly Split Small = Split.Standard with
    {
        Shape = WorldShape.Small,
        Lasts = TimeSpan.FromHours(14),
        Distortions = Split.Standard.Distortions with { NoisePerMinute = 0.1 },
    };

    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    /// <param name="minute">After noon, when it is seen and begins.</param>
    public static SeenAlert Alert(string kind, string entity, double minute, string incident = "x", Ill? ill = null)
    {
        var at = Noon.AddMinutes(minute);
        var colon = entity.IndexOf(':', StringComparison.Ordinal);
        var asset = new Asset(entity, entity[..colon], entity[(colon + 1)..], "", "ml");
        var problem = new Problem(asset, Detectors.All[kind], at, at.AddHours(1), incident, ill);
        return new SeenAlert($"{kind}:{entity}:{minute}", at, at, null, entity, "", problem);
    }

    public static Outcome Seen(params SeenAlert[] alerts) =>
        new(
            alerts,
            [.. alerts.Select((_, i) => i)],
            [.. alerts.Select(_ => new Group(Blame.Nothing, null, 0))],
            alerts.Length);

    /// <summary>A world of a chain: each feeds the next.</summary>
    public static World Chain(params string[] urns)
    {
        var world = new World();
        var assets = urns.Select(urn => world.Add(new Asset(urn, urn.Split(':')[0], urn.Split(':')[1], "", "ml")))
            .ToList();
        for (var i = 0; i + 1 < assets.Count; i++)
        {
            world.Link(assets[i], assets[i + 1]);
        }

        return world;
    }

    public static CascadeCase Of(World world, params Fault[] faults) => new(
        Split.Easy, 1, world, ObservedGraph.True(world, Noon), faults, [], new Truth(), Noon.AddDays(1));
}
