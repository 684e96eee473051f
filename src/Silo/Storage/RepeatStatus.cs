using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage;

/// <summary>
/// The status of a request that was a repeat. What a delta says is named by it; what changed nothing is logged with
/// what was asked.
/// </summary>
internal static class RepeatStatus
{
    public static RepeatEntry? Find(byte[]? packed, LogPosition position)
    {
        foreach (var entry in RepeatLog.Read(packed))
        {
            if (entry.Partition == position.Partition && entry.Position == position.Position)
            {
                return entry;
            }
        }

        return null;
    }

    /// <param name="alertId">Of the alert that was seen again, or that was asked for.</param>
    /// <param name="alias">Of that alert, where the grain is not the alert itself.</param>
    public static RequestStatus Of(in RepeatEntry entry, DateTimeOffset at, Guid? alertId, string? alias) => new(
        entry.Grain,
        ActionOf(entry),
        Outcome.Repeat,
        entry.Reason,
        at,
        alertId,
        entry.Grain.Kind == GrainKind.Alert ? entry.Grain.Key : alias);

    private static string ActionOf(in RepeatEntry entry) => entry.Delta switch
    {
        AlertDelta => "alert.receive",
        HeartbeatDelta => "heartbeat.ping",
        _ => entry.Asked?.Action ?? "",
    };
}
