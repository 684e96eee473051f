using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// An incident that was merged: it tells its members where they are now, and passes on what still reaches it. Its own
/// rows are as they were when it was merged.
/// </summary>
internal static class MergedIncident
{
    public static Decision<IncidentState> Decide(
        IncidentState state, IncidentCommand command, PolicyVersion policy, DateTimeOffset at) => command switch
        {
            IncidentCommand.TimerFired { Name: "tell" } timer => HandOver(state, timer.Items, policy, at),
            IncidentCommand.TimerFired { Name: "update" } when state.UpdateAt <= at =>
                IncidentUpdates.Send(state, policy, at),
            IncidentCommand.TimerFired or IncidentCommand.Reconsider =>
                Incident.Unchanged("The timer was moved meanwhile"),
            IncidentCommand.Open { Member.Bare: false } =>
                Incident.Unchanged("Already a member, and told where it is now"),
            IncidentCommand.Open open => Pass(state, new IncidentCommand.Join("", state.Id, open.Member)),
            IncidentCommand.MemberChanged c => Pass(state, new IncidentCommand.Recount(c.Before, c.After)),
            IncidentCommand.MemberLeft c => Pass(state, new IncidentCommand.Recount(c.Member, null)),
            IncidentCommand.MemberLinked => Incident.Unchanged("It says so itself where it goes"),
            IncidentCommand.MemberMoved moved => SendOn(state, moved, policy, at),
            IncidentCommand.Attempted { Delivery.Updates: not null } update =>
                IncidentUpdates.Attempted(state, update, policy, at),
            IncidentCommand.Attempted attempted => IncidentPages.Attempted(state, attempted, policy, at),
            IncidentCommand.NotReached notReached => IncidentCalls.OfMerged(state, notReached, policy, at),
            IncidentCommand.Accepted accepted => Pass(state, NothingLeft(state, accepted), accepted.SurvivorId),
            IncidentCommand.Adopt adopt => Pass(state, adopt with { Resolves = PassedOn(state, adopt.Resolves) }),
            IncidentCommand.AdoptSilent adopt => Pass(state, adopt with { Resolves = PassedOn(state, adopt.Resolves) }),
            IncidentCommand.Person => Pass(state, command) with { AnswerFromMessage = true },
            IncidentCommand.Follow follow => Lead(state, follow),
            IncidentCommand.Orphaned or IncidentCommand.Join or IncidentCommand.MemberClosed or
            IncidentCommand.Recount or IncidentCommand.PageResponder
                or IncidentCommand.SilenceEnded or IncidentCommand.TakeOver => Pass(state, command),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };

    /// <summary>One page of members: the open ones go themselves, the others' rows are taken along.</summary>
    private static Decision<IncidentState> HandOver(
        IncidentState state, ValueList<Item> items, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        var members = items.Select(MemberRows.Read).ToValueList();
        var silent = members.Where(m => !m.Open || m.Bare).ToValueList();
        if (silent.Count > 0)
        {
            draft.Tell(state.MergedInto!, new IncidentCommand.AdoptSilent(state.Id, silent, state.MergedResolves));
        }

        foreach (var member in members)
        {
            SendOn(draft, member);
        }

        draft.State = state with
        {
            TellMembersAfter = members.Count == 0 ? null : items[^1].Key,
            TellMembersAt = members.Count == 0 ? null : at,
        };
        return draft.Done(members.Count == 0 ? "All members know" : $"Handed over {members.Count} members");
    }

    private static Decision<IncidentState> SendOn(
        IncidentState state, IncidentCommand.MemberMoved moved, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        SendOn(draft, moved.Member);
        return draft.Done($"Sent on: merged into {state.MergedInto}");
    }

    /// <summary>A person's resolve before the merge still counts for who was a member then.</summary>
    private static void SendOn(IncidentDraft draft, Member member)
    {
        if (draft.State.Resolves > 0 && member.Open)
        {
            IncidentEnd.TellClosed(draft, member);
        }

        draft.Tell(
            new GrainId(GrainKind.Alert, member.Alias),
            new AlertCommand.Moved(member.AlertId, draft.State.Id, draft.State.MergedInto!, draft.State.MergedResolves));
    }

    /// <summary>Whoever accepted second waits for an estate, and belongs to where it went.</summary>
    private static IncidentCommand.Adopt NothingLeft(IncidentState state, IncidentCommand.Accepted accepted) =>
        new(state.Id, accepted.Resolves, Estate.Empty) { WentTo = accepted.SurvivorId == state.MergedInto ? "" : state.MergedInto! };

    /// <summary>
    /// How often it was resolved, in the count of where it went. A person's resolve here, while the rows or the estate
    /// were on their way, holds wherever they go.
    /// </summary>
    private static int PassedOn(IncidentState state, int resolves) =>
        resolves < state.Resolves ? -1 : state.MergedResolves;

    /// <summary>Where it went its roots are known; the alert itself may not have heard of the merge yet.</summary>
    private static Decision<IncidentState> Lead(IncidentState state, IncidentCommand.Follow follow) => Pass(
        state, follow.Incident == state.Id ? follow with { Incident = state.MergedInto! } : follow);

    private static Decision<IncidentState> Pass(IncidentState state, IncidentCommand command, string? to = null) => new(
        )
    {
        Outcome = Outcome.Material,
        Reason = $"Passed on: merged into {state.MergedInto}",
        State = state,
        Messages = [new Message(new GrainId(GrainKind.Incident, to ?? state.MergedInto!), command)],
    };
}
