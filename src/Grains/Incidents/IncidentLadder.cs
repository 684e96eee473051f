using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>The climb: who is paged when, until somebody answers.</summary>
internal static class IncidentLadder
{
    /// <summary>Number of the step that a page has which no step decided: of a new owner, of a late responder.</summary>
    public const int OutsideLadder = 0;

    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(30);

    /// <summary>Steps are pinned; a team without a ladder gets the default team's.</summary>
    public static Ladder Pin(PolicyVersion policy, string? escalation, string team, TimeSpan repeat)
    {
        var pinned = (escalation is null ? null : policy.FindEscalation(escalation))
            ?? EscalationOf(policy, policy.FindTeam(team))
            ?? throw new InvalidOperationException(
                $"Policy {policy.Version} has no escalation for team '{team}' nor for the default team: validation let it pass.");
        return new Ladder(pinned.Name, policy.Version, pinned.Steps, repeat, 0, null, 0);
    }

    /// <summary>From the first step.</summary>
    public static void Start(IncidentDraft draft, TimeSpan wait)
    {
        var ladder = draft.State.Ladder;
        Due(draft, ladder with { Next = 0, Climbs = 0 }, draft.At + wait + ladder.Steps[0].Delay);
    }

    /// <summary>
    /// Goes on where it was and when it was due: an alert that comes and goes faster than the steps follow each other
    /// would else put the next one off for ever. From the first step when nobody was paged yet, and when all were and a
    /// person has answered since: a pause before the next climb is for who does not answer.
    /// </summary>
    public static void Resume(IncidentDraft draft, TimeSpan wait)
    {
        var ladder = draft.State.Ladder;
        if (ladder.HeldDue is not null)
        {
            Release(draft);
        }
        else if (ladder.Next == 0 || ladder.Next >= ladder.Steps.Count)
        {
            Start(draft, wait);
        }
        else
        {
            Due(draft, ladder, draft.At + DistanceTo(ladder));
        }
    }

    /// <summary>The ladder of the same name as it is now; its team's when there is none of that name any more.</summary>
    public static Ladder Newest(IncidentDraft draft) =>
        Pin(draft.Policy, draft.State.Ladder.Policy, draft.State.Team, draft.State.Ladder.Repeat);

    /// <summary>
    /// Goes on with another ladder. Nobody is paged again by a step that names whom it named when it was climbed; the
    /// first that names somebody else, or was not climbed, is next, at its distance from now.
    /// </summary>
    public static void Replace(IncidentDraft draft, Ladder other)
    {
        var climbed = draft.State.Ladder;
        var next = 0;
        while (next < climbed.Next && next < other.Steps.Count && other.Steps[next].Target == climbed.Steps[next].Target)
        {
            next++;
        }

        var ladder = other with { Next = next, Climbs = climbed.Climbs };
        var distance = next == 0 ? ladder.Steps[0].Delay : DistanceTo(ladder);
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

    /// <summary>Held at once while nothing may be paged.</summary>
    public static void Due(IncidentDraft draft, Ladder ladder, DateTimeOffset at) => draft.State = draft.State with
    {
        Ladder = draft.State.MayPage ? ladder with { NextAt = at, HeldDue = null } : ladder with { NextAt = null, HeldDue = at },
    };

    /// <summary>A member that waits less for company than the first one did brings the first page forward.</summary>
    public static void Hasten(IncidentDraft draft, TimeSpan wait)
    {
        var ladder = draft.State.Ladder;
        var first = draft.At + wait + ladder.Steps[0].Delay;
        if (ladder is { Next: 0, Climbs: 0 } && ladder.NextAt > first)
        {
            draft.State = draft.State with { Ladder = ladder with { NextAt = first } };
        }
    }

    public static void Stop(IncidentDraft draft) =>
        draft.State = draft.State with { Ladder = draft.State.Ladder with { NextAt = null, HeldDue = null } };

    /// <summary>After an acknowledgement only steps "if not closed" go on.</summary>
    public static void KeepUntilClosed(IncidentDraft draft)
    {
        var ladder = draft.State.Ladder;
        var at = ladder.NextAt ?? ladder.HeldDue;
        for (var i = ladder.Next; i < ladder.Steps.Count && at is not null; i++)
        {
            if (ladder.Steps[i].Condition == StepCondition.IfNotClosed)
            {
                Due(draft, ladder with { Next = i }, at.Value);
                return;
            }

            at = i + 1 < ladder.Steps.Count ? at + (ladder.Steps[i + 1].Delay - ladder.Steps[i].Delay) : null;
        }

        Stop(draft);
    }

    /// <summary>
    /// Fires the next step. Later steps keep their distance from now, not from when it was due: after an outage a
    /// ladder never collapses into one second.
    /// </summary>
    public static Decision<IncidentState> Climb(IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        if (state.Status is not (IncidentStatus.Open or IncidentStatus.Acknowledged) || !state.MayPage)
        {
            Hold(draft);
            return draft.Done("Nothing to page for");
        }

        var late = at - state.Ladder.NextAt!.Value;
        var ladder = state.Ladder.Next < state.Ladder.Steps.Count
            ? state.Ladder
            : state.Ladder with { Next = 0, Climbs = state.Ladder.Climbs + 1 };
        var step = ladder.Steps[ladder.Next];
        draft.State = draft.State with { Ladder = ladder with { Next = ladder.Next + 1 } };
        draft.State = draft.State with { Ladder = draft.State.Ladder with { NextAt = at + DistanceTo(draft.State.Ladder) } };

        var number = ladder.Next + 1;
        var why = $"step {number} of {ladder.Policy}: {Describe(step.Target)}" +
            (late > LateAfter ? $", late by {late.TotalSeconds:0} s" : "") +
            (ladder.Climbs > 0 ? $", climb {ladder.Climbs + 1}" : "");
        var reached = IncidentPages.Page(draft, number, step.Target, why);
        PageWaiting(draft, number);
        if (!reached)
        {
            draft.Note("nobody", $"Nobody to page for {why}");
            if (draft.State.Ladder.Next < ladder.Steps.Count)
            {
                draft.State = draft.State with { Ladder = draft.State.Ladder with { NextAt = at } };
            }
        }

        if (state.Status == IncidentStatus.Acknowledged)
        {
            KeepUntilClosed(draft);
        }

        return draft.Done(why);
    }

    public static Decision<IncidentState> PageResponder(
        IncidentState state, IncidentCommand.PageResponder page, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Status == IncidentStatus.Resolved)
        {
            return Incident.Unchanged("Incident is already resolved");
        }

        var draft = new IncidentDraft(state, policy, at);
        Expect(draft, [page.Responder]);
        if (state.MayPage)
        {
            PageWaiting(draft, OutsideLadder);
        }

        return draft.Done($"Responder {page.Responder.Type} {page.Responder.Name}");
    }

