using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// When the next step of its ladder is due; <see cref="IncidentChoice"/> says which ladder that is, and
/// <see cref="IncidentClimb"/> fires the step.
/// </summary>
internal static class IncidentLadder
{
    /// <summary>
    /// Number of the step that a page has which no step decided: of a new owner, of a late responder.
    /// </summary>
    public const int OutsideLadder = 0;

    /// <summary>Before a climb that reached nobody is made again; it doubles with each that does not either.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    /// <summary>Steps are pinned; a team without a ladder gets the default team's.</summary>
    public static Ladder Pin(PolicyVersion policy, LadderChoice choice, Priority priority, TimeSpan repeat)
    {
        var owner = policy.FindTeam(choice.Team);
        var named = choice.Escalation is null ? null : policy.FindEscalation(choice.Escalation);
        var pinned = named
            ?? EscalationRules.Of(policy, owner, priority)
            ?? throw new InvalidOperationException(
                $"Policy {policy.Version} has no escalation for team '{choice.Team}' nor for the default team: validation let it pass.");
        return new Ladder(pinned.Name, policy.Version, EscalationRules.Steps(policy, pinned), repeat, 0, null, 0)
        {
            Wait = pinned.Repeat?.Wait,
            Repeats = pinned.Repeat?.Count,
            ResetsAcknowledgement = pinned.Repeat?.ResetsAcknowledgement ?? false,
            ClosesAfterAll = pinned.Repeat?.ClosesAfterAll ?? false,
            AcknowledgeTimeout = pinned.AcknowledgeTimeout ?? owner?.AcknowledgeTimeout,
            IsNamed = choice.IsNamed && named is not null,
            ChosenFor = priority,
            ChosenBy = choice.Alert,
        };
    }

    /// <summary>From the first step.</summary>
    public static void Start(IncidentDraft draft, TimeSpan wait)
    {
        var ladder = draft.State.Ladder;
        Due(draft, ladder.FromTheFirst(), draft.At + wait + ladder.Steps[0].Delay);
    }

    /// <summary>
    /// Goes on where it was and when it was due: an alert that comes and goes faster than the steps follow each other
    /// would else put the next one off for ever. From the first step when nobody was paged yet, and when all were and a
    /// person has answered since: a pause before the next climb is for who does not answer.
    /// </summary>
    public static void Resume(IncidentDraft draft, TimeSpan wait)
    {
        var ladder = draft.State.Ladder.NotInHand();
        draft.State = draft.State with { Ladder = ladder };
        if (ladder.HeldDue is not null)
        {
            Release(draft);
        }
        else if (ladder.Next == 0 || ladder.IsAtItsEnd)
        {
            Start(draft, wait);
        }
        else
        {
            Due(draft, ladder, draft.At + DistanceTo(draft, ladder));
        }
    }

    /// <summary>
    /// Nothing holds back any more what somebody was told of: it goes on where it was, with what fell due meanwhile
    /// now, so that who was paged is not paged anew each time that something holds it back for a while. A step whose
    /// pages were all cancelled before they went out has told nobody and comes now. From the first step when nobody was
    /// paged yet, and when the next climb would have come by now.
    /// </summary>
    /// <param name="wait">Before the first page.</param>
    public static void LetGo(IncidentDraft draft, TimeSpan wait)
    {
        var ladder = draft.State.Ladder;
        var climbed = ladder.Next - (IncidentPages.WasCancelled(draft.State, ladder.Next) ? 1 : 0);
        if (climbed <= 0 || ladder.HeldDue is not { } due || draft.At >= NextClimb(draft, ladder, due))
        {
            Start(draft, wait);
        }
        else if (climbed < ladder.Next)
        {
            Due(draft, ladder with { Next = climbed }, draft.At);
        }
        else
        {
            Release(draft);
        }
    }

    /// <summary>When the first step would be climbed again, had nothing held the ladder back.</summary>
    private static DateTimeOffset NextClimb(IncidentDraft draft, Ladder ladder, DateTimeOffset due) => ladder.IsAtItsEnd
        ? due
        : due + (ladder.Steps[^1].Delay - ladder.Steps[ladder.Next].Delay) + DistanceTo(
            draft, ladder with { Next = ladder.Steps.Count });

