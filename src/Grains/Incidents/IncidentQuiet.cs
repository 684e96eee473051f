using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Quiet hours of the team. What they hold back is not decided for good: it is remembered, and comes when they end,
/// when the incident rises above them, or when they are changed.
/// </summary>
internal static class IncidentQuiet
{
    /// <summary>Of different quiet hours, one after the other.</summary>
    private const int MostInARow = 10;

    /// <summary>The quiet hours that hold for its pages now.</summary>
    public static QuietSpell? SpellOf(IncidentDraft draft) => SpellOf(draft, draft.At);

    public static QuietSpell? SpellOf(IncidentDraft draft, DateTimeOffset at) => draft.State.IgnoresQuietHours ? null : QuietHours.At(
        draft.Policy, draft.State.Team, MemberRows.MostUrgentPageable(draft.State) ?? draft.State.Priority, at);

    /// <summary>The next step waits for their end; whom it would have paged is written down.</summary>
    public static Decision<IncidentState> HoldBack(IncidentDraft draft, QuietSpell spell)
    {
        var ladder = draft.State.Ladder.IsAtItsEnd ? draft.State.Ladder with { Next = 0 } : draft.State.Ladder;
        var target = ladder.Steps[ladder.Next].Target;
        var why = $"step {ladder.Next + 1} of {ladder.Policy}: {IncidentLadder.Describe(target)}";
        var named = IncidentPages.NamedBy(draft, ladder.Next + 1, target);
        IncidentDecisions.NobodyPaged(draft, ladder.Next + 1, target, named, spell.Says);
        Remember(draft, spell, named.Count(r => r.NotPaged is null));
        draft.State = draft.State with { Ladder = ladder with { NextAt = spell.Until, HeldDue = null } };
        draft.Note("held back", $"Not paging {Names(named)} ({why}): {spell.Says}");
        return draft.Done("Held back: " + spell.Says);
    }

    /// <summary>
    /// It waited until they had begun: as the person's rules say, for a place on its channel, or for this process.
    /// </summary>
    public static Decision<IncidentState> NotYetTried(IncidentDraft draft, Page page, Delivery delivery)
    {
        var now = delivery with { NotBefore = draft.At, MovesOnAt = RetryRules.MovesOnAt(delivery.Channel, delivery.Targets.Count, draft.At) };
        return IncidentPages.TryAgain(draft, page, now, asked: true);
    }

    /// <summary>
    /// The next attempt of a page that was made before they began: by what makes no sound, else at their end. A step's
    /// waits for nothing while nobody has the incident, as its ladder starts then; whom nothing else would page is kept
    /// waiting, by one page each.
    /// </summary>
    /// <returns>Null when it ends here.</returns>
    public static Delivery? Soften(IncidentDraft draft, Page page, Delivery again)
    {
        var next = again;
        for (var spells = 0; spells < MostInARow && page.Call != PageCall.Person && again.Text.Event is not (PageEvents.Digest or PageEvents.Informed); spells++)
        {
            if (SpellOf(draft, next.NotBefore) is not { } spell)
            {
                break;
            }

            var isClimbedAgain = draft.State.Status == IncidentStatus.Open && page.Call is null;
            if ((spell.Mode == QuietMode.EmailOnly || page.Call == PageCall.News) &&
                Silently(draft.Policy, next) is { } silent)
            {
                if (isClimbedAgain)
                {
                    Remember(draft, spell, 0);
                }

                return silent;
            }

            if (isClimbedAgain)
            {
                Remember(draft, spell, spell.Mode == QuietMode.Suppress ? 1 : 0);
            }

            if (isClimbedAgain || !IsOneThatWaits(draft, page, again))
            {
                HoldBack(draft, page, spell, isFirst: again is { Channel: 0, Attempts: 0 });
                return null;
            }

            next = At(next, next.Channel, spell.Until);
        }

        if (next != again)
        {
            draft.Note(
                "held back", $"{page.Who} is tried again at {next.NotBefore.UtcDateTime:HH:mm} UTC, after quiet hours");
        }

        return next;
    }

