using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Results of attempts that were on their way when their page was answered, and so cancelled, or given up.
/// </summary>
internal static class IncidentGivenUp
{
    public static Decision<IncidentState> Attempted(IncidentDraft draft, Page page, IncidentCommand.Attempted attempted)
    {
        var result = $"{page.Who} by {page.Targets[page.Channel].Channel}: {attempted.Detail}";
        var was = page.State.ToString().ToLowerInvariant();
        if (attempted.Outcome != AttemptOutcome.Delivered)
        {
            draft.Note("page", $"{result} (after it was {was})");
            return draft.Done("The page had ended");
        }

        page = IncidentPages.Shows(page, attempted);
        if (page.State != DeliveryState.Cancelled || attempted.AnswerWithin is not null)
        {
            // A mailbox takes a call as well, and nobody waits for the answer to this one.
            IncidentPages.Replace(draft, page);
            draft.Note("page", $"{result} (after it was {was})");
            return draft.Done("The page had ended");
        }

        var how = "arrived all the same after it was given up" + (page.Detail.Length > 0 ? ": " + page.Detail : "");
        IncidentPages.Replace(draft, page with { State = DeliveryState.Delivered, Detail = attempted.Detail });
        draft.Note("paged", $"{result} ({how})");
        var named = new Recipient(page.Who, page.Targets, null);
        var target = IncidentQuiet.TargetOf(draft, page);
        IncidentDecisions.OfEarlierPage(draft, page.Step, page, target, [named], $"{page.Reason}; it {how}");
        page = draft.State.Pages.First(p => p.Id == page.Id);
        if (draft.State.Status == IncidentStatus.Open && IncidentPages.HasReached(draft.Policy, page))
        {
            IncidentClimb.Arrived(draft, page);
        }

        return draft.Done("The page had ended, and arrived");
    }
}