    /// <summary>
    /// The ladder of the same name as it is now; its team's when there is none of that name any more.
    /// </summary>
    public static Ladder Newest(IncidentDraft draft)
    {
        var ladder = draft.State.Ladder;
        var newest = Pin(draft.Policy, LadderChoice.Of(draft.State), IncidentPages.UrgencyOf(draft.State), ladder.Repeat);
        return newest.Policy == ladder.Policy ? newest with { ChosenFor = ladder.ChosenFor } : newest;
    }

    /// <summary>
    /// Goes on with another ladder. Nobody is paged again by a step that names whom it named when it was climbed; the
    /// first that names somebody else, or was not climbed, is next, at its distance from now; what is due already, and
    /// goes on, is not put off. How often it was climbed is said of the ladder of the same name alone.
    /// </summary>
    public static void Replace(IncidentDraft draft, Ladder other)
    {
        var climbed = draft.State.Ladder;
        var next = 0;
        while (next < climbed.Next && next < other.Steps.Count &&
            other.Steps[next].Target == climbed.Steps[next].Target)
        {
            next++;
        }

        var ladder = other with
        {
            Next = next,
            Climbs = other.Policy == climbed.Policy ? climbed.Climbs : 0,
            GoesOn = next == 0 && !climbed.Begins,
            SkipsPaged = next == 0 && climbed.SkipsPaged,
            HasArrived = climbed.HasArrived && next > 0,
            Unheard = climbed.HasArrived ? 0 : climbed.Unheard,
            PassedOver = climbed.PassedOver < next ? climbed.PassedOver : null,
        };
        var distance = climbed is { Next: 0, GoesOn: true } && climbed.NextAt <= draft.At ? TimeSpan.Zero
            : next == 0 ? ladder.Steps[0].Delay
            : DistanceTo(draft, ladder);
        draft.State = draft.State with { Ladder = ladder };
        if (draft.State.Status is IncidentStatus.Open or IncidentStatus.Acknowledged)
        {
            Due(draft, ladder, draft.At + distance);
        }

        if (draft.State.Status == IncidentStatus.Acknowledged)
        {
            KeepUntilClosed(draft);
        }
    }

    /// <summary>
    /// To another team, whose the cause is: one page to somebody new if anybody was paged, else the first when it was
    /// due.
    /// </summary>
    public static void MoveTo(IncidentDraft draft, LadderChoice choice)
    {
        var (state, policy, team) = (draft.State, draft.Policy, choice.Team);
        var (was, urgency) = (state.Ladder, IncidentPages.UrgencyOf(state));
        var ladder = Pin(policy, choice, urgency, was.Repeat);
        if (was.IsNamed && !IncidentChoice.IsHeldBack(was, state.FirstMembers) &&
            EscalationRules.Of(policy, policy.FindTeam(state.Team), urgency)?.Name != was.Policy)
        {
            // A route or a person has named it.
            draft.State = state with { Team = team };
            return;
        }

        draft.Note("owner", $"Team {team} owns the cause and has the incident from now on, by {ladder.Policy}");
        if (was.Begins && state.PagedElsewhere.Count == 0)
        {
            draft.State = state with { Team = team, Ladder = ladder with { NextAt = was.NextAt, HeldDue = was.HeldDue } };
            return;
        }

        draft.State = state with { Team = team };
        Due(draft, ladder with { SkipsPaged = true, GoesOn = true }, draft.At);
    }

    /// <summary>Stops for now and remembers when the next step was due.</summary>
    public static void Hold(IncidentDraft draft)
    {
        var ladder = draft.State.Ladder;
        draft.State = draft.State with { Ladder = ladder with { NextAt = null, HeldDue = ladder.NextAt ?? ladder.HeldDue } };
    }

    /// <summary>What fell due while it was held is due now.</summary>
    public static void Release(IncidentDraft draft)
    {
        if (draft.State.Ladder is { NextAt: null, HeldDue: { } due } ladder)
        {
            Due(draft, ladder, due > draft.At ? due : draft.At);
        }
    }

