using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Grains.Heartbeats;

/// <summary>
/// Something that should call regularly. It opens an alert when it was silent for its interval (while we listened) and
/// closes it with the next ping. One that never beat, or was enabled a moment ago, waits for its first ping. What a
/// source says as long as it lives makes its heartbeat, and need not fall silent to be over: it may say so.
/// </summary>
public static class Heartbeat
{
    private static readonly Integration Integration = new("heartbeat", "Heartbeat", "Heartbeat");

    public static Decision<HeartbeatState> Decide(HeartbeatState? state, HeartbeatCommand command, DateTimeOffset at) =>
        (state, command) switch
        {
            (null or { Deleted: true }, HeartbeatCommand.Create create) =>
                Change(new HeartbeatState { Settings = create.Settings }, "Heartbeat created"),
            (_, HeartbeatCommand.Create) => Refuse("Heartbeat already exists"),
            (null or { Deleted: true }, HeartbeatCommand.Hear hear) when !hear.IsOver(at) => Begin(hear, at),
            (null or { Deleted: true }, HeartbeatCommand.Ping or HeartbeatCommand.Hear) =>
                Unchanged("There is no heartbeat of this name"),
            (null or { Deleted: true }, _) => Refuse("Heartbeat does not exist"),
            (_, HeartbeatCommand.Update update) => Update(state, update.Settings),
            (_, HeartbeatCommand.Delete) => Change(
                state with { Deleted = true, CheckAt = null }, "Heartbeat deleted", CloseAlert(state)),
            (_, HeartbeatCommand.Ping) => Ping(state, at),
            (_, HeartbeatCommand.Hear hear) => hear.IsOver(at) ? End(state, hear.EndsAt) : Ping(state, at),
            (_, HeartbeatCommand.TimerFired) => Check(state, at),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };

    private static Decision<HeartbeatState> Update(HeartbeatState state, HeartbeatSettings settings)
    {
        var waits = !settings.Enabled || !state.Settings.Enabled;
        var next = state with
        {
            Settings = settings,
            Expired = settings.Enabled && state.Expired,
            CheckAt = waits || state.CheckAt is null ? null : state.Pings.LastPingAt + settings.Interval,
        };
        return Change(next, "Heartbeat updated", settings.Enabled ? [] : CloseAlert(state));
    }

    private static Decision<HeartbeatState> Ping(HeartbeatState state, DateTimeOffset at)
    {
        if (!state.Settings.Enabled)
        {
            return new Decision<HeartbeatState> { Outcome = Outcome.Repeat, Reason = "Heartbeat is disabled", Delta = new HeartbeatDelta(at) };
        }

        return state.CheckAt is not null
            ? new Decision<HeartbeatState> { Outcome = Outcome.Repeat, Reason = "PONG - Heartbeat received", Delta = new HeartbeatDelta(at) }
            : Change(
                state with { Expired = false, Pings = new HeartbeatTally(at), CheckAt = at + state.Settings.Interval },
                "PONG - Heartbeat received",
                CloseAlert(state));
    }

    /// <summary>One that says it again more seldom than is expected tells so by when it would end.</summary>
    private static Decision<HeartbeatState> Begin(HeartbeatCommand.Hear heard, DateTimeOffset at)
    {
        var settings = heard.EndsAt - at is { } ahead && ahead > heard.Made.Interval ? heard.Made.Every(ahead) : heard.Made;
        return Change(
            new HeartbeatState { Settings = settings, Pings = new HeartbeatTally(at), CheckAt = at + settings.Interval },
            "Heartbeat created by its first ping");
    }

    /// <summary>
    /// Who does not say any more that it lives is taken at its word at once. Of several servers that say the same one
    /// may stop: while another goes on, the end is older than the last ping.
    /// </summary>
    private static Decision<HeartbeatState> End(HeartbeatState state, DateTimeOffset? endedAt) =>
        state.CheckAt is null ? Unchanged("Nothing is waited for")
        : endedAt < state.Pings.LastPingAt ? Unchanged("It was heard of after this end")
        : Expire(state, "Heartbeat expired: its source says that it is over");

    private static Decision<HeartbeatState> Check(HeartbeatState state, DateTimeOffset at)
    {
        var deadline = (state.Pings.LastPingAt ?? at) + state.Settings.Interval;
        if (state.CheckAt is null || state.CheckAt > at)
        {
            return Unchanged("The timer was moved meanwhile");
        }

        return deadline > at
            ? Change(state with { CheckAt = deadline }, "Still beating")
            : Expire(state, "Heartbeat expired");
    }

    private static Decision<HeartbeatState> Expire(HeartbeatState state, string reason) => Change(
        state with { Expired = true, CheckAt = null },
        reason,
        [new Message(AlertOf(state), new AlertCommand.Receive(SignalOf(state.Settings)))]);

    /// <summary>Whether it says that a heartbeat expired.</summary>
    public static bool Made(Signal signal) => signal.Integration == Integration;

    private static Signal SignalOf(HeartbeatSettings settings) => new()
    {
        Alias = AliasOf(settings.Name),
        Message = settings.Message,
        Description = settings.Description,
        Labels = Labels.From([new("alertname", "HeartbeatExpired"), new("heartbeat", settings.Name)]),
        Tags = settings.AlertTags,
        Source = settings.Name,
        Priority = settings.AlertPriority,
        KeyTeam = settings.OwnerTeam.Length > 0 ? settings.OwnerTeam : null,
        Integration = Integration,
    };

    private static ValueList<Message> CloseAlert(HeartbeatState state) => state.Expired
        ? [new Message(AlertOf(state), new AlertCommand.Close(null, "", state.Settings.Name, "", ByPerson: false))]
        : [];

    private static GrainId AlertOf(HeartbeatState state) => new(GrainKind.Alert, AliasOf(state.Settings.Name));

    private static string AliasOf(string name) => "heartbeat:" + name;

    private static Decision<HeartbeatState> Unchanged(string reason) =>
        new() { Outcome = Outcome.Repeat, Reason = reason };

    private static Decision<HeartbeatState> Refuse(string reason) =>
        new() { Outcome = Outcome.Refused, Reason = reason };

    private static Decision<HeartbeatState> Change(HeartbeatState state, string reason, ValueList<Message>? messages = null) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = state,
        Messages = messages ?? [],
    };
}
