using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>Pages of people: decided, tried, answered, cancelled.</summary>
internal static class IncidentPages
{
    private const int Kept = 30;

    /// <returns>False when the target names nobody who can be paged.</returns>
    public static bool Page(IncidentDraft draft, int step, StepTarget target, string why)
    {
        var draw = $"{draft.State.Id} {draft.State.Ladder.Climbs} {step}";
        var named = Recipients.Of(draft.Policy, target, draft.At, draft.State.PassedOn, draw);
        var reached = named.Any(r => r.NotPaged is null);
        if (!reached)
        {
            draft.Note("nobody", $"Nobody to page for {why}{string.Concat(named.Select(r => $"; {r.Who}: {r.NotPaged}"))}");
        }

        foreach (var recipient in named.Where(_ => reached))
        {
            if (recipient.NotPaged is { } because)
            {
                draft.Note("not paged", $"Not paging {recipient.Who}: {because} ({why})");
            }
            else
            {
                Enqueue(draft, step, recipient.Who, recipient.Contacts, why);
            }
        }

        return reached;
    }

    /// <param name="who">Only theirs; null: everybody's.</param>
    public static void CancelPending(IncidentDraft draft, string why, string? who = null)
    {
        foreach (var page in draft.State.Pages.Where(p => p.State == DeliveryState.Pending && (who is null || p.Who == who)))
        {
            draft.Put(new DeliveryChange.Finish(page.Id, DeliveryState.Cancelled));
            Replace(draft, page with { State = DeliveryState.Cancelled, Detail = why });
        }
    }

    public static Decision<IncidentState> Attempted(
        IncidentState state, IncidentCommand.Attempted attempted, PolicyVersion policy, DateTimeOffset at)
    {
        var page = state.Pages.FirstOrDefault(p => p.Id == attempted.Delivery.Id);
        if (page is null)
        {
            return Incident.Refuse($"Page {attempted.Delivery.Id} is not known any more");
        }

        var draft = new IncidentDraft(state, policy, at);
        var channel = page.Targets[page.Channel].Channel;
        if (page.State != DeliveryState.Pending)
        {
            // It was answered, and so cancelled, while the attempt was on its way.
            draft.Note("page", $"{page.Who} by {channel}: {attempted.Detail} (after it was {page.State.ToString().ToLowerInvariant()})");
            return draft.Done("The page had ended");
        }

        if ((page.Channel, page.Attempts) != (attempted.Delivery.Channel, attempted.Delivery.Attempts))
        {
            return Incident.Unchanged("The result of an attempt that is counted already");
        }

        var next = RetryRules.After(attempted.Delivery, attempted.Outcome, at, attempted.RetryAfter);
        draft.Note(attempted.Outcome == AttemptOutcome.Delivered ? "paged" : "page failed", $"{page.Who} by {channel}: {attempted.Detail}");
        if (next.Retry is { } again)
        {
            draft.Put(new DeliveryChange.Retry(again));
            Replace(draft, page with { Channel = again.Channel, Attempts = again.Attempts, Detail = attempted.Detail });
            return draft.Done($"Page tried again by {again.Target.Channel}");
        }

        draft.Put(new DeliveryChange.Finish(page.Id, next.State));
        Replace(draft, page with { State = next.State, Detail = attempted.Detail });
        EscalateWhenNobodyReached(draft, page.Step);
        return draft.Done($"Page {next.State.ToString().ToLowerInvariant()}");
    }

    /// <summary>
    /// The person is tried by the next contact, as if this one had failed. Only while nobody has it: who presses a key has
    /// ended the call as well.
    /// </summary>
    public static Decision<IncidentState> NotReached(
        IncidentState state, IncidentCommand.NotReached command, PolicyVersion policy, DateTimeOffset at)
    {
        var page = state.Pages.FirstOrDefault(p => p.Id == command.PageId);
        if (page is null || page.Channel != command.Channel || page.State != DeliveryState.Delivered)
        {
            return Incident.Unchanged("The page has gone on since");
        }

        if (page.Answered == true || state.Status != IncidentStatus.Open)
        {
            return Incident.Unchanged("The page was answered");
        }

        var draft = new IncidentDraft(state, policy, at);
        draft.Note("page failed", $"{page.Who} by {page.Targets[page.Channel].Channel}: {command.How}");
        if (page.Channel + 1 < page.Targets.Count)
        {
            var next = page with { Channel = page.Channel + 1, Attempts = 0, State = DeliveryState.Pending, Detail = command.How };
            draft.Put(new DeliveryChange.Retry(ToDelivery(state, next) with
            {
                NotBefore = at,
                MovesOnAt = RetryRules.MovesOnAt(next.Channel, next.Targets.Count, at),
            }));
            Replace(draft, next);
            return draft.Done($"Page tried again by {next.Targets[next.Channel].Channel}");
        }

        draft.Put(new DeliveryChange.Finish(page.Id, DeliveryState.Failed));
        Replace(draft, page with { State = DeliveryState.Failed, Detail = command.How });
        EscalateWhenNobodyReached(draft, page.Step);
        return draft.Done("Page failed");
    }