    /// <summary>
    /// Of all that is still to come to this person by such a call: what rings goes before what makes no sound, and the
    /// first before the later. A call that nobody answers goes on by the next contact. What informs says each time
    /// something else.
    /// </summary>
    private static bool IsOneThatWaits(IncidentDraft draft, Page page, Delivery again)
    {
        var toCome =
            from other in draft.State.Pages
            where other.Call == page.Call && other.Who == page.Who
            let target = other.Id == page.Id ? again.Target : NextOf(other)
            where target is not null
            orderby QuietHours.WakesNobody(draft.Policy, target)
            select other.Id;
        return page.Call == PageCall.News || toCome.First() == page.Id;
    }

    private static DeliveryTarget? NextOf(Page page) =>
        page.State == DeliveryState.Pending ? page.Targets[page.Channel]
        : page.AnswerBy is not null ? page.Targets.ElementAtOrDefault(page.Channel + 1)
        : null;

    /// <summary>What is to come later, unless they are others by then.</summary>
    public static bool WillHoldBack(IncidentDraft draft, Notice notice) =>
        SpellOf(draft, draft.At + notice.After) is { } spell &&
        (spell.Mode == QuietMode.Suppress || !notice.Targets.Any(contact => QuietHours.WakesNobody(draft.Policy, contact)));

    private static Delivery? Silently(PolicyVersion policy, Delivery next)
    {
        for (var i = next.Channel; i < next.Targets.Count; i++)
        {
            if (QuietHours.WakesNobody(policy, next.Targets[i]))
            {
                return i == next.Channel ? next : At(next, i, next.NotBefore);
            }
        }

        return null;
    }

    private static Delivery At(Delivery next, int channel, DateTimeOffset at) => next with
    {
        Channel = channel,
        Attempts = channel == next.Channel ? next.Attempts : 0,
        NotBefore = at,
        MovesOnAt = RetryRules.MovesOnAt(channel, next.Targets.Count, at),
    };

    private static void HoldBack(IncidentDraft draft, Page page, QuietSpell spell, bool isFirst)
    {
        draft.Put(new DeliveryChange.Finish(page.Id, DeliveryState.Cancelled));
        IncidentPages.Replace(draft, page with { State = DeliveryState.Cancelled, Detail = spell.Says });
        var what = isFirst ? $"Not paging {page.Who}" : $"Not trying {page.Who} again";
        draft.Note("held back", $"{what} ({page.Reason}): {spell.Says}");
        IncidentDecisions.NotPaged(
            draft, page.Step, TargetOf(draft, page), [new Recipient(page.Who, page.Targets, null)], page.Who,
            $"{spell.Says} ({page.Reason})");
    }

    /// <summary>The one who was paged.</summary>
    internal static StepTarget TargetOf(IncidentDraft draft, Page page) =>
        new(draft.Policy.FindUser(page.Who) is null ? StepTargetType.Channel : StepTargetType.User, page.Who);

    /// <summary>From now on until their end there is something to come back to.</summary>
    public static void Remember(IncidentDraft draft, QuietSpell spell, int pages)
    {
        var held = draft.State.HeldBack;
        draft.State = draft.State with
        {
            HeldBack = new HeldBack(spell.Mode, held?.Since ?? draft.At, spell.Until, (held?.Pages ?? 0) + pages)
            {
                Responders = held?.Responders ?? [],
            },
        };
    }

    /// <summary>Somebody has it in hand. Explicit responders wait on: they are called whoever has it.</summary>
    public static void Forget(IncidentDraft draft) => draft.State = draft.State with
    {
        HeldBack = draft.State.RespondersWaiting.Count > 0 ? draft.State.HeldBack : null,
    };

    /// <summary>
    /// What came and went is told in a digest: at their end, and at once when they have ended already. It may be opened
    /// again, and nobody was woken: the rest stays remembered.
    /// </summary>
    public static HeldBack? OfResolved(HeldBack? held, DateTimeOffset at) =>
        held is { HasEnded: true, Pages: > 0 } ? held with { HasEnded = false, Until = at } : held;

