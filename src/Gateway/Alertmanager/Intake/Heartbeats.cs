using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Alertmanager.Intake;

/// <summary>
/// What says only that its source lives goes to a heartbeat in place of an alert. At the edge and not in the alert's
/// decider: a repeat there tells nobody anything.
/// </summary>
internal static class Heartbeats
{
    /// <summary>
    /// Replaces those commands in their array. A notification names the end of one server and the life of another under
    /// the same name in the order of their labels: ends are told first, so that the other is heard of after them.
    /// </summary>
    public static GrainCommand[] ToldTheirs(this GrainCommand[] commands, PolicyVersion policy)
    {
        var anyEnds = false;
        for (var i = 0; i < commands.Length; i++)
        {
            if (commands[i].Command is AlertCommand.Receive { Signal: var signal } &&
                HeartbeatSignals.Find(signal, policy) is { } heard)
            {
                commands[i] = new GrainCommand(new GrainId(GrainKind.Heartbeat, heard.Made.Name), heard);
                anyEnds |= heard.Resolved;
            }
        }

        return anyEnds ? [.. commands.OrderBy(told => IsEnd(told.Command) ? 0 : 1)] : commands;
    }

    private static bool IsEnd(Command command) => command is HeartbeatCommand.Hear { Resolved: true };
}
