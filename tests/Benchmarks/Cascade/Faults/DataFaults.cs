using Correlation.Benchmarks.Cascade.Worlds;

namespace Correlation.Benchmarks.Cascade.Faults;

/// <summary>Faults of what models are fed: sources, jobs, tables, feature views.</summary>
internal static class DataFaults
{
    /// <summary>F1: an ingest job fails and everything that its table feeds grows old.</summary>
    public static void StaleTable(FaultScript script)
    {
        var job = script.Dice.Pick([.. script.World.WithRole("ingest")]);
        var root = script.Root(job.Urn, "job-failed", 0.9, TimeSpan.FromHours(7));
        script.Each(root, script.World.Below(job, Types.Table), "table-stale", Lag.Hours(1), 0.8, then: (stale, table) =>
            Downstream(script, stale, table, "table-stale", "feature-stale", Lag.Hours(1.5)));
    }

    /// <summary>
    /// F2: a column is gone or means nothing any more. Half of the time nobody says so of the source.
    /// </summary>
    public static void SchemaChange(FaultScript script)
    {
        var source = script.Dice.Pick(script.World.Of(Types.Source));
        var root = script.Root(source.Urn, "schema-changed", 0.5, TimeSpan.FromHours(6));
        var fails = script.Dice.Chance(0.5);
        script.Each(root, script.World.Below(source, Types.Job), "job-failed", Lag.Minutes(5), fails ? 0.95 : 0, then: (failed, job) =>
            script.Each(failed, script.World.Below(job, Types.Table), "null-rate", Lag.Minutes(5), fails ? 0.2 : 0.8, then: (nulls, table) =>
                Downstream(script, nulls, table, "null-rate", "feature-nulls", Lag.Hours(1))));
    }

    /// <summary>F3: dollars become cents. Nothing fails, and only what is fed by it looks odd.</summary>
    public static void UnitChange(FaultScript script)
    {
        var source = script.Dice.Pick(script.World.Of(Types.Source));
        var root = script.Root(source.Urn, "schema-changed", 0, TimeSpan.FromHours(30));
        foreach (var view in ViewsOf(script, source))
        {
            if (script.Then(root, view, "data-drift", Lag.Hours(1), 0.9) is not { } drift)
            {
                continue;
            }

            script.Each(drift, script.World.Below(view, Types.Model), "calibration-off", Lag.Days(1), 0.7, 0.7, (off, model) =>
                Business(script, off, model, Lag.Hours(6)));
        }
    }

    /// <summary>F6: the features of training and of serving are no longer computed alike.</summary>
    public static void Skew(FaultScript script)
    {
        var view = script.Dice.Pick(script.World.Of(Types.FeatureView));
        var root = script.Root(view.Urn, "feature-code-changed", 1, TimeSpan.FromHours(5));
        script.Each(root, script.World.Below(view, Types.Model), "skew", Lag.Minutes(30), 0.9, then: (skew, model) =>
        {
            script.Then(skew, model, "prediction-drift", Lag.Hours(1), 0.7);
            script.Then(skew, model, "accuracy-drop", Lag.Days(1), 0.3);
        });
    }

    /// <summary>F16: a stream lags, and features are late by seconds where F1 makes them late by hours.</summary>
    public static void StreamLag(FaultScript script)
    {
        var streams = script.World.Of(Types.Source).Where(source => source.IsStream).ToList();
        var source = script.Dice.Pick(streams.Count > 0 ? streams : script.World.Of(Types.Source));
        var root = script.Root(source.Urn, "stream-lag", 0.8, TimeSpan.FromMinutes(50));
        foreach (var view in ViewsOf(script, source))
        {
            if (script.Then(root, view, "feature-stale", Lag.Minutes(1.5), 0.85) is { } stale)
            {
                script.Each(stale, script.World.Below(view, Types.Model), "prediction-drift", Lag.Minutes(10), 0.5);
            }
        }
    }

    /// <summary>F18: the clocks changed, and an hour's partition is missing or there twice.</summary>
    public static void MissingPartition(FaultScript script)
    {
        var job = script.Dice.Pick(
            script.World.Of(Types.Job).Where(job => job.Role is "ingest" or "transform").ToList());
        var root = script.Root(job.Urn, "partition-missing", 0.6, TimeSpan.FromHours(5));
        script.Each(root, script.World.Below(job, Types.Table), "null-rate", Lag.Hours(1), 0.7, then: (nulls, table) =>
            Downstream(script, nulls, table, "null-rate", "data-drift", Lag.Hours(1)));
    }

    /// <summary>From an ill table down: tables made of it, feature views, models, what comes of them.</summary>
    private static void Downstream(FaultScript script, Ill ill, Asset table, string tables, string views, Lag lag)
    {
        foreach (var below in script.World.Below(table))
        {
            if (below.Type == Types.FeatureView)
            {
                View(below, lag);
            }
            else if (below.Role == "materialize")
            {
                script.World.Below(below, Types.FeatureView).ToList().ForEach(view => View(view, lag));
            }
            else if (below.Type == Types.Job && script.Dice.Chance(0.7))
            {
                script.Each(ill, script.World.Below(below, Types.Table), tables, Lag.Hours(1), 0.7, then: (next, derived) =>
                    Downstream(script, next, derived, tables, views, lag));
            }
        }

        void View(Asset view, Lag after) => script.Each(ill, [view], views, after, 0.75, 0.9, (stale, _) =>
            script.Each(stale, script.World.Below(view, Types.Model), "prediction-drift", Lag.Hours(1.5), 0.6, 0.8, (drift, model) =>
            {
                if (script.Dice.Chance(0.4))
                {
                    script.Then(
                        drift, model, "accuracy-drop", new Lag(TimeSpan.FromHours(20) + model.LabelDelay, 0.4), 0.6);
                }
            }));
    }

    /// <summary>Feature views that are fed by the source through one table.</summary>
    private static List<Asset> ViewsOf(FaultScript script, Asset source)
    {
        var below = script.World.Below(source).SelectMany(job => script.World.Below(job, Types.Table))
            .SelectMany(table => script.World.Below(table))
            .SelectMany(next => next.Type == Types.FeatureView ? [next] : script.World.Below(next, Types.FeatureView));
        return [.. below.Distinct()];
    }

    public static void Business(FaultScript script, Ill ill, Asset model, Lag lag)
    {
        foreach (var kpi in script.World.Below(model, Types.Endpoint).SelectMany(endpoint => script.World.Below(endpoint, Types.Kpi)))
        {
            if (script.Dice.Chance(0.3))
            {
                script.Then(ill, kpi, "kpi-drop", lag, 0.6);
            }
        }
    }
}