    /// <summary>
    /// The next step that was not climbed now, as somebody wants another to be asked; of a ladder that was climbed to
    /// its end, the first of the next climb. What changes afterwards puts it off no more.
    /// </summary>
    /// <param name="other">Null: its own, as what may page now chooses it.</param>
    public static void Hurry(IncidentDraft draft, Ladder? other = null)
    {
        draft.State = draft.State with { Ladder = (other ?? draft.State.Ladder).NotInHand() };
        if (other is null)
        {
            IncidentChoice.Follow(draft);
        }

        var ladder = draft.State.Ladder with { GoesOn = true };
        Due(
            draft,
            ladder.IsAtItsEnd ? ladder with { Next = 0, Climbs = ladder.Climbs + 1, HasArrived = false } : ladder,
            draft.At);
    }

    /// <summary>Held at once while nothing may be paged.</summary>
    public static void Due(IncidentDraft draft, Ladder ladder, DateTimeOffset at) => draft.State = draft.State with
    {
        Ladder = draft.State.MayPage
            ? ladder with { NextAt = at, HeldDue = null }
            : ladder with { NextAt = null, HeldDue = at },
    };

    /// <summary>A member that waits less for company than the first one did brings the first page forward.</summary>
    public static void Hasten(IncidentDraft draft, TimeSpan wait)
    {
        var ladder = draft.State.Ladder;
        var first = draft.At + wait + ladder.Steps[0].Delay;
        if (ladder is { Next: 0, Climbs: 0 } && ladder.NextAt > first && draft.State.HeldBack is null)
        {
            draft.State = draft.State with { Ladder = ladder with { NextAt = first } };
        }
    }

    public static void Stop(IncidentDraft draft) =>
        draft.State = draft.State with { Ladder = draft.State.Ladder with { NextAt = null, HeldDue = null } };

    /// <summary>After an acknowledgement only steps "if not closed" go on, and what resets it.</summary>
    public static void KeepUntilClosed(IncidentDraft draft)
    {
        var ladder = draft.State.Ladder;
        var at = ladder.NextAt ?? ladder.HeldDue;
        for (var i = ladder.Next; i < ladder.Steps.Count && at is not null; i++)
        {
            if (ladder.Steps[i].Condition == StepCondition.IfNotClosed)
            {
                Due(draft, PassingOver(ladder, i), at.Value);
                return;
            }

            at += DistanceTo(draft, ladder with { Next = i + 1 });
        }

        if (ladder is { ResetsAcknowledgement: true, IsSpent: false } && at is { } again)
        {
            Due(draft, PassingOver(ladder, ladder.Steps.Count), again);
        }
        else
        {
            Stop(draft);
        }
    }

    private static Ladder PassingOver(Ladder ladder, int next) =>
        ladder with { Next = next, PassedOver = ladder.PassedOver ?? (next > ladder.Next ? ladder.Next : null) };

    /// <summary>
    /// From the step just fired to the next; after the last, the pause before the next climb, or before the end, or
    /// before somebody is reminded of what was climbed often enough. A climb that has reached nobody, and of which
    /// nothing is on its way, is made again soon: a channel that is down for a minute must not cost half an hour.
    /// </summary>
    public static TimeSpan DistanceTo(IncidentDraft draft, Ladder ladder) =>
        ladder is { IsAtItsEnd: true, HasTold: false } && draft.State.Status == IncidentStatus.Open &&
            !IncidentPages.AreOnTheirWay(draft.State)
            ? Shorter(Again * Math.Pow(2, Math.Min(ladder.Unheard, 16)), ladder.Wait ?? ladder.Repeat)
        : !ladder.IsAtItsEnd ? ladder.Steps[ladder.Next].Delay - ladder.Steps[ladder.Next - 1].Delay
        : ladder is { IsSpent: true, EndsByClosing: false, HasTold: true } ? draft.Policy.Settings.Reminder
        : ladder.Wait ?? ladder.Repeat;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    public static string Describe(StepTarget target) => target.Type switch
    {
        StepTargetType.Admins => $"admins of team {target.Name}",
        StepTargetType.Random => $"one member of team {target.Name}",
        StepTargetType.Next or StepTargetType.Previous => $"{StepTarget.Word(target.Type)} on call of {target.Name}",
        _ => StepTarget.Word(target.Type) + " " + target.Name,
    };
}
