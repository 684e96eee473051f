using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>The climb: who is paged when, until somebody answers.</summary>
internal static class IncidentClimb
{
    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Fires the next step. Later steps keep their distance from now, not from when it was due: after an outage a
    /// ladder never collapses into one second.
    /// </summary>
    public static Decision<IncidentState> Fire(IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        if (state.Status is not (IncidentStatus.Open or IncidentStatus.Acknowledged) || !state.MayPage)
        {
            IncidentLadder.Hold(draft);
            return draft.Done("Nothing to page for");
        }

        if (state is { Status: IncidentStatus.Acknowledged, Ladder.IsAtItsEnd: true })
        {
            IncidentPeople.TakeOutOfHand(draft, $"{state.Ladder.Policy} is climbed again, whoever has acknowledged");
        }

        var spell = IncidentQuiet.SpellOf(draft);
        if (spell is { Mode: QuietMode.Suppress })
        {
            return IncidentQuiet.HoldBack(draft, spell);
        }

        var late = at - state.Ladder.NextAt!.Value;
        var held = "";
        if (IncidentQuiet.IsOver(state, spell))
        {
            held = IncidentQuiet.Release(draft);
        }
        else if (state.Ladder is { IsAtItsEnd: true, EndsByClosing: true })
        {
            return spell is null ? Close(draft) : WaitWithClosing(draft, spell);
        }
        else if (state.Ladder.IsAtItsEnd)
        {
            ClimbAgain(draft);
        }

        var ladder = draft.State.Ladder;
        var step = ladder.Steps[ladder.Next];
        var number = ladder.Next + 1;
        var why = $"step {number} of {ladder.Policy}: {IncidentLadder.Describe(step.Target)}" +
            (late > LateAfter ? $", late by {late.TotalSeconds:0} s" : "") +
            (ladder.Climbs > 0 ? $", climb {ladder.Climbs + 1}" : "") +
            held;
        draft.State = draft.State with { Ladder = ladder with { Next = number } };
        var reached = IncidentPages.IsTold(draft, number, step.Target) ||
            IncidentPages.Page(draft, number, step.Target, why);
        IncidentResponders.PageWaiting(draft, number);
        Fired(draft, reached);
        if (draft.State.Status == IncidentStatus.Acknowledged)
        {
            IncidentLadder.KeepUntilClosed(draft);
        }

        return draft.Done(why);
    }

    /// <summary>
    /// A page of a step has reached somebody. What was to be climbed again soon, had it reached nobody, is spent now. A
    /// post to a channel has told nobody in particular.
    /// </summary>
    public static void Arrived(IncidentDraft draft, Page page)
    {
        var ladder = draft.State.Ladder;
        if (ladder.HasArrived || IncidentSharing.LatestStepOf(page) == IncidentLadder.OutsideLadder ||
            draft.Policy.FindUser(page.Who) is null)
        {
            return;
        }

        ladder = ladder with { HasArrived = true };
        var isSpent = ladder is { IsAtItsEnd: true, IsSpent: true, NextAt: not null };
        draft.State = draft.State with
        {
            Ladder = isSpent ? ladder with { NextAt = page.At + IncidentLadder.DistanceTo(draft, ladder) } : ladder,
        };
    }

    /// <summary>
    /// Who cannot be paged now is not waited for. A pinned step names people as they were: where it reaches none of
    /// them, who has taken over is paged, and not only by the next climb.
    /// </summary>
    private static void Fired(IncidentDraft draft, bool reached)
    {
        var ladder = draft.State.Ladder;
        if (!reached && IncidentLadder.Newest(draft) is var newest &&
            (newest.Policy != ladder.Policy || !newest.Steps.Equals(ladder.Steps)))
        {
            draft.Note("escalated", newest.Policy == ladder.Policy
                ? $"{ladder.Policy} has changed: climbs it as it is now"
                : $"{ladder.Policy} is not there any more: climbs {newest.Policy}");
            IncidentLadder.Replace(draft, newest);
            if (draft.State is { Status: IncidentStatus.Open, Ladder.IsAtItsEnd: false })
            {
                IncidentLadder.Due(draft, draft.State.Ladder, draft.At);
            }

            return;
        }

        var wait = reached || ladder.IsAtItsEnd ? IncidentLadder.DistanceTo(draft, ladder) : TimeSpan.Zero;
        draft.State = draft.State with { Ladder = ladder with { NextAt = draft.At + wait } };
    }

    private static Decision<IncidentState> Close(IncidentDraft draft)
    {
        var ladder = draft.State.Ladder;
        var text = $"Closed: {ladder.Policy} was climbed to its end {ladder.Climbs + 1} times and nobody answered";
        IncidentEnd.ResolveWithItsAlerts(draft, "", text, byEscalation: true);
        return draft.Done(text);
    }

    /// <summary>Nobody answers an e-mail at night: that is no reason to close.</summary>
    private static Decision<IncidentState> WaitWithClosing(IncidentDraft draft, QuietSpell spell)
    {
        draft.State = draft.State with { Ladder = draft.State.Ladder with { NextAt = spell.Until } };
        return draft.Done("Not closed: " + spell.Says);
    }

    /// <summary>
    /// A climb that reached nobody uses up none of those that the escalation has, and the next is of the ladder as it
    /// is now: whom a step of the pinned one names may have another name, or be gone.
    /// </summary>
    private static void ClimbAgain(IncidentDraft draft)
    {
        if (!draft.State.Ladder.HasArrived && draft.State.PassedOn.Count > 0)
        {
            draft.Note("passed on", "Nobody else could be reached: who passed it on is asked again");
            draft.State = draft.State with { PassedOn = [] };
        }

        var ladder = draft.State.Ladder;
        var next = ladder.HasTold
            ? ladder with { Climbs = ladder.Climbs + 1, Unheard = 0 }
            : IncidentLadder.Newest(draft) with { Climbs = ladder.Climbs, NextAt = ladder.NextAt, Unheard = ladder.Unheard + 1 };
        draft.State = draft.State with { Ladder = next with { Next = 0, HasArrived = false, PassedOver = null } };
    }
}
