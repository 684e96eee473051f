using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Silo.Storage;

/// <summary>
/// What repeats move of an alert's columns, and the key of its row: all that a checkpoint writes beside the tally.
/// </summary>
internal readonly record struct AlertCounts(long TinyId, long Count, long LastOccurredAt)
{
    public static AlertCounts Of(GrainState state) => state switch
    {
        AlertState alert => Of(alert.Number, alert.Count),
        ClosedAlertState closed => Of(closed.Alert.Number, closed.Alert.Count),
        RestingAlert resting => Of(resting.Number, resting.Count),
        _ => throw new UnreachableException($"{state.Grain} is no alert."),
    };

    private static AlertCounts Of(long number, AlertTally count) =>
        new(number, count.Seen, Milliseconds.Of(count.LastSeenAt));
}
