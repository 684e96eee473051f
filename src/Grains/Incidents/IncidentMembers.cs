using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>Alerts joining, changing and leaving.</summary>
internal static class IncidentMembers
{
    public static Decision<IncidentState> Open(
        string id, IncidentCommand.Open open, PolicyVersion policy, DateTimeOffset at)
    {
        var member = open.Member;
        var draft = new IncidentDraft(
            new IncidentState
            {
                Id = id,
                GroupKey = open.GroupKey,
                Title = member.Title,
                Priority = member.Priority,
                Team = member.Team,
                OpenedAt = at,
                UpdatedAt = at,
                Ladder = IncidentLadder.Pin(policy, LadderChoice.Of(member), member.Priority, member.Repeat),
            },
            policy,
            at);
        MemberRows.Add(draft, member);
        IncidentCause.Joined(draft, member);
        IncidentCause.Follow(draft);
        draft.Note("opened", $"Opened by alert '{member.Title}'{Silenced(member)}");
        IncidentLadder.Start(draft, member.GroupWait);
        if (!draft.State.MayPage)
        {
            IncidentDecisions.Suppressed(draft);
        }

        Confirm(draft, member);
        return draft.Done("Opened");
    }

    public static Decision<IncidentState> Join(
        IncidentState state, IncidentCommand.Join join, PolicyVersion policy, DateTimeOffset at)
    {
        var member = join.Member;

        // Nobody joins twice, but a hold timer or a poisoned signal may open its incident again.
        if (state.FirstMembers.FirstOrDefault(m => MemberRows.IsSame(m, member)) is { } known)
        {
            if (known.Open || !member.Bare)
            {
                return Incident.Unchanged("Already a member");
            }

            if (member.StartsAt <= known.StartsAt &&
                !(state.LastResolvedByEscalation && at >= state.ResolvedAt + policy.Settings.Reminder))
            {
                return Incident.Unchanged("Closed with its incident; the source still fires the same problem");
            }

            // It counts as open anew, and as one member all the while.
            state = state with { MemberCount = state.MemberCount - 1 };
        }

        var draft = new IncidentDraft(state, policy, at);
        if (state.Status != IncidentStatus.Resolved)
        {
            JoinUnresolved(draft, member);
        }
        else if (join.LateWithin is { } window && at - state.ResolvedAt <= window &&
            state.PageCount + state.PagedElsewhere.Count > 0)
        {
            member = JoinLate(draft, member);
        }
        else if (BeganAt(member, at) - state.ResolvedAt <= policy.Settings.ReopenWindow || join.GroupKey.Length == 0 ||
            join.OpensAgain)
        {
            JoinResolved(draft, join);
        }
        else
        {
            return Incident.Refuse(
                "Resolved too long ago to be opened again",
                new Message(
                    new GrainId(GrainKind.Entity, join.GroupKey), new EntityCommand.JoinRefused(join.Asked, member)));
        }

        Confirm(draft, member);
        return draft.Done("Joined");
    }

    /// <summary>By its source, where it has a cause: who follows is not later for having come late.</summary>
    private static DateTimeOffset BeganAt(Member member, DateTimeOffset at) =>
        member.Link is { Parent: not null } link && link.Onset < at ? link.Onset : at;

    public static Decision<IncidentState> Changed(
        IncidentState state, Member before, Member after, bool keepRow, PolicyVersion policy, DateTimeOffset at)
    {
        if (before with { Title = after.Title, Description = after.Description } == after)
        {
            return keepRow
                ? MemberTexts.Retold(state, before, after, policy, at)
                : Incident.Unchanged("Its alert says it to the incident that holds it");
        }

        var draft = new IncidentDraft(state, policy, at);
        MemberRows.Count(draft, before, -1);
        MemberRows.Count(draft, after, +1);
        if (keepRow)
        {
            MemberRows.Keep(draft, after);
            MemberTexts.Follow(draft, state, before, after);
            IncidentNotices.Concern(draft, after);
        }

        draft.State = draft.State with
        {
            Priority = before.Priority.IsMoreUrgentThan(after.Priority)
                ? MemberRows.MostUrgentOpen(draft.State) ?? state.Priority
                : PriorityRules.MoreUrgent(state.Priority, after.Priority),
        };
        draft.Note(
            "member changed", $"Alert '{after.Title}' is {after.Priority}{Silenced(after)}{Freed(before, after)}");
        if (before.SuppressedBy.Count > 0 && after.SuppressedBy.Count == 0)
        {
            IncidentResponders.Expect(draft, after.Responders);
        }

        Heed(
            draft,
            after,
            state.Priority,
            before.SuppressedBy.Count > 0 ? $"is {after.Priority}" : $"rose to {after.Priority}");
        IncidentEnd.Follow(draft, state.MayPage, WaitAfter(before, after), !IncidentPages.WasTold(state, before));
        IncidentChoice.Follow(draft, after);
        IncidentQuiet.Follow(draft);
        IncidentResponders.PageIfBegun(draft);
        IncidentSilenced.AskWhose(draft, before, after);
        return draft.Done(draft.State.SuppressedBy.Count == 0
            ? "A member changed"
            : Suppressor.Sentence(draft.State.SuppressedBy));
    }

