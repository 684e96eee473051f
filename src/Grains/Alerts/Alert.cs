using System.Diagnostics;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Alerts;

/// <summary>
/// One problem over time. Invariants:
/// - at most one episode of an alias is open, and each opening has its own id;
/// - a repeat (the same alert again, changed texts included) moves the tally only;
/// - an open alert that no incident holds has a hold timer, so that no fault in grouping can lose its page;
/// - what a silence holds back has a timer at the silence's end; what an inhibition holds back is told when it ends,
/// and asks;
/// - whatever it waits for or follows, its hold is its own, and ends only when an incident has confirmed it;
/// - source fields and human fields never overwrite each other.
/// </summary>
public static class Alert
{
    private const string NoneOpen = "There is no open alert with this alias";

    public static Decision<AlertState> Decide(
        AlertState? state, AlertCommand command, PolicyVersion policy, DateTimeOffset at) =>
        (state, command) switch
        {
            (_, AlertCommand.Receive receive) => AlertIntake.Receive(state, receive.Signal, policy, at),
            (_, AlertCommand.Confirmed confirmed) => AlertMembership.Confirm(state, confirmed, at),
            (_, AlertCommand.Follow follow) => AlertFollowing.Follow(state, follow, policy, at),
            (_, AlertCommand.Unfollow follow) => AlertFollowing.Unfollow(state, follow),
            (null, _) => Refuse(NoneOpen),
            (_, AlertCommand.TimerFired { Name: "forget" }) => AlertCorrelation.Forgotten(state, at),
            (_, AlertCommand.TimerFired { Name: "tell" } timer) => AlertFollowing.Tell(state, timer.Items, at),
            ({ Status: AlertStatus.Deleted }, _) =>
                Refuse(AlertPeople.Target(command) is null ? NoneOpen : "Alert does not exist"),
            (_, AlertCommand.TimerFired { Name: "settle" }) => AlertCorrelation.Settle(state, at),
            (_, AlertCommand.TimerFired { Name: "lasts" }) => AlertLasting.Lasts(state, policy, at),
            (_, AlertCommand.TimerFired { Name: "wave" }) => AlertLasting.JoinWave(state, policy, at),
            (_, AlertCommand.Candidates offers) => AlertCorrelation.Heed(state, offers, policy, at),
            (_, AlertCommand.CauseGone gone) => AlertCorrelation.Heed(state, gone, policy, at),
            (_, AlertCommand.Led led) => AlertFollowing.Led(state, led, policy, at),
            (_, AlertCommand.Depart depart) => AlertFollowing.Depart(state, depart, at),
            (_, AlertCommand.Unlinked unlinked) => AlertFollowing.Unlink(state, unlinked, at),
            (_, AlertCommand.TimerFired { Name: "hold" }) => AlertMembership.OpenOwnIncident(state, at),
            (_, AlertCommand.TimerFired { Name: "suppressed" }) => AlertSuppression.Reconsider(state, policy, at),
            (_, AlertCommand.TimerFired { Name: "expiry" }) => AlertIntake.CheckExpiry(state, at),
            (_, AlertCommand.TimerFired { Name: "inhibited" }) => AlertInhibition.Ask(state, policy, at),
            (_, AlertCommand.TimerFired timer) =>
                throw new UnreachableException($"{state.Grain} has no timer '{timer.Name}'."),
            (_, AlertCommand.Reconsider) => AlertSuppression.Reconsider(state, policy, at),
            (_, AlertCommand.Inhibited inhibited) => AlertInhibition.Heed(state, inhibited, policy, at),
            (_, AlertCommand.StillInhibits asked) => AlertInhibition.Answer(state, asked),
            (_, AlertCommand.Moved moved) => AlertMembership.Move(state, moved, at),
            (_, AlertCommand.IncidentResolved resolved) => AlertMembership.CloseWithIncident(state, resolved, at),
            (_, AlertCommand.IncidentReopened reopened) => AlertMembership.OpenWithIncident(state, reopened, at),
            _ => AlertPeople.Decide(state, command, policy, at),
        };

    internal static Decision<AlertState> Refuse(string reason) => new() { Outcome = Outcome.Refused, Reason = reason };

    internal static Decision<AlertState> Unchanged(string reason) =>
        new() { Outcome = Outcome.Repeat, Reason = reason };

    /// <summary>
    /// Closes the open episode and tells its incident; one that nobody was told of yet is still made known.
    /// </summary>
    internal static Decision<AlertState> Close(
        AlertState state, ClosedHow how, string by, DateTimeOffset at, string reason)
    {
        (state, var leaves) = AlertCorrelation.HasPassed(state, how) ? AlertFollowing.Pass(state, at) : (state, []);
        var closed = state with
        {
            Status = AlertStatus.Closed,
            ClosedAt = at,
            ClosedHow = how,
            ClosedBy = by,
            UpdatedAt = at,
            SourceResolvedSince = how is ClosedHow.ResolvedBySource or ClosedHow.Expired,
            HoldUntil = null,
            SuppressedUntil = null,
            ExpiryCheckAt = null,
            Waiting = [],
            Inhibition = AlertInhibition.Over(state.Inhibition),
            Causes = AlertCorrelation.Over(state, at),
        };
        return new Decision<AlertState>
        {
            Outcome = Outcome.Material,
            Reason = reason,
            State = closed,
            Messages =
            [
                .. leaves,
                .. AlertInhibition.Register(state.Inhibition, closed),
                .. AlertCorrelation.Ended(closed),
                .. leaves.Count == 0 && (state.AwaitsInhibition || state.Settles)
                    ? [AlertMembership.Place(state)]
                    : Array.Empty<Message>(),
                .. state.IncidentId is { } incident ? [ToldClosed(closed, incident)] : Array.Empty<Message>(),
            ],
            Timeline = [new TimelineEntry(state.History, "closed", reason, by)],
        };
    }

    private static Message ToldClosed(AlertState closed, string incident) => AlertMembership.Tell(
        incident,
        new IncidentCommand.MemberClosed(
            AlertMembership.MemberOf(closed), closed.ClosedHow ?? ClosedHow.ResolvedBySource, closed.Flapping));
}
