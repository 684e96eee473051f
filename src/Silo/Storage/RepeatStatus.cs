using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Silo.Storage;

/// <summary>
/// The status of a request that was a repeat. The packed log keeps no command names: what a delta says is named, and a
/// repeat that changed nothing has an empty action.
/// </summary>
internal static class RepeatStatus
{
    public static RequestStatus? Find(byte[]? packed, LogPosition position, DateTimeOffset at)
    {
        foreach (var entry in RepeatLog.Read(packed))
        {
            if (entry.Partition == position.Partition && entry.Position == position.Position)
            {
                var alias = entry.Grain.Kind == GrainKind.Alert ? entry.Grain.Key : null;
                return new RequestStatus(
                    entry.Grain, ActionOf(entry.Delta), Outcome.Repeat, entry.Reason, at, null, alias);
            }
        }

        return null;
    }

    private static string ActionOf(Delta? delta) => delta switch
    {
        AlertDelta => "alert.receive",
        HeartbeatDelta => "heartbeat.ping",
        _ => "",
    };
}