    /// <summary>It is counted since the merge; only how it stands is new.</summary>
    public static Decision<IncidentState> Moved(
        IncidentState state, IncidentCommand.MemberMoved moved, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        MemberRows.Keep(draft, moved.Member);
        IncidentCause.Joined(draft, moved.Member);
        if (moved.Member.Open)
        {
            draft.Note("joined", $"Alert '{moved.Member.Title}' joined: {moved.Member.Reason}{Silenced(moved.Member)}");
            Heed(draft, moved.Member, state.Priority, $"is {moved.Member.Priority}");
            if (moved.Resolves < state.Resolves)
            {
                IncidentEnd.TellClosed(draft, moved.Member);
            }
        }

        IncidentEnd.Follow(draft, state.MayPage);
        IncidentCause.Follow(draft);
        return draft.Done("A member came by a merge");
    }

    public static Decision<IncidentState> Closed(
        IncidentState state, IncidentCommand.MemberClosed closed, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        MemberRows.Count(draft, closed.Member, -1);
        MemberRows.Keep(draft, closed.Member);
        IncidentCause.Renew(draft, closed.Member);
        if (state.Status != IncidentStatus.Resolved)
        {
            draft.Note("member closed", $"Alert '{closed.Member.Title}': {Spell(closed.How)}");
            MemberRows.FollowOpenPriority(draft);
        }

        var bySource = closed.How is ClosedHow.ResolvedBySource or ClosedHow.Expired;
        IncidentEnd.Settle(draft, state.MayPage, Spell(closed.How), closed.Flapping && bySource);
        if (!bySource && draft.State.Status == IncidentStatus.Resolved)
        {
            draft.State = draft.State with { ResolvedByHand = true };
        }

        return draft.Done("A member closed");
    }

    public static Decision<IncidentState> Left(
        IncidentState state, Member member, bool keepRow, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        MemberRows.Count(draft, member, -1);
        draft.State = draft.State with { MemberCount = draft.State.MemberCount - 1 };
        if (!keepRow)
        {
            MemberRows.Remove(draft, member);
        }

        IncidentCause.Gone(draft, member, member.Link?.ParentKey ?? "");

        draft.Note("left", $"Alert '{member.Title}' is held by another incident");
        MemberRows.FollowOpenPriority(draft);
        IncidentCause.Follow(draft);
        IncidentEnd.Settle(draft, state.MayPage, "its alerts are held by another incident", flapping: false);
        return draft.Done("A member left");
    }

    private static void JoinUnresolved(IncidentDraft draft, Member member)
    {
        var before = draft.State;
        MemberRows.Add(draft, member);
        draft.State = draft.State with { QuietUntil = null, KeptOpen = false };
        draft.Note("joined", $"Alert '{member.Title}' joined: {member.Reason}{Silenced(member)}");
        Heed(draft, member, before.Priority, $"is {member.Priority}");
        if (draft.State is { Status: IncidentStatus.Open, Ladder.NextAt: null, MayPage: true })
        {
            Begin(draft, member, wasAnswered: false);
        }
        else if (IsNewsAtTheEnd(draft.State, before, member))
        {
            IncidentLadder.Start(draft, member.GroupWait);
        }
        else if (draft.State.Status == IncidentStatus.Open && member.SuppressedBy.Count == 0)
        {
            IncidentLadder.Hasten(draft, member.GroupWait);
        }
        else
        {
            IncidentEnd.Follow(draft, before.MayPage);
        }

        IncidentChoice.Follow(draft, member);
        IncidentCause.Joined(draft, member);
        IncidentCause.Follow(draft);
        IncidentQuiet.Follow(draft);
        IncidentResponders.PageIfBegun(draft);
    }

    /// <summary>
    /// Of a ladder that waits for its next climb, its end or a reminder: what is more urgent than all it was climbed
    /// for has been told to nobody.
    /// </summary>
    private static bool IsNewsAtTheEnd(IncidentState state, IncidentState before, Member member) =>
        state is { Status: IncidentStatus.Open, MayPage: true, Ladder.IsAtItsEnd: true, HeldBack: null } &&
        member.SuppressedBy.Count == 0 &&
        (MemberRows.MostUrgentPageable(before) is not { } known || member.Priority.IsMoreUrgentThan(known));

