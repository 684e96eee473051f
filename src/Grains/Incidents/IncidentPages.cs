using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>Pages of people: decided, tried, answered, cancelled.</summary>
internal static class IncidentPages
{
    private const int Kept = 30;

    /// <returns>False when the target names nobody who can be paged.</returns>
    public static bool Page(IncidentDraft draft, int step, StepTarget target, string why, PageCall? call = null)
    {
        var heedsQuietHours = call != PageCall.Person;
        var named = NamedBy(draft, step, target);
        if (heedsQuietHours && IncidentQuiet.SpellOf(draft) is { Mode: QuietMode.EmailOnly } spell)
        {
            IncidentQuiet.Remember(draft, spell, 0);
            named = named.Select(recipient => ByWhatWakesNobody(draft.Policy, recipient, spell)).ToValueList();
        }

        var reached = named.Any(r => r.NotPaged is null);
        if (!reached)
        {
            draft.Note("nobody", $"Nobody to page for {why}{string.Concat(named.Select(r => $"; {r.Who}: {r.NotPaged}"))}");
        }

        if (named.Count == 0)
        {
            IncidentDecisions.NobodyPaged(draft, step, target, named, why + " names nobody who is there");
        }

        foreach (var recipient in named)
        {
            if (recipient.NotPaged is not { } because)
            {
                if (!IncidentSharing.Share(draft, step, recipient, why, target, named, call))
                {
                    Notify(draft, step, recipient, why, target, named, call);
                }

                continue;
            }

            IncidentDecisions.NotPaged(draft, step, target, named, recipient.Who, because);
            if (reached)
            {
                draft.Note("not paged", $"Not paging {recipient.Who}: {because} ({why})");
            }
        }

        return reached;
    }

    /// <summary>
    /// By the person's own rules: what comes later is cancelled like the rest when somebody answers, and is asked about
    /// when it comes in quiet hours, which may be others by then: see <see cref="IncidentQuiet.NotYetTried"/>.
    /// </summary>
    /// <returns>False when quiet hours will hold all of it back, as far as they are known.</returns>
    private static bool Notify(
        IncidentDraft draft, int step, Recipient recipient, string why, StepTarget target, ValueList<Recipient> named,
        PageCall? call)
    {
        var text = PageDelivery.TextOf(draft.State, PageEvents.Page);
        var user = target.Type == StepTargetType.Channel ? null : draft.Policy.FindUser(recipient.Who);
        var comes = false;
        foreach (var notification in NotificationRule.NoticesOf(user, text, call == PageCall.Person, draft.At, recipient.Contacts))
        {
            var later = notification.After == TimeSpan.Zero ? ""
                : $", by {notification.Targets[0].Channel} after {Durations.Format(notification.After)}";
            var page = Enqueue(
                draft, step, recipient.Who, notification.Targets, why + later, after: notification.After, call: call);
            IncidentDecisions.Paged(draft, page, target, named);
            comes |= call == PageCall.Person || notification.After == TimeSpan.Zero ||
                !IncidentQuiet.WillHoldBack(draft, notification);
        }

        return comes;
    }

    /// <summary>Of a ladder that moved: all whom the step names were paged for this incident before.</summary>
    public static bool IsTold(IncidentDraft draft, int step, StepTarget target)
    {
        if (!draft.State.Ladder.SkipsPaged)
        {
            return false;
        }

        var paged = draft.State.Pages
            .Where(page => page.Call != PageCall.News)
            .Where(page =>
                page.State == DeliveryState.Pending || page.AnswerBy is not null ||
                    (HasReached(draft.Policy, page) && !IsCall(draft.Policy, page)))
            .Select(page => page.Who)
            .Concat(draft.State.PagedElsewhere)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var named = NamedBy(draft, step, target).Where(recipient => recipient.NotPaged is null).ToList();
        var told = named.Count > 0 && named.TrueForAll(recipient => paged.Contains(recipient.Who));
        if (told)
        {
            draft.Note(
                "not paged",
                $"Not paging {string.Join(", ", named.Select(r => r.Who))}: paged for this incident before");
        }

        return told;
    }

