using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>Whom an alert names itself: paged once, whoever owns the incident.</summary>
internal static class IncidentResponders
{
    public static Decision<IncidentState> Page(
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
            PageWaiting(draft, IncidentLadder.OutsideLadder);
        }

        return draft.Done($"Responder {page.Responder.Type} {page.Responder.Name}");
    }

    /// <summary>
    /// Before the first step they wait for it; once it was climbed or somebody has it in hand, nobody else would call
    /// them.
    /// </summary>
    public static void PageIfBegun(IncidentDraft draft)
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
            PageWaiting(draft, IncidentLadder.OutsideLadder);
        }
    }

    public static bool IsPaged(IncidentState state, Responder responder) =>
        state.RespondersPaged.Contains(NameOf(responder), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// They wait for the page that calls them. A source can name as many as it likes, the document holds some.
    /// </summary>
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

    /// <summary>In quiet hours they wait for the end: an e-mail then is not yet the page that calls them.</summary>
    public static void PageWaiting(IncidentDraft draft, int step)
    {
        var waiting = draft.State.RespondersWaiting.Where(r => !IsPaged(draft.State, r))
            .DistinctBy(NameOf, StringComparer.OrdinalIgnoreCase).ToValueList();
        if (waiting.Count > 0 && IncidentQuiet.SpellOf(draft) is { } spell)
        {
            HoldBack(draft, step, waiting, spell);
            return;
        }

        foreach (var responder in waiting)
        {
            if (IsKnown(draft.Policy, responder))
            {
                draft.State = draft.State with { RespondersPaged = draft.State.RespondersPaged.Add(NameOf(responder)) };
            }
        }

        Page(draft, step, waiting);
        draft.State = draft.State with { RespondersWaiting = [] };
    }

    /// <summary>Each once: what changes meanwhile does not say it again.</summary>
    private static void HoldBack(IncidentDraft draft, int step, ValueList<Responder> waiting, QuietSpell spell)
    {
        var held = draft.State.HeldBack?.Responders ?? [];
        var news = waiting.Where(r => !held.Contains(NameOf(r), StringComparer.OrdinalIgnoreCase)).ToValueList();
        if (news.Count == 0)
        {
            return;
        }

        if (spell.Mode == QuietMode.EmailOnly)
        {
            Page(draft, step, news);
        }
        else
        {
            draft.Note("held back", $"Not paging {news.Count} responders: {spell.Says}");
            foreach (var target in news.SelectMany(responder => TargetsOf(draft, responder) ?? []))
            {
                IncidentDecisions.NobodyPaged(
                    draft, step, target, IncidentPages.NamedBy(draft, step, target), spell.Says);
            }
        }

        IncidentQuiet.Remember(draft, spell, spell.Mode == QuietMode.EmailOnly ? 0 : news.Count);
        draft.State = draft.State with
        {
            HeldBack = draft.State.HeldBack! with { Responders = held.Concat(news.Select(NameOf)).ToValueList() },
        };
    }

    private static void Page(IncidentDraft draft, int step, ValueList<Responder> responders)
    {
        foreach (var responder in responders)
        {
            var why = $"responder {responder.Type} {responder.Name}";
            if (TargetsOf(draft, responder) is not { } targets)
            {
                continue;
            }

            foreach (var target in targets)
            {
                IncidentPages.Page(draft, step, target, why, PageCall.Responder);
            }

            if (targets.Count == 0)
            {
                draft.Note("nobody", $"Nobody to page for {why}");
            }
        }
    }

    /// <summary>
    /// A team or escalation stands for those of its ladder that come first; null when the incident climbs that ladder
    /// anyway.
    /// </summary>
    private static ValueList<StepTarget>? TargetsOf(IncidentDraft draft, Responder responder) => responder.Type switch
    {
        "user" => [new StepTarget(StepTargetType.User, responder.Name)],
        "schedule" => [new StepTarget(StepTargetType.Schedule, responder.Name)],
        "team" =>
            draft.Policy.FindTeam(responder.Name) is { } team
                ? FirstStep(draft, EscalationRules.Of(draft.Policy, team, IncidentPages.UrgencyOf(draft.State)))
                : [],
        "escalation" => FirstStep(draft, draft.Policy.FindEscalation(responder.Name)),
        _ => [],
    };

    private static ValueList<StepTarget>? FirstStep(IncidentDraft draft, Escalation? escalation) =>
        escalation is null ? []
        : string.Equals(escalation.Name, draft.State.Ladder.Policy, StringComparison.OrdinalIgnoreCase) ? null
        : EscalationRules.First(draft.Policy, escalation).Select(s => s.Target).ToValueList();

    private static string NameOf(Responder responder) => responder.Type + ":" + responder.Name;

    /// <summary>
    /// What nobody knows is not remembered: there are as many unknown names as senders care to write.
    /// </summary>
    private static bool IsKnown(PolicyVersion policy, Responder responder) => responder.Type switch
    {
        "user" => policy.FindUser(responder.Name) is not null,
        "schedule" => policy.FindSchedule(responder.Name) is not null,
        "team" => policy.FindTeam(responder.Name) is not null,
        "escalation" => policy.FindEscalation(responder.Name) is not null,
        _ => false,
    };
}