    /// <summary>Those that held it back, or made it climb by e-mail.</summary>
    public static bool IsOver(IncidentState state, QuietSpell? spell) =>
        state.HeldBack is { } held && (spell is null || spell.Mode < held.Mode);

    /// <summary>
    /// They are over: the ladder starts, or goes on where somebody has it in hand. What the first page says of it.
    /// </summary>
    public static string Release(IncidentDraft draft)
    {
        var since = draft.State.HeldBack!.Since;
        var ladder = draft.State.Ladder;
        draft.State = draft.State with
        {
            HeldBack = null,
            Ladder = draft.State.Status == IncidentStatus.Open ? ladder.FromTheFirst() : ladder,
        };
        IncidentChoice.Follow(draft);
        return $", after quiet hours since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
    }

    /// <summary>
    /// Looked at whenever the incident or its policy changes: what is no longer quiet is paged at once.
    /// </summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Follow(IncidentDraft draft)
    {
        if (draft.State is not { HeldBack: { } held, Status: IncidentStatus.Open, MayPage: true })
        {
            return false;
        }

        var spell = SpellOf(draft);
        if (IsOver(draft.State, spell))
        {
            draft.State = draft.State with { HeldBack = null };
            IncidentLadder.Start(draft, TimeSpan.Zero);
            draft.Note("breaks through", $"Quiet hours no longer hold it back: it is {draft.State.Priority}");
            return true;
        }

        if (spell!.Until == held.Until && !held.HasEnded)
        {
            return false;
        }

        Prolong(draft, spell);
        return true;
    }

    /// <summary>Of the timer "digest".</summary>
    public static Decision<IncidentState> Ended(IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        var spell = SpellOf(draft);
        if (spell is not null && !IsOver(state, spell))
        {
            Prolong(draft, spell);
            return draft.Done("Held back on: " + spell.Says);
        }

        var held = state.HeldBack!;
        if (state is { Status: IncidentStatus.Open, MayPage: true } && held.Mode == QuietMode.Suppress)
        {
            return IncidentClimb.Fire(
                state with { Ladder = state.Ladder with { NextAt = state.Ladder.NextAt ?? at } }, policy, at);
        }

        if (state is { Status: IncidentStatus.Open, MayPage: false })
        {
            draft.State = state with { HeldBack = held with { HasEnded = true } };
            return draft.Done("Quiet hours ended and nothing may be paged");
        }

        draft.State = state with { HeldBack = state.Status == IncidentStatus.Resolved && held.Pages == 0 ? held with { HasEnded = true } : null };
        switch (state.Status)
        {
            case IncidentStatus.Open:
                draft.Note("quiet hours ended", "Quiet hours ended and nobody has acknowledged: the escalation starts");
                IncidentLadder.Start(draft, TimeSpan.Zero);
                break;
            case IncidentStatus.Resolved when held.Pages > 0:
                Digest(draft, held);
                break;
            case IncidentStatus.Resolved:
                break;
            default:
                IncidentResponders.PageIfBegun(draft);
                break;
        }

        return draft.Done("Quiet hours ended");
    }

    private static void Prolong(IncidentDraft draft, QuietSpell spell)
    {
        var ladder = draft.State.Ladder;
        var waits = draft.State.HeldBack!.Mode == QuietMode.Suppress && ladder.NextAt is not null;
        draft.State = draft.State with
        {
            HeldBack = draft.State.HeldBack with { Mode = spell.Mode, Until = spell.Until, HasEnded = false },
            Ladder = waits ? ladder with { NextAt = spell.Until } : ladder,
        };
    }

    /// <summary>
    /// What came and went meanwhile is told to who would be paged now, by what makes no sound when they have it.
    /// </summary>
    private static void Digest(IncidentDraft draft, HeldBack held)
    {
        var state = draft.State;
        var why = $"digest of quiet hours: {held.Pages} held back since {held.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC, " +
            $"resolved at {state.ResolvedAt?.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
        IncidentNews.Digest(draft, why);
    }

    private static string Names(ValueList<Recipient> named) =>
        named.Count == 0 ? "anybody" : string.Join(", ", named.Select(r => r.Who));
}
