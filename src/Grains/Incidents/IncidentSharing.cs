using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// One page per incident, person and instant: what names somebody who is being paged at this instant shares that page,
/// and counts as reached, or as failed, with it.
/// </summary>
internal static class IncidentSharing
{
    /// <summary>What an alert or a person calls for and a step are decided in different turns.</summary>
    private static readonly TimeSpan Instant = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Steps of one delay follow each other from turn to turn; the next climb comes no sooner than this.
    /// </summary>
    private static readonly TimeSpan SameClimb = TimeSpan.FromMinutes(1);

    /// <returns>False when they are to be paged: there is no such page, it has failed, or it said less than is so
    /// now.</returns>
    public static bool Share(
        IncidentDraft draft, int step, Recipient recipient, string why, StepTarget target, ValueList<Recipient> named,
        PageCall? call)
    {
        var state = draft.State;
        var pages = call == PageCall.Person ? [] : state.Pages
            .Where(page => page.Call != PageCall.News)
            .Where(page => string.Equals(page.Who, recipient.Who, StringComparison.OrdinalIgnoreCase))
            .Where(page => page.State == DeliveryState.Pending || IncidentPages.HasReached(draft.Policy, page))
            .Where(page => WakesNobody(draft, recipient.Contacts) || !WakesNobody(draft, page.Targets))
            .Where(page =>
                !IncidentPages.UrgencyOf(state).IsMoreUrgentThan(page.Priority ?? state.Priority) &&
                    IsOfNow(draft, page, step, call))
            .ToList();
        if (pages.Count == 0)
        {
            return false;
        }

        foreach (var page in pages.Where(page => step != IncidentLadder.OutsideLadder && page.Step != step))
        {
            IncidentPages.Replace(
                draft, page with { Shared = (page.Shared ?? []).Add(new SharedStep(step, draft.At)) });
        }

        var first = pages[0];
        draft.Note("page", $"Paging {first.Who} once: {why}, by the page for {first.Reason}");
        IncidentDecisions.OfEarlierPage(draft, step, first, target, named, $"{why}, by the page for {first.Reason}");
        foreach (var page in draft.State.Pages.Where(page => pages.Exists(p => p.Id == page.Id)))
        {
            if (page is { State: DeliveryState.Delivered, AnswerBy: null })
            {
                IncidentClimb.Arrived(draft, page);
            }
        }

        return true;
    }

    /// <summary>The one that waits for its result.</summary>
    public static int LatestStepOf(Page page) => page.Shared is { Count: > 0 } shared ? shared[^1].Step : page.Step;

    /// <summary>
    /// Of the latest time that the step was climbed, with those of an earlier one that are its own as well.
    /// </summary>
    public static List<Page> LatestOf(IncidentState state, int step)
    {
        var pages = state.Pages
            .SelectMany(page => StepsOf(page).Where(s => s.Step == step).Select(s => (Page: page, s.At)))
            .ToList();
        var latest = pages.Select(p => p.At).DefaultIfEmpty().Max();
        return pages.FindAll(p => p.At == latest).ConvertAll(p => p.Page);
    }

    /// <summary>Its own, and those that share it.</summary>
    private static IEnumerable<SharedStep> StepsOf(Page page) =>
        (page.Shared ?? []).Prepend(new SharedStep(page.Step, page.At));

    /// <summary>What went out by e-mail just before quiet hours ended is no page to who is rung now.</summary>
    private static bool WakesNobody(IncidentDraft draft, ValueList<DeliveryTarget> contacts) =>
        contacts.All(contact => QuietHours.WakesNobody(draft.Policy, contact));

    private static bool IsOfNow(IncidentDraft draft, Page page, int step, PageCall? call)
    {
        var age = draft.At - page.At;
        if (call is not null || page.Call is not null)
        {
            return age < Instant;
        }

        var steps = draft.State.Ladder.Steps;
        return page.At == draft.At ||
            (page.Step > 0 && page.Step < step && step <= steps.Count && age < SameClimb &&
                steps[page.Step - 1].Delay == steps[step - 1].Delay);
    }
}
