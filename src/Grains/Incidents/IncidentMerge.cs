using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Two incidents become one: the one opened first survives, whichever asked. Crossing requests agree, because both
/// sides compare the same two opening times. Invariants:
/// - the loser asks (TakeOver) and pages on until the survivor has Accepted, and from then on the survivor pages;
/// - what has become worth a page since it asked must ask again before it stops;
/// - the loser answers Accepted with its estate, once; until it has come the survivor does not resolve by itself;
/// - whoever accepts a second time one that has gone elsewhere is told where, and asks there: three become one;
/// - the counts of its members come with the estate; each open member then comes by itself (MemberMoved), told by the
///   loser, so that everything a member says is in order at one place.
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
        return IncidentPeople.Done(draft, c, "Asked the other incident");
    }

    public static Decision<IncidentState> TakeOver(
        IncidentState state, IncidentCommand.TakeOver ask, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        if (ask.LoserId == state.Id)
        {
            draft.State = state with { MergingInto = null };
            return draft.Done("What it asked another was passed back: they are one already");
        }

        if (!IsOlder(state, ask))
        {
            if (state.MergingInto == ask.LoserId)
            {
                return Incident.Unchanged("Has asked the other already, which was opened first");
            }

            Request(draft, ask.LoserId);
            return draft.Done("The other was opened first: it survives");
        }

        if (state.Adopting.FirstOrDefault(a => a.LoserId == ask.LoserId) is { } known &&
            (known.MayPage || !ask.Standing.MayPage))
        {
            return Incident.Unchanged("Has accepted already");
        }

        Accept(draft, ask);
        return draft.Done("Took over " + ask.LoserId);
    }

    public static Decision<IncidentState> Accepted(
        IncidentState state, IncidentCommand.Accepted accepted, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        if (StandingOf(state).MayPage && !accepted.MayPage)
        {
            Request(draft, accepted.SurvivorId);
            return draft.Done("Worth a page since it asked: it asks again");
        }

        IncidentPages.CancelPending(draft, "merged");
        IncidentLadder.Stop(draft);
        draft.Tell(accepted.SurvivorId, new IncidentCommand.Adopt(state.Id, accepted.Resolves, new Estate(
            state.MemberCount,
            state.OpenMembers,
            state.PageableMembers,
            state.OpenByPriority,
            state.RespondersWaiting,
            state.RespondersPaged,
            state.Adopting,
            state.KeptOpen)
        {
            PageableByPriority = state.PageableByPriority,
            Ladder = IncidentChoice.Left(state),
        }));
        draft.State = draft.State with
        {
            Status = IncidentStatus.Merged,
            MergedInto = accepted.SurvivorId,
            MergedResolves = accepted.Resolves,
            HeldBack = null,
            MergingInto = null,
            Adopting = [],
            OpenMembers = 0,
            PageableMembers = 0,
            OpenByPriority = [0, 0, 0, 0, 0],
            PageableByPriority = [0, 0, 0, 0, 0],
            SuppressedBy = [],
            RespondersWaiting = [],
            KeptOpen = false,
            AcknowledgedUntil = null,
            SnoozedUntil = null,
            SnoozedAtPriority = null,
            QuietUntil = null,
            TellMembersAt = at,
            TellMembersAfter = "",
            TellsOfReopening = false,
        };
        draft.Note("merged", $"Merged into {accepted.SurvivorId}");
        draft.TellGroup(new EntityCommand.IncidentMerged(state.Id, accepted.SurvivorId));
        return draft.Done("Merged into " + accepted.SurvivorId);
    }

    public static Decision<IncidentState> Adopt(
        IncidentState state, IncidentCommand.Adopt adopt, PolicyVersion policy, DateTimeOffset at)
    {
        var estate = adopt.Estate;
        var draft = new IncidentDraft(
            state with
            {
                MemberCount = state.MemberCount + estate.MemberCount,
                OpenMembers = state.OpenMembers + estate.OpenMembers,
                PageableMembers = state.PageableMembers + estate.PageableMembers,
                OpenByPriority = Sum(state.OpenByPriority, estate.OpenByPriority),
                PageableByPriority = Sum(state.PageableByPriority, estate.PageableByPriority),
                Adopting = state.Adopting.Where(a => a.LoserId != adopt.LoserId).Union(estate.Adopting).ToValueList(),
                RespondersPaged = state.RespondersPaged.Union(estate.RespondersPaged, StringComparer.OrdinalIgnoreCase)
                    .ToValueList(),
                KeptOpen = (state.KeptOpen || estate.KeptOpen) && state.Status != IncidentStatus.Resolved,
                QuietUntil = estate.OpenMembers > 0 ? null : state.QuietUntil,
            },
            policy,
            at);
        IncidentResponders.Expect(draft, estate.RespondersWaiting);
        if (state.Status == IncidentStatus.Resolved && estate.OpenMembers > 0 && adopt.Resolves == state.Resolves)
        {
            // No person resolved it since it accepted, so this brings what nobody has looked at.
            IncidentEnd.Reopen(draft, $"Opened again: alerts of {adopt.LoserId} still fire");
        }

        MemberRows.FollowOpenPriority(draft);
        IncidentChoice.FollowMerged(
            draft, adopt.LoserId, MemberRows.MostUrgentPageable(state), MemberRows.MostUrgentPageable(estate), estate.Ladder);
        IncidentQuiet.Follow(draft);
        if (draft.State.QuietUntil is null)
        {
            IncidentEnd.Settle(draft, state.MayPage, $"no alert of {adopt.LoserId} was open", flapping: false);
        }

        IncidentEnd.Follow(draft, state.MayPage);
        IncidentResponders.PageIfBegun(draft);
        MeetWhereItWent(draft, adopt.WentTo);
        return draft.Done($"Took over {estate.MemberCount} members of {adopt.LoserId}");
    }

    /// <summary>
    /// It was accepted here, and there first: the three are one. Said once for each incident that merged, so that it
    /// ends.
    /// </summary>
    private static void MeetWhereItWent(IncidentDraft draft, string other)
    {
        if (other.Length > 0 && other != draft.State.Id && other != draft.State.MergingInto &&
            draft.State.Adopting.All(a => a.LoserId != other))
        {
            Request(draft, other);
        }
    }

    public static Decision<IncidentState> AdoptSilent(
        IncidentState state, IncidentCommand.AdoptSilent adopt, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        foreach (var member in adopt.Members.Select(m => m with { Reason = $"merged from {adopt.LoserId}" }))
        {
            MemberRows.Keep(draft, member);
            IncidentCause.Joined(draft, member);
            if (member.Open)
            {
                AdoptBare(draft, member, adopt.Resolves);
            }
        }

        IncidentCause.Follow(draft);
        if (draft.State.OpenMembers < state.OpenMembers)
        {
            IncidentEnd.Settle(draft, state.MayPage, "closed by a person", flapping: false);
        }

        return draft.Done($"Took over {adopt.Members.Count} rows of {adopt.LoserId}");
    }

    /// <summary>
    /// It is counted since the estate came. No alert speaks for it, so what one would be told is done here.
    /// </summary>
    private static void AdoptBare(IncidentDraft draft, Member bare, int resolves)
    {
        draft.Note("joined", $"Alert '{bare.Title}' joined: {bare.Reason}");
        if (resolves < draft.State.Resolves)
        {
            IncidentEnd.CloseBare(draft, bare);
        }
        else
        {
            IncidentMembers.Heed(draft, bare, draft.State.Priority, $"is {bare.Priority}");
        }
    }

    private static ValueList<int> Sum(ValueList<int> one, ValueList<int> other) =>
        one.Zip(other, (left, right) => left + right).ToValueList();

    public static void Request(IncidentDraft draft, string other)
    {
        var state = draft.State;
        draft.State = state with { MergingInto = other };
        draft.Tell(other, new IncidentCommand.TakeOver(state.Id, state.OpenedAt, state.Priority, StandingOf(state)));
    }

    private static Standing StandingOf(IncidentState state)
    {
        var left = IncidentChoice.Left(state);
        return new Standing(
            state.MayPage && state.Status != IncidentStatus.Resolved,
            state.Status == IncidentStatus.Acknowledged ? state.AcknowledgedAtPriority ?? state.Priority : null,
            state.AcknowledgedBy ?? "",
            state.SnoozedUntil)
        {
            Informed = state.Symptoms.Where(one => one.Informed).Select(one => one.Team).ToValueList(),
            Paged = state.Pages.Where(
                page => page.Call != PageCall.News && page.State is DeliveryState.Delivered or DeliveryState.Pending)
                .Select(page => page.Who)
                .Concat(state.PagedElsewhere)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .ToValueList(),
            SnoozedAt = state.SnoozedAtPriority,
            Urgency = MemberRows.MostUrgentPageable(state),
            Team = state.Team,
            Escalation = left?.Escalation,
            IsNamed = left?.IsNamed ?? false,
            ChosenBy = left?.Alert,
            Ladder = state.Ladder.Begins ? null : state.Ladder,
        };
    }

    /// <summary>From here on this one pages for both.</summary>
    private static void Accept(IncidentDraft draft, IncidentCommand.TakeOver ask)
    {
        var state = draft.State;
        draft.State = state with
        {
            Adopting = state.Adopting
                .Where(a => a.LoserId != ask.LoserId)
                .Append(new Adoption(ask.LoserId, ask.Standing.MayPage))
                .ToValueList(),
            MergingInto = state.MergingInto == ask.LoserId ? null : state.MergingInto,
            Priority = PriorityRules.MoreUrgent(state.Priority, ask.Priority),
            PagedElsewhere = state.PagedElsewhere.Union(ask.Standing.Paged, StringComparer.OrdinalIgnoreCase)
                .ToValueList(),
            Pages = state.Pages.Select(page => AsWasSaid(page, ask)).ToValueList(),
        };
        IncidentNotices.WereInformed(draft, ask.Standing.Informed);
        draft.Note("merged", $"Incident {ask.LoserId} was merged into this one");
        if (state.Status == IncidentStatus.Resolved && ask.Standing.MayPage)
        {
            IncidentEnd.Reopen(draft, $"Opened again: incident {ask.LoserId} was merged into it");
            draft.State = draft.State with { Priority = PriorityRules.MoreUrgent(ask.Priority, MemberRows.MostUrgentOpen(state) ?? ask.Priority) };
        }

        IncidentEnd.Follow(draft, state.MayPage);
        GoOnWhereItWas(draft, ask);
        IncidentChoice.FollowMerged(draft, ask.LoserId, MemberRows.MostUrgentPageable(state), ask.Urgency, LadderChoice.Of(ask));
        IncidentQuiet.Follow(draft);
        KeepInHand(draft, ask, state);

        draft.Tell(
            ask.LoserId, new IncidentCommand.Accepted(draft.State.Id, draft.State.Resolves, ask.Standing.MayPage));
    }

    /// <summary>Who was paged by the other is not paged again from the start by one that only begins.</summary>
    private static void GoOnWhereItWas(IncidentDraft draft, IncidentCommand.TakeOver ask)
    {
        var standing = ask.Standing;
        if (standing.Ladder is { NextAt: not null } ladder && draft.State.Ladder.Begins &&
            draft.State is { Status: IncidentStatus.Open, MayPage: true })
        {
            draft.State = draft.State with
            {
                Ladder = ladder with { ChosenFor = ladder.ChosenFor ?? ask.Priority },
                Team = standing.Team,
            };
            if (IncidentQuiet.SpellOf(draft) is { } spell && draft.State.HeldBack is null)
            {
                // What it has climbed in them was by e-mail: the ladder starts when they end, as it would have there.
                IncidentQuiet.Remember(draft, spell, 0);
            }
        }
    }

    /// <summary>Whom the other has paged for what is more urgent is not paged for it once more when it comes.</summary>
    private static Page AsWasSaid(Page page, IncidentCommand.TakeOver ask) =>
        page.Priority is { } said && ask.Standing.Urgency is { } urgency && urgency.IsMoreUrgentThan(said) &&
        ask.Standing.Paged.Contains(page.Who, StringComparer.OrdinalIgnoreCase)
            ? page with { Priority = urgency }
            : page;

    /// <summary>What was in hand stays in hand, unless this one has something of its own that is not.</summary>
    private static void KeepInHand(IncidentDraft draft, IncidentCommand.TakeOver ask, IncidentState before)
    {
        var standing = ask.Standing;
        if (standing.AcknowledgedAt is { } priority && draft.State.Status != IncidentStatus.Resolved &&
            IsCovered(before, priority))
        {
            IncidentPeople.TakeInHand(
                draft, standing.AcknowledgedBy, "The acknowledgement of the merged incident holds");
            draft.State = draft.State with { AcknowledgedAtPriority = priority };
        }
        else if (standing.SnoozedUntil is { } until && until > draft.At && draft.State.Status == IncidentStatus.Open &&
            (before.Status == IncidentStatus.Resolved || !before.MayPage))
        {
            IncidentLadder.Stop(draft);
            draft.State = draft.State with
            {
                Status = IncidentStatus.Snoozed,
                SnoozedUntil = until,
                SnoozedAtPriority = standing.SnoozedAt ?? ask.Urgency ?? ask.Priority,
            };
            draft.Note("snoozed", "The snooze of the merged incident holds");
        }
    }

    /// <summary>
    /// Of an open incident, everything that pages; of one that is in hand itself, what is in hand: that is kept, and
    /// what the merged one brings must not take it out of hand when it was acknowledged there.
    /// </summary>
    private static bool IsCovered(IncidentState before, Priority acknowledged) => before.Status switch
    {
        IncidentStatus.Resolved => true,
        IncidentStatus.Acknowledged => acknowledged.IsMoreUrgentThan(before.AcknowledgedAtPriority ?? before.Priority),
        IncidentStatus.Snoozed => acknowledged.IsMoreUrgentThan(before.SnoozedAtPriority ?? before.Priority),
        _ => MemberRows.MostUrgentPageable(before) is not { } own || !own.IsMoreUrgentThan(acknowledged),
    };

    /// <summary>By name where two were opened at once: both sides must find the same.</summary>
    private static bool IsOlder(IncidentState state, IncidentCommand.TakeOver ask) =>
        state.OpenedAt != ask.LoserOpenedAt
            ? state.OpenedAt < ask.LoserOpenedAt
            : string.CompareOrdinal(state.Id, ask.LoserId) < 0;
}