    /// <summary>Before the first step they wait for it; once it was climbed or somebody has it in hand, nobody else would call them.</summary>
    public static void PageWaitingIfBegun(IncidentDraft draft)
    {
        var state = draft.State;
        var begun = state.Status switch
        {
            IncidentStatus.Open => state.Ladder.Next > 0,
            IncidentStatus.Acknowledged or IncidentStatus.Snoozed => true,
            _ => false,
        };
        if (begun && state.MayPage)
        {
            PageWaiting(draft, OutsideLadder);
        }
    }

    public static bool IsPaged(IncidentState state, Responder responder) =>
        state.RespondersPaged.Contains(NameOf(responder), StringComparer.OrdinalIgnoreCase);

    /// <summary>They wait for the page that calls them. A source can name as many as it likes, the document holds some.</summary>
    public static void Expect(IncidentDraft draft, IEnumerable<Responder> responders)
    {
        foreach (var responder in responders.Where(r => !IsPaged(draft.State, r) && !draft.State.RespondersWaiting.Contains(r)))
        {
            if (draft.State.RespondersWaiting.Count >= IncidentState.MostRespondersWaiting)
            {
                draft.Note(
                    "nobody",
                    $"Responder {responder.Type} {responder.Name} is not called: {IncidentState.MostRespondersWaiting} wait already");
                return;
            }

            draft.State = draft.State with { RespondersWaiting = draft.State.RespondersWaiting.Add(responder) };
        }
    }

    private static string NameOf(Responder responder) => responder.Type + ":" + responder.Name;

    private static void PageWaiting(IncidentDraft draft, int step)
    {
        foreach (var responder in draft.State.RespondersWaiting.Where(r => !IsPaged(draft.State, r)))
        {
            var why = $"responder {responder.Type} {responder.Name}";
            if (IsKnown(draft.Policy, responder))
            {
                draft.State = draft.State with { RespondersPaged = draft.State.RespondersPaged.Add(NameOf(responder)) };
            }

            if (TargetsOf(draft, responder) is not { } targets)
            {
                continue;
            }

            var reached = false;
            foreach (var target in targets)
            {
                reached |= IncidentPages.Page(draft, step, target, why);
            }

            if (!reached)
            {
                draft.Note("nobody", $"Nobody to page for {why}");
            }
        }

        draft.State = draft.State with { RespondersWaiting = [] };
    }

    /// <summary>
    /// A team or escalation stands for the first step of its ladder; null when the incident climbs that ladder anyway.
    /// </summary>
    private static IEnumerable<StepTarget>? TargetsOf(IncidentDraft draft, Responder responder) => responder.Type switch
    {
        "user" => [new StepTarget(StepTargetType.User, responder.Name)],
        "schedule" => [new StepTarget(StepTargetType.Schedule, responder.Name)],
        "team" => draft.Policy.FindTeam(responder.Name) is { } team ? FirstStep(draft, EscalationOf(draft.Policy, team)) : [],
        "escalation" => FirstStep(draft, draft.Policy.FindEscalation(responder.Name)),
        _ => [],
    };

    private static IEnumerable<StepTarget>? FirstStep(IncidentDraft draft, Escalation? escalation) =>
        escalation is null ? []
        : string.Equals(escalation.Name, draft.State.Ladder.Policy, StringComparison.OrdinalIgnoreCase) ? null
        : escalation.Steps.Take(1).Select(s => s.Target);

    /// <summary>A team without a ladder has the default team's.</summary>
    private static Escalation? EscalationOf(PolicyVersion policy, Team? team) =>
        policy.FindEscalation(team?.Escalation ?? "")
        ?? policy.FindEscalation(policy.FindTeam(policy.Settings.DefaultTeam)?.Escalation ?? "");

    /// <summary>What nobody knows is not remembered: there are as many unknown names as senders care to write.</summary>
    private static bool IsKnown(PolicyVersion policy, Responder responder) => responder.Type switch
    {
        "user" => policy.FindUser(responder.Name) is not null,
        "schedule" => policy.FindSchedule(responder.Name) is not null,
        "team" => policy.FindTeam(responder.Name) is not null,
        "escalation" => policy.FindEscalation(responder.Name) is not null,
        _ => false,
    };

    /// <summary>From the step just fired to the next; after the last, the pause before the next climb.</summary>
    private static TimeSpan DistanceTo(Ladder ladder) => ladder.Next < ladder.Steps.Count
        ? ladder.Steps[ladder.Next].Delay - ladder.Steps[ladder.Next - 1].Delay
        : ladder.Repeat;

    private static string Describe(StepTarget target) => target.Type.ToString().ToLowerInvariant() + " " + target.Name;
}
