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
    /// <summary>Replaces those commands in their array.</summary>
    public static GrainCommand[] ToldTheirs(this GrainCommand[] commands, PolicyVersion policy)
    {
        for (var i = 0; i < commands.Length; i++)
        {
            if (commands[i].Command is AlertCommand.Receive { Signal: var signal } &&
                HeartbeatSignals.Find(signal, policy) is { } heard)
            {
                commands[i] = new GrainCommand(new GrainId(GrainKind.Heartbeat, heard.Made.Name), heard);
            }
        }

        return commands;
    }
}
