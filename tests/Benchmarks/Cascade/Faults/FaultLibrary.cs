using Correlation.Benchmarks.Cascade.Worlds;

namespace Correlation.Benchmarks.Cascade.Faults;

/// <param name="DeservesPage">Somebody should be told at once.</param>
internal sealed record FaultType(string Id, string Title, bool DeservesPage, Action<FaultScript> Write);

/// <summary>
/// F1 to F18; F0 is noise alone. Chains and medians are those of published post-mortems and of the reference that this
/// benchmark follows; nothing here is read from, or read by, the catalogue of kinds that the service is given.
/// </summary>
internal static class FaultLibrary
{
    private const int MostTries = 40;

    /// <summary>A fault that one thing alone suffers from is no question to a correlator.</summary>
    private const int FewestSeen = 3;

    public static readonly IReadOnlyList<FaultType> All =
    [
        new("F1", "source table stale", true, DataFaults.StaleTable),
        new("F2", "upstream schema change", true, DataFaults.SchemaChange),
        new("F3", "unit change, no check fails", true, DataFaults.UnitChange),
        new("F4", "online store degraded", true, ServingFaults.OnlineStore),
        new("F5", "bad model version", true, ServingFaults.BadVersion),
        new("F6", "training/serving skew", true, DataFaults.Skew),
        new("F7", "GPU node fault", true, ServingFaults.GpuNode),
        new("F8", "noisy neighbour on a pool", true, ServingFaults.NoisyNeighbour),
        new("F9", "retraining failing for days", true, ServingFaults.FailingTraining),
        new("F10", "label pipeline late", false, BenignFaults.LateLabels),
        new("F11", "monitor broken", false, BenignFaults.BrokenMonitor),
        new("F12", "real-world season", false, BenignFaults.Season),
        new("F13", "index of another version", true, ServingFaults.IndexMismatch),
        new("F14", "outside API throttles", true, ServingFaults.OutsideApi),
        new("F15", "flag pushed", true, ServingFaults.Flag),
        new("F16", "stream lag", true, DataFaults.StreamLag),
        new("F17", "expired credential", true, ServingFaults.Credential),
        new("F18", "missing partition", true, DataFaults.MissingPartition),
    ];

    public static FaultType Of(string id) =>
        All.FirstOrDefault(type => type.Id == id)
            ?? throw new ArgumentException($"There is no fault {id}: F1 to F18.", nameof(id));

    /// <summary>
    /// Where it strikes is chance; of several tries the first counts that enough monitors see, else the one that most
    /// see.
    /// </summary>
    public static Fault Strike(FaultType type, string name, World world, Dice dice, DateTimeOffset at)
    {
        FaultScript? best = null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var script = new FaultScript(world, dice, at);
            type.Write(script);
            if (best is null || Seen(script) > Seen(best))
            {
                best = script;
            }

            if (Seen(best) >= FewestSeen)
            {
                break;
            }
        }

        return new Fault(type.Id, name, type.DeservesPage, best!.Ills);
    }

    private static int Seen(FaultScript script) => script.Ills.Count(ill => ill.Seen);
}
