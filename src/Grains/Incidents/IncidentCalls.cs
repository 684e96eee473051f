using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Pages that have arrived only when somebody answers, as a mailbox takes a call too. Whoever carries them tells how
/// they ended; a timer of ours stands behind that, for what nobody tells.
/// </summary>
internal static class IncidentCalls
{
    private const string Untold = "nobody answered, nor were we told how it ended: can its provider reach this service?";

    /// <summary>
    /// When an answer is waited for no longer; null for what needs none, and while somebody has the incident.
    /// </summary>
    public static DateTimeOffset? AnswerBy(
        IncidentDraft draft, DeliveryState state, IncidentCommand.Attempted attempted) =>
        state == DeliveryState.Delivered && draft.State.Status == IncidentStatus.Open
            ? draft.At + attempted.AnswerWithin
            : null;

    /// <summary>Somebody has it, or nobody is to: no answer is waited for.</summary>
    /// <param name="who">Only theirs; null: everybody's.</param>
    public static void AwaitNone(IncidentDraft draft, string? who)
    {
        foreach (var page in draft.State.Pages.Where(p => p.AnswerBy is not null && (who is null || p.Who == who)))
        {
            IncidentPages.Replace(draft, page with { AnswerBy = null });
        }
    }

    /// <summary>
    /// The person is tried by the next contact, as if this one had failed. Only while nobody has it: who presses a key
    /// has ended the call as well.
    /// </summary>
    public static Decision<IncidentState> NotReached(
        IncidentState state, IncidentCommand.NotReached command, PolicyVersion policy, DateTimeOffset at) =>
        TellOthers(state, command, policy, at, told => OfThisPage(told, command, policy, at));

    /// <summary>Its survivor pages for a merged incident; the other pages of a message are not its own.</summary>
    public static Decision<IncidentState> OfMerged(
        IncidentState state, IncidentCommand.NotReached command, PolicyVersion policy, DateTimeOffset at) =>
        TellOthers(state, command, policy, at, _ => Incident.Unchanged("It was merged, and its survivor pages"));

    /// <summary>
    /// A message that came for several pages has failed for each of them, and only the first is told so from outside.
    /// </summary>
    private static Decision<IncidentState> TellOthers(
        IncidentState state, IncidentCommand.NotReached command, PolicyVersion policy, DateTimeOffset at,
        Func<IncidentState, Decision<IncidentState>> decide)
    {
        var page = state.Pages.FirstOrDefault(p => p.Id == command.PageId);
        if (page?.Together?.Contains(new SentPage(state.Id, page.Id, command.Channel)) != true)
        {
            return decide(state);
        }

        var draft = new IncidentDraft(state, policy, at);
        IncidentPages.Replace(draft, page with { Together = null });
        TellOthers(draft, page.Id, page.Together, command.How);
        var here = decide(draft.State);
        var told = draft.Done("Told the other pages of the message");
        return here.Outcome == Outcome.Material ? here with { Messages = [.. told.Messages, .. here.Messages] } : told;
    }

    /// <param name="how">What became of the message.</param>
    public static void TellOthers(IncidentDraft draft, Guid page, ValueList<SentPage> together, string how)
    {
        foreach (var other in together.Where(other => other.PageId != page))
        {
            draft.Tell(other.IncidentId, new IncidentCommand.NotReached(other.PageId, other.Channel, how));
        }
    }

    private static Decision<IncidentState> OfThisPage(
        IncidentState state, IncidentCommand.NotReached command, PolicyVersion policy, DateTimeOffset at)
    {
        var page = state.Pages.FirstOrDefault(p => p.Id == command.PageId);
        if (page is null || page.Channel != command.Channel ||
            page.State is not (DeliveryState.Delivered or DeliveryState.Pending))
        {
            return Incident.Unchanged("The page has gone on since");
        }

        if (state.Status != IncidentStatus.Open || IncidentPassing.IsPassedOn(state, page.Who))
        {
            return Incident.Unchanged("The page was answered");
        }

        if (!state.MayPage && state.QuietUntil is null)
        {
            return Incident.Unchanged("Nothing to page for any more: " + Suppressor.Sentence(state.SuppressedBy));
        }

        var draft = new IncidentDraft(state, policy, at);
        if (page.State == DeliveryState.Pending)
        {
            // The call was over before its attempt was reported, and while it is under way nothing else may begin.
            IncidentPages.Replace(draft, page with { Missed = command.How });
            return draft.Done("The page goes on when its attempt is reported");
        }

        return GoOn(draft, page, command.How);
    }

    /// <summary>Pages for whose answer nobody waits any longer.</summary>
    public static Decision<IncidentState> Unanswered(IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var page = state.Pages.First(p => p.AnswerBy <= at);
        return GoOn(new IncidentDraft(state, policy, at), page, Untold);
    }

    /// <param name="how">Goes on after the name of the channel.</param>
    public static Decision<IncidentState> GoOn(IncidentDraft draft, Page page, string how)
    {
        draft.Note("page failed", $"{page.Who} by {page.Targets[page.Channel].Channel}: {how}");
        page = page with { Detail = how, AnswerBy = null, Missed = null };
        if (page.Channel + 1 < page.Targets.Count)
        {
            var next = page with { Channel = page.Channel + 1, Attempts = 0 };
            return IncidentPages.TryAgain(draft, next, PageDelivery.Of(draft.State, next) with
            {
                NotBefore = draft.At,
                MovesOnAt = RetryRules.MovesOnAt(next.Channel, next.Targets.Count, draft.At),
            });
        }

        draft.Put(new DeliveryChange.Finish(page.Id, DeliveryState.Failed));
        IncidentPages.Replace(draft, page with { State = DeliveryState.Failed });
        IncidentPages.EscalateWhenNobodyReached(draft, IncidentSharing.LatestStepOf(page));
        return draft.Done("Page failed");
    }
}
