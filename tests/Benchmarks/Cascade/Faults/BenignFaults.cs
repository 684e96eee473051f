using Correlation.Benchmarks.Cascade.Worlds;

namespace Correlation.Benchmarks.Cascade.Faults;

/// <summary>What looks like a fault and is none that anybody should be woken for.</summary>
internal static class BenignFaults
{
    /// <summary>F10: labels are late, and accuracy has nothing to be computed of.</summary>
    public static void LateLabels(FaultScript script)
    {
        var job = script.Dice.Pick([.. script.World.WithRole("labels")]);
        var root = script.Root(job.Urn, "labels-late", 0.95, TimeSpan.FromHours(9));
        script.Each(root, script.World.Below(job, Types.Model), "no-accuracy-data", Lag.Hours(1), 0.7, 0.6);
    }

    /// <summary>F11: what watches is broken, and cries drift.</summary>
    public static void BrokenMonitor(FaultScript script)
    {
        var monitor = script.Dice.Pick([.. script.World.WithRole("monitor")]);
        var root = script.Root(monitor.Urn, "monitor-broken", 0.7, TimeSpan.FromHours(2));
        script.Each(root, script.World.Below(monitor, Types.Model), "prediction-drift", Lag.Minutes(10), 0.8, 0.5);
    }

    /// <summary>F12: it is Christmas. Everything drifts, and nothing is worse for it.</summary>
    public static void Season(FaultScript script)
    {
        var source = script.Dice.Pick(script.World.Of(Types.Source));
        var root = script.Root(source.Urn, "schema-changed", 0, TimeSpan.FromHours(12));
        var views = script.Dice.Some(script.World.Of(Types.FeatureView), script.Dice.Between(3, 60));
        script.Each(root, views, "data-drift", Lag.Hours(2, 0.7), 0.8, then: (drift, view) =>
            script.Each(drift, script.World.Below(view, Types.Model), "prediction-drift", Lag.Hours(1), 0.5, 0.3));
    }
}
