using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Two incidents become one: the one opened first survives, whichever asked. The loser asks (TakeOver), goes on
/// paging until the survivor has Accepted, and then hands its members over in pages (Adopt). Crossing requests agree,
/// because both sides compare the same two opening times.
/// </summary>
internal static class IncidentMerge
{
    public static Decision<IncidentState> Ask(IncidentDraft draft, IncidentCommand.Merge c)
    {
        if (c.Other == draft.State.Id)
        {
            return Incident.Refuse("An incident cannot be merged with itself");
        }

        Request(draft, c.Other);
        draft.Note("merging", $"Merge with {c.Other} asked by {c.User}", c.User);
        return draft.Done("Asked the other incident");
    }

    public static Decision<IncidentState> TakeOver(
        IncidentState state, IncidentCommand.TakeOver ask, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        var older = (state.OpenedAt, state.Id).CompareTo((ask.LoserOpenedAt, ask.LoserId)) < 0;
        if (!older)
        {
            if (state.MergingInto != ask.LoserId)
            {
                Request(draft, ask.LoserId);
            }

            return draft.Done("The other was opened first: it survives");
        }

        if (state.MergingInto == ask.LoserId)
        {
            draft.State = draft.State with { MergingInto = null };
        }

        if (state.Status == IncidentStatus.Resolved)
        {
            IncidentMembers.Reopen(draft, $"Opened again: incident {ask.LoserId} was merged into it");
            IncidentLadder.Start(draft, TimeSpan.Zero);
        }

        draft.State = draft.State with { Priority = PriorityRules.MoreUrgent(state.Priority, ask.Priority) };
        if (ask.Acknowledged && draft.State.Status == IncidentStatus.Open)
        {
            IncidentPeople.TakeInHand(draft, ask.Owner ?? "", $"The acknowledgement of merged incident {ask.LoserId} holds");
        }

        draft.Note("merged", $"Incident {ask.LoserId} was merged into this one");
        draft.Tell(ask.LoserId, new IncidentCommand.Accepted(state.Id));
        return draft.Done("Took over " + ask.LoserId);
    }

    public static Decision<IncidentState> Accepted(
        IncidentState state, IncidentCommand.Accepted accepted, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        IncidentPages.CancelPending(draft, "merged");
        IncidentLadder.Stop(draft);
        draft.State = draft.State with
        {
            Status = IncidentStatus.Merged,
            MergedInto = accepted.SurvivorId,
            MergingInto = null,
            AcknowledgedUntil = null,
            SnoozedUntil = null,
            QuietUntil = null,
            TellMembersAt = at,
            TellMembersAfter = "",
        };
        draft.Note("merged", $"Merged into {accepted.SurvivorId}");
        draft.TellGroup(new EntityCommand.IncidentMerged(state.Id, accepted.SurvivorId));
        return draft.Done("Merged into " + accepted.SurvivorId);
    }

    public static Decision<IncidentState> Adopt(
        IncidentState state, IncidentCommand.Adopt adopt, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        if (state.Status == IncidentStatus.Resolved && adopt.Members.Any(m => m.Open))
        {
            IncidentMembers.Reopen(draft, $"Opened again: alerts of {adopt.LoserId} still fire");
            IncidentLadder.Start(draft, TimeSpan.Zero);
        }

        foreach (var member in adopt.Members)
        {
            // The loser has paged its explicit responders already.
            IncidentMembers.Join(draft, member with { Responders = [], Reason = $"merged from {adopt.LoserId}" });
        }

        return draft.Done($"Took over {adopt.Members.Count} members of {adopt.LoserId}");
    }

    /// <summary>A merged incident passes on what concerns its members; what was not handed over yet it notes itself.</summary>
    public static Decision<IncidentState> AfterMerge(
        IncidentState state, IncidentCommand command, PolicyVersion policy, DateTimeOffset at)
    {
        var survivor = new GrainId(GrainKind.Incident, state.MergedInto!);
        return command switch
        {
            IncidentCommand.TimerFired { Name: "tell" } timer => HandOver(state, timer.Items, policy, at),
            IncidentCommand.TimerFired => Incident.Unchanged("The timer was moved meanwhile"),
            IncidentCommand.Open open => Pass(state, survivor, new IncidentCommand.Join(state.GroupKey, open.Member)),
            IncidentCommand.MemberClosed c when NotHandedOver(state, c.Member) => Update(state, c.Member with { Open = false }, policy, at),
            IncidentCommand.MemberChanged c when NotHandedOver(state, c.After) => Update(state, c.After, policy, at),
            IncidentCommand.MemberLeft c when NotHandedOver(state, c.Member) => Remove(state, c.Member, policy, at),
            IncidentCommand.Attempted => Incident.Unchanged("The page ended with the merge"),
            IncidentCommand.Accepted => Incident.Unchanged("Already merged"),
            IncidentCommand.Person person => Pass(state, survivor, person) with { AnswerFromMessage = true },
            IncidentCommand.Join or IncidentCommand.MemberClosed or IncidentCommand.MemberChanged or IncidentCommand.MemberLeft
                or IncidentCommand.PageResponder or IncidentCommand.TakeOver or IncidentCommand.Adopt => Pass(state, survivor, command),
            _ => throw new UnreachableException($"{state.Grain} does not know {command}."),
        };
    }

    private static void Request(IncidentDraft draft, string other)
    {
        var state = draft.State;
        draft.State = state with { MergingInto = other };
        draft.Tell(other, new IncidentCommand.TakeOver(
            state.Id, state.OpenedAt, state.Priority, state.Status == IncidentStatus.Acknowledged, state.Owner));
    }

    private static Decision<IncidentState> HandOver(
        IncidentState state, ValueList<Item> items, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        var members = items.Select(IncidentMembers.Read).ToValueList();
        if (members.Count > 0)
        {
            draft.Tell(state.MergedInto!, new IncidentCommand.Adopt(state.Id, members));
        }

        foreach (var member in members)
        {
            draft.Tell(new GrainId(GrainKind.Alert, member.Alias), new AlertCommand.Moved(member.AlertId, state.MergedInto!));
        }

        draft.State = state with
        {
            TellMembersAfter = members.Count == 0 ? null : items[^1].Key,
            TellMembersAt = members.Count == 0 ? null : at,
        };
        return draft.Done(members.Count == 0 ? "All members handed over" : $"Handed over {members.Count} members");
    }

    private static bool NotHandedOver(IncidentState state, Member member) =>
        state.TellMembersAfter is { } last && string.CompareOrdinal(member.AlertId.ToString(), last) > 0;

    private static Decision<IncidentState> Update(IncidentState state, Member member, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        IncidentMembers.Keep(draft, member);
        return draft.Done("Noted until the member is handed over");
    }

    private static Decision<IncidentState> Remove(IncidentState state, Member member, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        draft.Put(new ItemChange(IncidentMembers.Set, member.AlertId.ToString(), null));
        return draft.Done("Noted until the members are handed over");
    }

    private static Decision<IncidentState> Pass(IncidentState state, GrainId survivor, IncidentCommand command) => new()
    {
        Outcome = Outcome.Material,
        Reason = $"Passed on: merged into {state.MergedInto}",
        State = state,
        Messages = [new Message(survivor, command)],
    };
}
