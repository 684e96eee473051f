using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;

namespace Correlation.Grains.Heartbeats;

/// <summary>
/// Something that should call regularly. It opens an alert when it was silent for its interval (while we listened) and
/// closes it with the next ping. One that never beat, or was enabled a moment ago, waits for its first ping. What a
/// source says as long as it lives makes its heartbeat, and waits less when it says that it is over.
/// </summary>
public static class Heartbeat
{
    private const string Pong = "PONG - Heartbeat received";

    private static readonly Integration Integration = new("heartbeat", "Heartbeat", "Heartbeat");

    /// <summary>
    /// Of two servers that say the same one may stop, and the other is heard of within this: a Prometheus sends again
    /// each minute, and an Alertmanager that has taken the end of one for the end of both says otherwise with its next
    /// group_interval, which is 5 minutes unless configured.
    /// </summary>
    private static readonly TimeSpan HeardAgainWithin = TimeSpan.FromMinutes(6);

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
            (_, HeartbeatCommand.Update update) => Update(state, update, at),
            (_, HeartbeatCommand.Delete) => Change(
                state with { Deleted = true, CheckAt = null }, "Heartbeat deleted", CloseAlert(state)),
            (_, HeartbeatCommand.Ping) => Ping(state, at),
            (_, HeartbeatCommand.Hear hear) => hear.IsOver(at) ? End(state, hear.EndsAt, at) : Hear(state, hear, at),
            (_, HeartbeatCommand.TimerFired) => Check(state, at),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };

    private static Decision<HeartbeatState> Update(HeartbeatState state, HeartbeatCommand.Update update, DateTimeOffset at)
    {
        var settings = update.KeepsInterval ? update.Settings.AsOftenAs(state.Settings) : update.Settings;
        var waits = !settings.Enabled || !state.Settings.Enabled;
        var next = state with
        {
            Settings = settings,
            FollowsSource = state.FollowsSource && update.KeepsInterval,
            Expired = settings.Enabled && state.Expired,
        };
        return Change(
            next with { CheckAt = waits || state.CheckAt is null ? null : Deadline(next, at) },
            "Heartbeat updated",
            settings.Enabled ? [] : CloseAlert(state));
    }

    private static Decision<HeartbeatState> Ping(HeartbeatState state, DateTimeOffset at)
    {
        if (!state.Settings.Enabled)
        {
            return new Decision<HeartbeatState> { Outcome = Outcome.Repeat, Reason = "Heartbeat is disabled", Delta = new HeartbeatDelta(at) };
        }

        // An end and a ping of one turn have one time: what is told last holds.
        return state.CheckAt is not null && !(state.EndedAt >= at)
            ? new Decision<HeartbeatState> { Outcome = Outcome.Repeat, Reason = Pong, Delta = new HeartbeatDelta(at) }
            : Watch(state, at, Pong);
    }

    private static Decision<HeartbeatState> Watch(HeartbeatState state, DateTimeOffset at, string reason) => Change(
        state with
        {
            Expired = false,
            Pings = new HeartbeatTally(at),
            CheckAt = at + state.Settings.Interval,
            EndedAt = null,
        },
        reason,
        CloseAlert(state));

    private static Decision<HeartbeatState> Begin(HeartbeatCommand.Hear heard, DateTimeOffset at) => Watch(
        new HeartbeatState { Settings = heard.Made.Every(heard.LongestSilence(at)), FollowsSource = true },
        at,
        "Heartbeat created by its first ping");

    /// <summary>
    /// The same may come by the API each minute and by a webhook twice a day. It is waited for as long as the most
    /// seldom of them takes, and never for less again: a shorter silence does not tell that none comes any more.
    /// </summary>
    private static Decision<HeartbeatState> Hear(HeartbeatState state, HeartbeatCommand.Hear heard, DateTimeOffset at)
    {
        var silence = heard.LongestSilence(at);
        if (!state.FollowsSource || !state.Settings.Enabled || silence <= state.Settings.Interval)
        {
            return Ping(state, at);
        }

        var longer = state.Settings.Every(silence);
        return longer.Interval > state.Settings.Interval
            ? Watch(state with { Settings = longer }, at, Pong + ", which comes more seldom than it did")
            : Ping(state, at);
    }

    /// <summary>It is not over while another server says the same: who does is heard of soon.</summary>
    private static Decision<HeartbeatState> End(HeartbeatState state, DateTimeOffset? endedAt, DateTimeOffset at)
    {
        if (state.CheckAt is null)
        {
            return Unchanged("Nothing is waited for");
        }

        if (endedAt < state.Pings.LastPingAt)
        {
            return Unchanged("It was heard of after this end");
        }

        if (state.IsEnded)
        {
            return Unchanged("Its end is known");
        }

        var ended = state with { EndedAt = at };
        return Change(ended with { CheckAt = Deadline(ended, at) }, "Its source says that it is over");
    }

    private static Decision<HeartbeatState> Check(HeartbeatState state, DateTimeOffset at)
    {
        var deadline = Deadline(state, at);
        if (state.CheckAt is null || state.CheckAt > at)
        {
            return Unchanged("The timer was moved meanwhile");
        }

        return deadline > at
            ? Change(state with { CheckAt = deadline }, "Still beating")
            : Expire(state, state.IsEnded ? "Heartbeat expired: its source says that it is over" : "Heartbeat expired");
    }

    private static DateTimeOffset Deadline(HeartbeatState state, DateTimeOffset at)
    {
        var silent = (state.Pings.LastPingAt ?? at) + state.Settings.Interval;
        return state.IsEnded && state.EndedAt + HeardAgainWithin is { } ended && ended < silent ? ended : silent;
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