    public static ValueList<Recipient> NamedBy(IncidentDraft draft, int step, StepTarget target) => Recipients.Of(
        draft.Policy, target, draft.At, draft.State.PassedOn, Asked(draft.State),
        $"{draft.State.Id} {draft.State.Ladder.Climbs} {step}");

    /// <summary>By the latest pages; one person's rules may make several of one.</summary>
    public static IEnumerable<string> Asked(IncidentState state) =>
        state.Pages.DistinctBy(page => (page.Who, page.At)).Select(page => page.Who);

    /// <param name="who">Only theirs; null: everybody's.</param>
    public static void CancelPending(IncidentDraft draft, string why, string? who = null)
    {
        foreach (var page in draft.State.Pages.Where(p => p.State == DeliveryState.Pending && (who is null || p.Who == who)))
        {
            draft.Put(new DeliveryChange.Finish(page.Id, DeliveryState.Cancelled));
            Replace(draft, page with { State = DeliveryState.Cancelled, Detail = why });
        }

        IncidentCalls.AwaitNone(draft, who);
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
        if (page.State != DeliveryState.Pending)
        {
            return IncidentGivenUp.Attempted(draft, page, attempted);
        }

        var channel = page.Targets[page.Channel].Channel;
        if ((page.Channel, page.Attempts) != (attempted.Delivery.Channel, attempted.Delivery.Attempts))
        {
            return Incident.Unchanged("The result of an attempt that is counted already");
        }

        if (attempted.Outcome == AttemptOutcome.Quiet)
        {
            return IncidentQuiet.NotYetTried(draft, page, attempted.Delivery);
        }

        if (page.Missed is { } missed && attempted.Outcome is AttemptOutcome.Delivered or AttemptOutcome.Unknown)
        {
            IncidentCalls.TellOthers(draft, page.Id, attempted.Together, missed);
            return IncidentCalls.GoOn(draft, page, missed);
        }

        page = page with { Missed = null };
        var next = RetryRules.After(attempted.Delivery, attempted.Outcome, at, attempted.RetryAfter);
        draft.Note(
            attempted.Outcome == AttemptOutcome.Delivered ? "paged" : "page failed",
            $"{page.Who} by {channel}: {attempted.Detail}");
        if (next.Retry is { } again)
        {
            return TryAgain(draft, page with { Detail = attempted.Detail }, again);
        }

        draft.Put(new DeliveryChange.Finish(page.Id, next.State));
        Replace(draft, Shows(page, attempted) with
        {
            State = next.State,
            Detail = attempted.Detail,
            AnswerBy = IncidentCalls.AnswerBy(draft, next.State, attempted),
            Together = attempted.Together.Count > 0 ? attempted.Together : null,
        });
        if (attempted.AnswerWithin is null && HasReached(policy, draft.State.Pages.First(p => p.Id == page.Id)))
        {
            IncidentClimb.Arrived(draft, page);
        }

        EscalateWhenNobodyReached(draft, IncidentSharing.LatestStepOf(page));
        return draft.Done($"Page {next.State.ToString().ToLowerInvariant()}");
    }

    /// <summary>Within quiet hours that have begun since, by what makes no sound, or not before their end.</summary>
    /// <param name="asked">It was about to be sent, and rings now unless this says otherwise.</param>
    internal static Decision<IncidentState> TryAgain(IncidentDraft draft, Page page, Delivery again, bool asked = false)
    {
        if (IncidentQuiet.Soften(draft, page, again) is not { } softened)
        {
            return draft.Done("Not tried again: quiet hours have begun");
        }

        softened = asked && softened == again ? again with { RingsInQuietHours = true } : softened;
        draft.Put(new DeliveryChange.Retry(softened));
        Replace(
            draft,
            page with { Channel = softened.Channel, Attempts = softened.Attempts, State = DeliveryState.Pending });
        return draft.Done($"Page tried again by {softened.Target.Channel}");
    }