    /// <summary>This person has answered, if only to pass it on.</summary>
    public static void Answered(IncidentDraft draft, string who)
    {
        if (draft.State.Pages.Any(p => IsTo(p, who)))
        {
            draft.State = draft.State with
            {
                Pages = draft.State.Pages.Select(p => IsTo(p, who) ? p with { Answered = true } : p).ToValueList(),
            };
        }
    }

    private static bool IsTo(Page page, string who) => string.Equals(page.Who, who, StringComparison.OrdinalIgnoreCase);

    /// <summary>When every page of the latest step failed for good, waiting for the next step helps nobody.</summary>
    private static void EscalateWhenNobodyReached(IncidentDraft draft, int step)
    {
        var state = draft.State;
        var fired = state.Pages.Where(p => p.Step == step).Max(p => p.At);
        var pages = state.Pages.Where(p => p.Step == step && p.At == fired).ToList();
        var isLatest = step != IncidentLadder.OutsideLadder && (state.Ladder.NextAt ?? state.Ladder.HeldDue) is not null && state.Ladder.Next == step && !state.Ladder.IsAtItsEnd;
        if (isLatest && state.Status == IncidentStatus.Open && pages.TrueForAll(p => p.State == DeliveryState.Failed))
        {
            IncidentLadder.Due(draft, state.Ladder, draft.At);
            draft.Note("nobody", $"No page of step {step} arrived: the next step is due now");
        }
    }

    private static void Enqueue(IncidentDraft draft, int step, string who, ValueList<DeliveryTarget> targets, string why)
    {
        var number = draft.State.PageCount + 1;
        var page = new Page(
            DerivedId.Of("page", draft.State.Id, number), draft.At, step, who, targets, 0, 0, DeliveryState.Pending, why, "")
        {
            PolicyVersion = draft.Policy.Version,
        };
        draft.State = draft.State with { PageCount = number, Pages = Trim(draft.State.Pages.Add(page)) };
        draft.Put(new DeliveryChange.Enqueue(ToDelivery(draft.State, page)));
        draft.Note("page", $"Paging {who}: {why} (policy version {page.PolicyVersion})");
    }

    /// <summary>Pending pages are never dropped: their result must find them.</summary>
    private static ValueList<Page> Trim(ValueList<Page> pages)
    {
        var surplus = pages.Count - Kept;
        return surplus <= 0
            ? pages
            : pages.Where(p => p.State == DeliveryState.Pending || surplus-- <= 0).ToValueList();
    }

    private static void Replace(IncidentDraft draft, Page page) => draft.State = draft.State with
    {
        Pages = draft.State.Pages.Select(p => p.Id == page.Id ? page : p).ToValueList(),
    };

    private static Delivery ToDelivery(IncidentState state, Page page) => new()
    {
        Id = page.Id,
        IncidentId = state.Id,
        Step = page.Step,
        Who = page.Who,
        Targets = page.Targets,
        Channel = page.Channel,
        Attempts = page.Attempts,
        NotBefore = page.At,
        MovesOnAt = RetryRules.MovesOnAt(page.Channel, page.Targets.Count, page.At),
        DecidedAt = page.At,
        Reason = page.Reason,
        PolicyVersion = page.PolicyVersion,
        Text = TextOf(state),
    };

    private static PageText TextOf(IncidentState state)
    {
        var cause = state.FirstMembers.Count > 0 ? state.FirstMembers[0] : null;
        return new PageText(
            PageEvents.Page,
            state.Title,
            cause?.Description ?? "",
            state.Priority,
            state.Team,
            state.Number,
            cause?.Entity ?? "",
            cause?.Kind ?? "",
            cause?.Runbook ?? "",
            state.MemberCount,
            state.OpenedAt);
    }
}
