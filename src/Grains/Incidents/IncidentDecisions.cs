using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Why somebody was paged and somebody was not, one child row each: what was found is kept as it was found, for the
/// people, the schedule and the policy may be others when it is asked.
/// </summary>
internal static class IncidentDecisions
{
    public static void Paged(IncidentDraft draft, Page page, StepTarget target, ValueList<Recipient> named) =>
        Put(draft, page.Step, target, named, page.Who, page.Id, page.Reason);

    /// <summary>The page was there already: something else had called for it, or it had been given up.</summary>
    public static void OfEarlierPage(
        IncidentDraft draft, int step, Page page, StepTarget target, ValueList<Recipient> named, string reason) =>
        Put(draft, step, target, named, page.Who, page.Id, reason, ofEarlierPage: true);

    /// <summary>It was told to them and is no page.</summary>
    public static void Informed(IncidentDraft draft, Page notice, StepTarget target, ValueList<Recipient> named) =>
        Put(draft, notice.Step, target, named, notice.Who, null, notice.Reason, notice.Id);

    public static void NotPaged(
        IncidentDraft draft, int step, StepTarget target, ValueList<Recipient> named, string who, string reason) =>
        Put(draft, step, target, named, who, null, reason);

    /// <summary>Nobody of all who are named, for one reason; or nobody because none is.</summary>
    public static void NobodyPaged(
        IncidentDraft draft, int step, StepTarget target, ValueList<Recipient> named, string reason)
    {
        foreach (var recipient in named)
        {
            NotPaged(draft, step, target, named, recipient.Who, recipient.NotPaged ?? reason);
        }

        if (named.Count == 0)
        {
            NotPaged(draft, step, target, named, "", reason);
        }
    }

    /// <summary>Whom the next step would have paged, had nothing held it back.</summary>
    public static void Suppressed(IncidentDraft draft)
    {
        var ladder = draft.State.Ladder;
        var step = ladder.IsAtItsEnd ? 0 : ladder.Next;
        var target = ladder.Steps[step].Target;
        var named = IncidentPages.NamedBy(draft, step + 1, target);
        var because = draft.State.SuppressedBy.Count > 0
            ? Suppressor.Sentence(draft.State.SuppressedBy)
            : "no alert of it fires";
        NobodyPaged(draft, step + 1, target, named, because);
    }

    private static void Put(
        IncidentDraft draft, int step, StepTarget target, ValueList<Recipient> named, string who, Guid? page,
        string reason, Guid? notice = null,
        bool ofEarlierPage = false)
    {
        var number = draft.State.DecisionCount + 1;
        draft.State = draft.State with { DecisionCount = number };
        var decision = new PageDecision(
            draft.At,
            step,
            target.ToString(),
            named.Select(r => r.Who).ToValueList(),
            who,
            page,
            draft.Policy.Version,
            IncidentQuiet.SpellOf(draft)?.Says ?? "",
            draft.State.FirstMembers.Where(m => m.Open).SelectMany(m => m.SuppressedBy).Distinct().ToValueList(),
            reason)
        {
            Notice = notice,
            OfEarlierPage = ofEarlierPage,
            TimeZones = PageDecision.TimeZonesOf(target),
            Silences = draft.Policy.Silences.Count(
                silence => silence.StartsAt <= draft.At && draft.At < silence.EndsAt),
        };
        draft.Put(new ItemChange(PageDecision.Set, $"{number:D8}", JsonSerializer.Serialize(decision, WireJson.Lean)));
    }
}