    /// <summary>
    /// It has become more urgent than these people were told, or are about to be: they are paged anew, as a changed
    /// message makes no sound, by the ways that they have now for what is so urgent. In quiet hours it is for these to
    /// say what breaks through.
    /// </summary>
    public static void SoundAgain(IncidentDraft draft, string why)
    {
        if (draft.State.HeldBack is not null || IncidentQuiet.SpellOf(draft) is not null)
        {
            return;
        }

        var (state, priority) = (draft.State, UrgencyOf(draft.State));
        var told = state.Pages
            .Where(page => page.Call != PageCall.News && page.State is DeliveryState.Delivered or DeliveryState.Pending)
            .GroupBy(page => page.Who, StringComparer.OrdinalIgnoreCase)
            .Select(pages => pages.ToList())
            .Where(pages => priority.IsMoreUrgentThan(pages[^1].Priority ?? priority));
        foreach (var pages in told)
        {
            var latest = pages[^1];
            var target = IncidentQuiet.TargetOf(draft, latest);
            var named = Recipients.Of(draft.Policy, target, draft.At, state.PassedOn, [], "");
            var comes = false;
            foreach (var recipient in named.Where(r => r.NotPaged is null))
            {
                comes |= Notify(draft, latest.Step, recipient, why, target, named, latest.Call);
            }

            if (comes)
            {
                GiveUp(draft, pages.Where(page => page.State == DeliveryState.Pending), why);
            }
        }
    }

    /// <summary>Of what may page: nobody is told of what is held back, and it sounds when it is freed.</summary>
    internal static Priority UrgencyOf(IncidentState state) =>
        MemberRows.MostUrgentPageable(state) ?? state.Priority;

    /// <summary>
    /// What is still to come by the ways for what was less urgent: one that is on its way may arrive all the same.
    /// </summary>
    private static void GiveUp(IncidentDraft draft, IEnumerable<Page> pending, string why)
    {
        foreach (var page in pending)
        {
            draft.Put(new DeliveryChange.Finish(page.Id, DeliveryState.Cancelled));
            Replace(draft, page with { State = DeliveryState.Cancelled, Detail = $"paged anew: {why}" });
        }
    }

    /// <summary>When every page of the latest step failed for good, waiting for the next step helps nobody.</summary>
    internal static void EscalateWhenNobodyReached(IncidentDraft draft, int step)
    {
        var state = draft.State;
        var isLatest = step != IncidentLadder.OutsideLadder &&
            (state.Ladder.NextAt ?? state.Ladder.HeldDue) is not null && state.Ladder.Next == step;
        if (!isLatest || state.Status != IncidentStatus.Open ||
            !IncidentSharing.LatestOf(state, step).TrueForAll(page => HasFailed(draft.Policy, page)))
        {
            return;
        }

        if (!state.Ladder.IsAtItsEnd)
        {
            IncidentLadder.Due(draft, state.Ladder, draft.At);
            draft.Note("nobody", $"No page of step {step} arrived: the next step is due now");
        }
        else if (!state.Ladder.HasTold && !AreOnTheirWay(state))
        {
            var wait = IncidentLadder.DistanceTo(draft, state.Ladder);
            IncidentLadder.Due(draft, state.Ladder, draft.At + wait);
            draft.Note(
                "nobody", $"No page of the whole climb arrived: it is climbed again in {Durations.Format(wait)}");
        }
    }

    /// <summary>All that the latest firing of the step paged was cancelled before it went out.</summary>
    internal static bool WasCancelled(IncidentState state, int step) =>
        IncidentSharing.LatestOf(state, step) is { Count: > 0 } pages &&
            pages.TrueForAll(page => page.State == DeliveryState.Cancelled);

    /// <summary>Something may still arrive, or an answer is waited for.</summary>
    internal static bool AreOnTheirWay(IncidentState state) =>
        state.Pages.Any(
            page => page.Call != PageCall.News && (page.State == DeliveryState.Pending || page.AnswerBy is not null));