    /// <summary>
    /// What came of it shows late: it is part of what people have dealt with, and no news to anybody.
    /// </summary>
    private static Member JoinLate(IncidentDraft draft, Member member)
    {
        var late = member with
        {
            Late = true,
            SuppressedBy = member.SuppressedBy.Append(Suppressor.Late)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .ToValueList(),
        };
        MemberRows.Add(draft, late);
        draft.Note("joined late", $"Alert '{member.Title}' joined late: {member.Reason}");
        IncidentCause.Joined(draft, late);
        IncidentCause.Follow(draft);
        return late;
    }

    private static void JoinResolved(IncidentDraft draft, IncidentCommand.Join join)
    {
        var (member, window) = (join.Member, draft.Policy.Settings.ReopenWindow);
        var how = draft.At - draft.State.ResolvedAt <= window ? $"fires within {window.TotalMinutes:0} min of the resolve"
            : join.OpensAgain ? member.Link?.Parent is null ? "fires on" : "follows what has changed"
            : "fires, and came by an incident that was merged";
        var wasAnswered = draft.State.AcknowledgedAt is not null || draft.State.ResolvedByHand;
        IncidentEnd.Reopen(draft, $"Opened again: '{member.Title}' {how}{Silenced(member)}");
        if (!member.Flapping)
        {
            draft.State = draft.State with { RespondersPaged = [] };
        }

        MemberRows.Add(draft, member);
        Begin(draft, member, wasAnswered);
        IncidentChoice.Follow(draft, member);
        IncidentCause.Joined(draft, member);
        IncidentCause.Follow(draft);
        IncidentQuiet.Follow(draft);
        IncidentResponders.PageIfBegun(draft);
    }

    /// <summary>
    /// The one more opening of a flapping alert pages nobody anew: the ladder goes on where it was. Who had it in hand
    /// until it was over, or closed it, thinks that it is, and is told.
    /// </summary>
    private static void Begin(IncidentDraft draft, Member member, bool wasAnswered)
    {
        if (member.Flapping && !wasAnswered)
        {
            IncidentLadder.Resume(draft, member.GroupWait);
        }
        else
        {
            IncidentLadder.Start(draft, member.GroupWait);
        }
    }

    /// <summary>A member that may page and is more urgent than what is in hand takes the incident out of it.</summary>
    /// <param name="priorityBefore">Stands in where the state was stored without what is in hand.</param>
    public static void Heed(IncidentDraft draft, Member member, Priority priorityBefore, string how)
    {
        var status = draft.State.Status;
        var taken = status == IncidentStatus.Snoozed
            ? draft.State.SnoozedAtPriority
            : draft.State.AcknowledgedAtPriority;
        var inHand = taken ?? priorityBefore;
        if (status is IncidentStatus.Acknowledged or IncidentStatus.Snoozed &&
            member.SuppressedBy.Count == 0 && member.Priority.IsMoreUrgentThan(inHand))
        {
            IncidentPeople.TakeOutOfHand(
                draft, $"'{member.Title}' {how}, more urgent than what was {status.ToString().ToLowerInvariant()}");
            IncidentLadder.Start(draft, TimeSpan.Zero);
        }
        else if (status == IncidentStatus.Open && member.SuppressedBy.Count == 0)
        {
            IncidentPages.SoundAgain(draft, $"'{member.Title}' {how}");
        }
    }

    private static void Confirm(IncidentDraft draft, Member member) => draft.Tell(
        new GrainId(GrainKind.Alert, member.Alias),
        new AlertCommand.Confirmed(member, draft.State.Id, draft.State.Resolves));

    /// <summary>
    /// What was inhibited is often over soon after what inhibited it: it is given the time that a new alert has.
    /// </summary>
    private static TimeSpan WaitAfter(Member before, Member after) =>
        after.SuppressedBy.Count == 0 && before.SuppressedBy.Any(Suppressor.IsRule) ? after.GroupWait : TimeSpan.Zero;

    private static string Silenced(Member member) =>
        member.SuppressedBy.Count == 0 ? "" : ", " + Suppressor.Say(member.SuppressedBy);

    private static string Freed(Member before, Member after) =>
        before.SuppressedBy.Count == 0 || after.SuppressedBy.Count > 0
            ? ""
            : ", no longer " + Suppressor.Say(before.SuppressedBy);

    private static string Spell(ClosedHow how) => how switch
    {
        ClosedHow.ResolvedBySource => "resolved by source",
        ClosedHow.Expired => "expired",
        ClosedHow.ClosedByEscalation => "closed, as nobody answered its escalation",
        _ => "closed by a person",
    };
}
