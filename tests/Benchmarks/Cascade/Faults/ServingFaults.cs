using Correlation.Benchmarks.Cascade.Worlds;

namespace Correlation.Benchmarks.Cascade.Faults;

/// <summary>Faults of what models run on and of what was released.</summary>
internal static class ServingFaults
{
    /// <summary>F4: the online store is slow: fast and wide.</summary>
    public static void OnlineStore(FaultScript script)
    {
        var store = script.Dice.Pick(script.World.Of(Types.OnlineStore));
        var root = script.Root(store.Urn, "store-slow", 0.9, TimeSpan.FromMinutes(40));
        script.Each(root, script.World.Below(store, Types.Endpoint), "latency-high", Lag.Minutes(1), 0.75, 0.9, (slow, endpoint) =>
        {
            script.Then(slow, endpoint, "fallbacks", Lag.Minutes(1.5), 0.5);
            script.Then(slow, endpoint, "error-rate", Lag.Minutes(10), 0.3);
        });
    }

    /// <summary>F5: a bad version of a model goes live.</summary>
    public static void BadVersion(FaultScript script)
    {
        var model = script.Dice.Pick(script.World.Of(Types.Model));
        var root = script.Root(model.Urn, "model-promoted", 1, TimeSpan.FromHours(5));
        if (script.Dice.Chance(0.5))
        {
            script.Each(root, script.World.Below(model, Types.Endpoint), "latency-high", Lag.Minutes(10), 0.9, then: (slow, endpoint) =>
                script.Then(slow, endpoint, "error-rate", Lag.Minutes(8), 0.6));
        }
        else if (script.Then(root, model, "accuracy-drop", Lag.Hours(5), 0.95) is { } worse)
        {
            script.Then(root, model, "prediction-drift", Lag.Hours(2), 0.7);
            DataFaults.Business(script, worse, model, Lag.Hours(6));
        }
    }

    /// <summary>F7: a GPU node fails; its trainings fail too, which shows a day later.</summary>
    public static void GpuNode(FaultScript script)
    {
        var node = script.Dice.Pick(script.World.Of(Types.Node));
        var root = script.Root(
            node.Urn, script.Dice.Chance(0.5) ? "gpu-fault" : "node-down", 0.9, TimeSpan.FromHours(1.5));
        script.Each(root, script.World.Below(node, Types.Endpoint), "pods-down", Lag.Minutes(1), 0.6, 0.9, (down, endpoint) =>
        {
            script.Then(down, endpoint, "replicas-low", Lag.Minutes(1), 0.4);
            script.Then(down, endpoint, "latency-high", Lag.Minutes(3), 0.8);
            script.Then(down, endpoint, "error-rate", Lag.Minutes(6), 0.4);
        });
        script.Each(root, script.World.Below(node, Types.Training), "job-failed", Lag.Minutes(2), 0.8, 0.5, (failed, training) =>
            script.Each(failed, script.World.Below(training, Types.Model), "model-age", Lag.Days(1), 0.4));
    }

    /// <summary>
    /// F8: somebody else has eaten the pool. Its nodes say nothing, and no lineage joins what suffers.
    /// </summary>
    public static void NoisyNeighbour(FaultScript script)
    {
        var pool = script.Dice.Pick([.. script.World.Of(Types.Node).Select(node => node.Pool).Distinct()]);
        var root = script.Root($"{Types.Pool}:{pool}", "quota-exhausted", 0.3, TimeSpan.FromMinutes(50));
        var on = script.World.Of(Types.Endpoint).Where(endpoint => endpoint.Pool == pool);
        script.Each(root, on, "latency-high", Lag.Minutes(2), 0.8, 0.6, (slow, endpoint) =>
            script.Then(slow, endpoint, "error-rate", Lag.Minutes(8), 0.3));
    }

    /// <summary>F9: a training fails night after night, and its model grows old.</summary>
    public static void FailingTraining(FaultScript script)
    {
        var training = script.Dice.Pick(script.World.Of(Types.Training));
        var root = script.Root(training.Urn, "job-failed", 0.95, TimeSpan.FromDays(3));
        script.Each(root, script.World.Below(training, Types.Model), "model-age", Lag.Days(1.5), 0.9, then: (old, model) =>
        {
            script.Then(old, model, "prediction-drift", Lag.Hours(12), 0.6);
            script.Then(old, model, "accuracy-drop", Lag.Days(1), 0.5);
        });
    }

    /// <summary>F13: the index was made by another version of the embedding. Nothing measures the index.</summary>
    public static void IndexMismatch(FaultScript script)
    {
        var index = script.Dice.Pick(script.World.Of(Types.Dataset));
        var root = script.Root(index.Urn, "schema-changed", 0, TimeSpan.FromHours(6));
        script.Each(root, script.World.Below(index, Types.Model), "retrieval-quality", Lag.Minutes(20), 0.9, then: (worse, model) =>
        {
            script.Then(worse, model, "eval-score", Lag.Minutes(40), 0.8);
            DataFaults.Business(script, worse, model, Lag.Hours(5));
        });
    }

    /// <summary>F14: somebody else's API throttles us; no lineage knows of it.</summary>
    public static void OutsideApi(FaultScript script)
    {
        var api = script.Dice.Pick([.. script.World.WithRole("llm-api")]);
        var root = script.Root(api.Urn, "api-throttled", 0.2, TimeSpan.FromHours(1));
        script.Each(root, script.World.Below(api, Types.Endpoint), "latency-high", Lag.Minutes(1), 0.8, then: (slow, endpoint) =>
            script.Then(slow, endpoint, "fallbacks", Lag.Minutes(2), 0.7));
    }

    /// <summary>F15: a flag or a threshold was set, for a segment of the users.</summary>
    public static void Flag(FaultScript script)
    {
        var endpoint = script.Dice.Pick(script.World.Of(Types.Endpoint));
        var root = script.Root(endpoint.Urn, "flag-changed", 1, TimeSpan.FromHours(4));
        script.Then(root, endpoint, "fallbacks", Lag.Minutes(15), 0.7);
        script.Each(root, script.World.Below(endpoint, Types.Kpi), "kpi-drop", Lag.Hours(2), 0.8);
        script.Then(root, endpoint, "segment-shift", Lag.Minutes(20), 0.9);
    }

    /// <summary>F17: a credential expires, and jobs fail that have nothing else in common.</summary>
    public static void Credential(FaultScript script)
    {
        var jobs = script.World.WithRole("ingest").ToList();
        var key = script.Dice.Pick([.. jobs.Select(job => job.Credential).Distinct()]);
        var root = script.Root($"{Types.Credential}:{key}", "credential-expired", 0.25, TimeSpan.FromHours(3));
        script.Each(root, jobs.Where(job => job.Credential == key), "job-failed", Lag.Seconds(25, 0.4), 0.9, then: (failed, job) =>
            script.Each(failed, script.World.Below(job, Types.Table), "table-stale", Lag.Hours(1), 0.6, 0.7, (stale, table) =>
                script.Each(stale, script.World.Below(table, Types.FeatureView), "feature-stale", Lag.Hours(1.5), 0.6, 0.7)));
    }
}