    /// <summary>A step has paged somebody between its opening and when something began to hold it back.</summary>
    internal static bool WasTold(IncidentState state, Member held) =>
        held is { OpenedAt: { } opened, SuppressedSince: { } since } &&
        state.Pages.Any(page => page.Step != IncidentLadder.OutsideLadder && page.At >= opened && page.At < since);

    /// <summary>What fell to the service's own log when other contacts failed is read by nobody in time.</summary>
    internal static bool HasReached(PolicyVersion policy, Page page) =>
        page.State == DeliveryState.Delivered &&
            !(page.Channel > 0 && policy.FindChannel(page.Targets[page.Channel].Channel)?.Type == "log");

    /// <summary>A mailbox takes one too: only who presses a key is reached by it, and has the incident then.</summary>
    private static bool IsCall(PolicyVersion policy, Page page) =>
        policy.FindChannel(page.Targets[page.Channel].Channel)?.Type == "voice";

    private static bool HasFailed(PolicyVersion policy, Page page) =>
        page.State == DeliveryState.Failed || (page.State == DeliveryState.Delivered && !HasReached(policy, page));

    private static Recipient ByWhatWakesNobody(PolicyVersion policy, Recipient recipient, QuietSpell spell)
    {
        var silent = recipient.Contacts.Where(contact => QuietHours.WakesNobody(policy, contact)).ToValueList();
        return recipient.NotPaged is not null ? recipient
            : silent.Count > 0 ? recipient with { Contacts = silent }
            : recipient with { Contacts = [], NotPaged = "they have no e-mail contact, and there are " + spell.Says };
    }

    internal static Page Enqueue(
        IncidentDraft draft, int step, string who, ValueList<DeliveryTarget> targets, string why,
        string @event = PageEvents.Page, TimeSpan after = default, PageCall? call = null)
    {
        var number = draft.State.PageCount + 1;
        var page = new Page(
            DerivedId.Of("page", draft.State.Id, number), draft.At, step, who, targets, 0, 0, DeliveryState.Pending,
            why, "")
        {
            PolicyVersion = draft.Policy.Version,
            Priority = UrgencyOf(draft.State),
            Call = call,
        };
        draft.State = draft.State with { PageCount = number, Pages = Trim(draft.State.Pages.Add(page)) };
        var begins = page.At + after;
        draft.Put(new DeliveryChange.Enqueue(PageDelivery.Of(draft.State, page, @event) with
        {
            NotBefore = begins,
            MovesOnAt = RetryRules.MovesOnAt(0, targets.Count, begins),
        }));
        var (type, doing) = call == PageCall.News ? ("informed", "Telling") : ("page", "Paging");
        draft.Note(type, $"{doing} {who}: {why} (policy version {page.PolicyVersion})");
        return page;
    }

    /// <summary>Pages that wait for their result, or for an answer, are never dropped.</summary>
    private static ValueList<Page> Trim(ValueList<Page> pages)
    {
        var surplus = pages.Count - Kept;
        return surplus <= 0
            ? pages
            : pages.Where(p => p.State == DeliveryState.Pending || p.AnswerBy is not null || surplus-- <= 0)
                .ToValueList();
    }

    /// <summary>Only what arrived shows anything; what was only told is not brought up to date.</summary>
    internal static Page Shows(Page page, IncidentCommand.Attempted attempted) =>
        attempted.Outcome != AttemptOutcome.Delivered || attempted.Delivery.Text.Event is PageEvents.Digest or
            PageEvents.SilenceEnded or PageEvents.Informed
        ? page
        : page with
        {
            Reference = attempted.Reference,
            Shown = attempted.Reference is null ? null : IncidentUpdates.Look(attempted.Delivery.Text),
        };

    internal static void Replace(IncidentDraft draft, Page page) => draft.State = draft.State with
    {
        Pages = draft.State.Pages.Select(p => p.Id == page.Id ? page : p).ToValueList(),
    };
}
