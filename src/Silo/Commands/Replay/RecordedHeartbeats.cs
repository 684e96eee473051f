using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Model;

namespace Correlation.Silo.Commands.Replay;

/// <summary>
/// Heartbeats depend on no configuration, and most of their pings are gone from the log within the hour: what they told
/// alerts is taken from the log and not decided again. The row of such a message has no body; the heartbeat knows it.
/// </summary>
internal sealed class RecordedHeartbeats(Ledger ledger)
{
    private readonly Dictionary<GrainId, HeartbeatState> _states = [];
    private readonly Dictionary<GrainId, (GrainId Heartbeat, HeartbeatState Next, Message Message)> _mayTell = [];

    /// <returns>What follows for alerts.</returns>
    public IEnumerable<GrainCommand> Told(GrainId heartbeat, HeartbeatCommand command, DateTimeOffset at) =>
        Apply(heartbeat, Heartbeat.Decide(_states.GetValueOrDefault(heartbeat), command, at));

    /// <summary>Its timer has changed it: it expired, or was still beating.</summary>
    public void MayHaveExpired(GrainId heartbeat, DateTimeOffset at)
    {
        if (!_states.TryGetValue(heartbeat, out var state))
        {
            ledger.Leave("timers of heartbeats that were made before the log begins");
            return;
        }

        var silent = state with { CheckAt = at, Pings = new HeartbeatTally(at - state.Settings.Interval) };
        var decision = Heartbeat.Decide(silent, new HeartbeatCommand.TimerFired("silence", at), at);
        if (decision is { State: { Expired: true } next, Messages: [var message, ..] })
        {
            _mayTell[message.To] = (heartbeat, next, message);
        }
    }

    /// <summary>The alert received what only a heartbeat sends to it: so one has expired.</summary>
    public GrainCommand? Received(GrainId alert)
    {
        if (!_mayTell.Remove(alert, out var told))
        {
            return null;
        }

        _states[told.Heartbeat] = told.Next;
        return new GrainCommand(told.Message.To, (AlertCommand)told.Message.Command);
    }

    private IEnumerable<GrainCommand> Apply(GrainId heartbeat, Decision<HeartbeatState> decision)
    {
        if (decision.State is { } next)
        {
            _states[heartbeat] = next;
        }

        return decision.Messages.Select(message => new GrainCommand(message.To, message.Command));
    }
}
