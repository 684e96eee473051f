using System.Diagnostics;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// What a person handles. Invariants:
/// - an open incident that may page always has a next step in the future, an acknowledgement has an owner and an end,
///   a snooze has an end: there is no orphan escalation;
/// - acknowledging, snoozing, resolving and merging cancel, in the same commit, what has not started;
/// - of two merged incidents the one opened first survives, and the other keeps its ladder until it has been accepted.
/// </summary>
public static class Incident
{
    public static Decision<IncidentState> Decide(
        IncidentState? state, IncidentCommand command, string id, PolicyVersion policy, DateTimeOffset at) =>
        (state, command) switch
        {
            (null, IncidentCommand.Open open) => IncidentMembers.Open(id, open, policy, at),
            (null, IncidentCommand.Join { LeadGroup.Length: > 0 } first) =>
                IncidentMembers.Open(id, new IncidentCommand.Open(first.LeadGroup, first.Member), policy, at),
            (null, IncidentCommand.Join join) => Refuse(
                $"There is no incident {id}",
                new Message(
                    new GrainId(GrainKind.Entity, join.GroupKey),
                    new EntityCommand.JoinRefused(join.Asked, join.Member))),
            (null, _) => Refuse($"There is no incident {id}"),
            ({ Status: IncidentStatus.Merged }, _) => MergedIncident.Decide(state, command, policy, at),
            (_, IncidentCommand.Open open) =>
                IncidentMembers.Join(state, new IncidentCommand.Join("", id, open.Member), policy, at),
            (_, IncidentCommand.Join join) => IncidentMembers.Join(state, join, policy, at),
            (_, IncidentCommand.MemberClosed closed) => IncidentMembers.Closed(state, closed, policy, at),
            (_, IncidentCommand.MemberLeft left) =>
                IncidentMembers.Left(state, left.Member, keepRow: false, policy, at),
            (_, IncidentCommand.MemberChanged c) =>
                IncidentMembers.Changed(state, c.Before, c.After, keepRow: true, policy, at),
            (_, IncidentCommand.MemberLinked linked) => IncidentCause.Relink(state, linked, policy, at),
            (_, IncidentCommand.Orphaned orphaned) => IncidentCause.Orphaned(state, orphaned, policy, at),
            (_, IncidentCommand.Follow follow) => IncidentCause.Lead(state, follow, policy, at),
            (_, IncidentCommand.MemberMoved moved) => IncidentMembers.Moved(state, moved, policy, at),
            (_, IncidentCommand.Recount { After: { } after } c) =>
                IncidentMembers.Changed(state, c.Before, after, keepRow: false, policy, at),
            (_, IncidentCommand.Recount left) => IncidentMembers.Left(state, left.Before, keepRow: true, policy, at),
            (_, IncidentCommand.PageResponder page) => IncidentResponders.Page(state, page, policy, at),
            (_, IncidentCommand.Attempted { Delivery.Updates: not null } update) =>
                IncidentUpdates.Attempted(state, update, policy, at),
            (_, IncidentCommand.Attempted attempted) => IncidentPages.Attempted(state, attempted, policy, at),
            (_, IncidentCommand.NotReached notReached) => IncidentCalls.NotReached(state, notReached, policy, at),
            (_, IncidentCommand.Person person) => IncidentPeople.Decide(state, person.Action, policy, at),
            (_, IncidentCommand.TakeOver takeOver) => IncidentMerge.TakeOver(state, takeOver, policy, at),
            (_, IncidentCommand.Accepted accepted) => IncidentMerge.Accepted(state, accepted, policy, at),
            (_, IncidentCommand.Adopt adopt) => IncidentMerge.Adopt(state, adopt, policy, at),
            (_, IncidentCommand.AdoptSilent adopt) => IncidentMerge.AdoptSilent(state, adopt, policy, at),
            (_, IncidentCommand.SilenceEnded ended) => IncidentSilenced.TellAuthor(state, ended, policy, at),
            (_, IncidentCommand.Reconsider) => Reconsider(state, policy, at),
            (_, IncidentCommand.TimerFired timer) => Fire(state, timer, policy, at),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };

    /// <summary>
    /// A timer may fire once more after the state moved on in the same turn: then there is nothing to do.
    /// </summary>
    private static Decision<IncidentState> Fire(
        IncidentState state, IncidentCommand.TimerFired timer, PolicyVersion policy, DateTimeOffset at) => timer.Name switch
        {
            "step" when state.Ladder.NextAt <= at => IncidentClimb.Fire(state, policy, at),
            "unacknowledge" when state.AcknowledgedUntil <= at =>
                IncidentPeople.AcknowledgementExpired(state, policy, at),
            "snooze" when state.SnoozedUntil <= at => IncidentPeople.SnoozeEnded(state, policy, at),
            "quiet" when state.QuietUntil <= at => IncidentEnd.QuietEnded(state, policy, at),
            "digest" when state.HeldBack?.Until <= at => IncidentQuiet.Ended(state, policy, at),
            "answer" when state.Status == IncidentStatus.Open && state.Pages.Any(p => p.AnswerBy <= at) =>
                IncidentCalls.Unanswered(state, policy, at),
            "update" when state.UpdateAt <= at => IncidentUpdates.Send(state, policy, at),
            "tell" when state.TellMembersAt <= at => IncidentEnd.TellMembers(state, timer.Items, policy, at),
            "step" or "unacknowledge" or "snooze" or "quiet" or "digest" or "answer" or "tell" or "update" =>
                Unchanged("The timer was moved meanwhile"),
            _ => throw new UnreachableException($"{state.Grain} has no timer '{timer.Name}'."),
        };

    /// <summary>
    /// The policy has changed: what it no longer holds back is paged, what it holds back longer waits longer.
    /// </summary>
    private static Decision<IncidentState> Reconsider(IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        return IncidentQuiet.Follow(draft)
            ? draft.Done("Quiet hours have changed")
            : Unchanged("Quiet hours are as they were");
    }

    internal static Decision<IncidentState> Refuse(string reason, params Message[] messages) =>
        new() { Outcome = Outcome.Refused, Reason = reason, Messages = messages.ToValueList() };

    internal static Decision<IncidentState> Unchanged(string reason) =>
        new() { Outcome = Outcome.Repeat, Reason = reason };
}
