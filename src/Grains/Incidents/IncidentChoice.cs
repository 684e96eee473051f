using Correlation.Grains.Model;

namespace Correlation.Grains.Incidents;

/// <summary>Which ladder an incident has; <see cref="IncidentLadder"/> says when its next step is due.</summary>
internal static class IncidentChoice
{
    /// <summary>
    /// It climbs what the most urgent alert that may page would climb alone, if that is the same team's, else what its
    /// team has for what it has become: who owns the cause is paged by its own ladder, and the owner of a symptom is
    /// informed, however urgent that is. What is held back chooses nothing until it is freed. Before the first page, and
    /// where the climb begins anew, the choice is made again also for what is less urgent; a ladder that is under way
    /// gives way only to one for what is more urgent than it was chosen for. One that a person has named stays. One that a
    /// route has gives way too when its alert is held back, and before the first page when it is over.
    /// </summary>
    /// <param name="latest">The alert that came, rose or was freed: it may be none of the first few.</param>
    public static void Follow(IncidentDraft draft, Member? latest = null)
    {
        var state = draft.State;
        var members = latest is null ? state.FirstMembers : state.FirstMembers.Prepend(latest).ToValueList();
        if (MemberRows.MostUrgentPageable(state) is not { } urgency || !IsAnothers(state, urgency, members))
        {
            return;
        }

        var most = members.FirstOrDefault(
            member => member is { Open: true, SuppressedBy.Count: 0 } && member.Priority == urgency && IsOwn(draft, member.Team));
        if (most is not null || !IsTheBestKnown(state, urgency))
        {
            Choose(draft, urgency, most is null ? null : LadderChoice.Of(most));
        }
    }

    /// <summary>What chose it is over, and what may page is none of the first few: it may have named the same.</summary>
    private static bool IsTheBestKnown(IncidentState state, Priority urgency) =>
        (state.Ladder.IsNamed || urgency == state.Ladder.ChosenFor) &&
        ChooserOf(state.Ladder, state.FirstMembers) is { Open: false, SuppressedBy.Count: 0 } &&
        state.FirstMembers.Count(member => member is { Open: true, SuppressedBy.Count: 0 }) < state.PageableMembers;

    /// <summary>Of what is merged into it, that which may page, as the merged incident says.</summary>
    /// <param name="own">How urgent is what may page here; null when nothing may.</param>
    /// <param name="brought">How urgent is what may page there.</param>
    public static void FollowMerged(IncidentDraft draft, string loser, Priority? own, Priority? brought, LadderChoice? choice)
    {
        if (brought is not { } urgency || (own is { } known && !urgency.IsMoreUrgentThan(known)))
        {
            Follow(draft);
        }
        else if (IsAnothers(draft.State, urgency, draft.State.FirstMembers, loser))
        {
            Choose(draft, urgency, choice);
        }
    }

    /// <summary>
    /// It was chosen for what is not so urgent; or, while nobody was paged, for what is so no more, is held back or is
    /// over: of a merger that is on its way it is not known yet how urgent it is.
    /// </summary>
    /// <param name="merger">The one of which it is.</param>
    private static bool IsAnothers(IncidentState state, Priority urgency, ValueList<Member> members, string? merger = null)
    {
        var ladder = state.Ladder;
        if (state.Status is IncidentStatus.Resolved or IncidentStatus.Merged || ladder.ChosenFor is not { } chosenFor)
        {
            return false;
        }

        if (urgency.IsMoreUrgentThan(chosenFor) && (!ladder.IsNamed || IsHeldBack(ladder, members)))
        {
            return true;
        }

        var isGone = ChooserOf(ladder, members) is { Open: false } or { SuppressedBy.Count: > 0 };
        return (isGone || (!ladder.IsNamed && urgency != chosenFor)) && ladder.Begins && state.Status == IncidentStatus.Open &&
            !state.Adopting.Any(one => one.MayPage && one.LoserId != merger);
    }

    /// <summary>What a merged incident leaves; null when that is of an alert that is held back.</summary>
    public static LadderChoice? Left(IncidentState state) =>
        IsHeldBack(state.Ladder, state.FirstMembers) ? null : LadderChoice.Of(state);

    internal static bool IsHeldBack(Ladder ladder, ValueList<Member> members) =>
        ChooserOf(ladder, members) is { Open: true, SuppressedBy.Count: > 0 };

    private static Member? ChooserOf(Ladder ladder, ValueList<Member> members) =>
        ladder.ChosenBy is { } alert ? members.FirstOrDefault(member => member.AlertId == alert) : null;

    private static void Choose(IncidentDraft draft, Priority urgency, LadderChoice? choice)
    {
        var (state, ladder) = (draft.State, draft.State.Ladder);
        var own = choice is not null && IsOwn(draft, choice.Team) ? choice : new LadderChoice(state.Team, null, IsNamed: false);
        var other = IncidentLadder.Pin(draft.Policy, own, urgency, ladder.Repeat);
        if (other.Policy == ladder.Policy)
        {
            draft.State = state with { Ladder = ladder with { ChosenFor = urgency, ChosenBy = other.ChosenBy, IsNamed = other.IsNamed } };
            return;
        }

        if (ladder.Begins && state.Status == IncidentStatus.Open)
        {
            BeginBy(draft, other);
        }
        else
        {
            IncidentLadder.Replace(draft, other);
        }

        var what = urgency == state.Priority && urgency != ladder.ChosenFor ? "Is" : "What may page is";
        draft.Note("escalated", $"{what} {urgency} now and climbs {other.Policy}");
    }

    private static bool IsOwn(IncidentDraft draft, string team) =>
        draft.Policy.TeamNow(team).Equals(draft.Policy.TeamNow(draft.State.Team), StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Nobody was paged yet: its first step comes when that of the other would have come, but for what their delays
    /// differ. What quiet hours hold back waits for their end.
    /// </summary>
    private static void BeginBy(IncidentDraft draft, Ladder other)
    {
        var ladder = draft.State.Ladder;
        var due = ladder.NextAt + (other.Steps[0].Delay - ladder.Steps[0].Delay);
        draft.State = draft.State with
        {
            Ladder = other with
            {
                NextAt = draft.State.HeldBack is not null ? ladder.NextAt : due < draft.At ? draft.At : due,
                HeldDue = ladder.HeldDue,
                Unheard = ladder.Unheard,
            },
        };
    }
}
