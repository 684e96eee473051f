using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Messages that arrived and can be changed follow their incident, without a sound. Kept here:
/// - of one message one change is under way at a time, so that an older never comes after a newer;
/// - a change says how things are when it is sent: whatever happens meanwhile is one further change;
/// - what may page no more, or is over, is as urgent as its page was: what is held back makes nothing sound.
/// </summary>
internal static class IncidentUpdates
{
    /// <summary>Alerts that join within it are shown together. Who has it is shown at once.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(5);

    /// <summary>
    /// To be called with the state of every decision: sees to it that each message is up to date soon.
    /// </summary>
    public static IncidentState Plan(IncidentState state, DateTimeOffset at)
    {
        if (!state.Pages.Any(page => page.Reference is not null))
        {
            return state;
        }

        var text = TextOf(state);
        if (!state.Pages.Any(page => IsStale(page, state, text)))
        {
            return state.UpdateAt is null ? state : state with { UpdateAt = null };
        }

        var due = text.Event == PageEvents.Updated ? at + Gather : at;
        return state.UpdateAt <= due ? state : state with { UpdateAt = due };
    }

    public static Decision<IncidentState> Send(IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state with { UpdateAt = null }, policy, at);
        var text = TextOf(state);
        foreach (var page in state.Pages.Where(page => IsStale(page, state, text)))
        {
            var number = (page.Updates ?? 0) + 1;
            var id = DerivedId.Of("update", page.Id.ToString("N"), number);
            draft.Put(new DeliveryChange.Enqueue(PageDelivery.Of(state, page) with
            {
                Id = id,
                Targets = [page.Targets[page.Channel]],
                Channel = 0,
                Attempts = 0,
                NotBefore = at,
                MovesOnAt = null,
                DecidedAt = at,
                Text = Of(page, state, text),
                Updates = page.Reference,
            }));
            IncidentPages.Replace(draft, page with { UpdateId = id, Updates = number });
        }

        return draft.Done("Messages are brought up to date");
    }

    public static Decision<IncidentState> Attempted(
        IncidentState state, IncidentCommand.Attempted attempted, PolicyVersion policy, DateTimeOffset at)
    {
        var update = attempted.Delivery;
        var draft = new IncidentDraft(state, policy, at);
        if (state.Pages.FirstOrDefault(p => p.UpdateId == update.Id) is not { } page)
        {
            draft.Put(new DeliveryChange.Finish(update.Id, DeliveryState.Cancelled));
            return draft.Done("The message is not kept up to date any more");
        }

        var next = RetryRules.AfterUpdate(update, attempted.Outcome, at, attempted.RetryAfter);
        if (next.Retry is { } again)
        {
            draft.Put(new DeliveryChange.Retry(again with { Text = Of(page, state, TextOf(state)) }));
            return draft.Done("The message is changed later");
        }

        if (next.State == DeliveryState.Failed)
        {
            draft.Note(
                "update failed",
                $"The message to {page.Who} by {update.Target.Channel} is out of date: {attempted.Detail}");
        }

        // One that cannot be changed is tried again when there is something new to show.
        draft.Put(new DeliveryChange.Finish(update.Id, next.State));
        IncidentPages.Replace(draft, page with { UpdateId = null, Shown = Look(update.Text) });
        return draft.Done($"Message update {next.State.ToString().ToLowerInvariant()}");
    }

    /// <summary>Equal texts look the same; a page and its first change differ in nothing that is seen.</summary>
    public static string Look(PageText text)
    {
        var what = text.Event == PageEvents.Page ? PageEvents.Updated : text.Event;
        return $"{what}|{text.Priority}|{text.MemberCount}|{text.Standing}|{text.Title}";
    }

    private static bool IsStale(Page page, IncidentState state, PageText text) =>
        page is { Reference: not null, UpdateId: null } && page.Shown != Look(Of(page, state, text));

    /// <summary>As its alerts close one after the other, one that is over is not said to be as urgent as what is left.</summary>
    private static PageText Of(Page page, IncidentState state, PageText text) =>
        page.Priority is { } said && (state.Status is IncidentStatus.Resolved or IncidentStatus.Merged ||
            MemberRows.MostUrgentPageable(state) is null)
        ? text with { Priority = said }
        : text;

    private static PageText TextOf(IncidentState state) => PageDelivery.TextOf(state, PageEvents.Updated) with
    {
        Event = state.Status switch
        {
            IncidentStatus.Resolved or IncidentStatus.Merged => PageEvents.Resolved,
            IncidentStatus.Acknowledged or IncidentStatus.Snoozed => PageEvents.Acknowledged,
            _ => PageEvents.Updated,
        },
        Standing = state.Status switch
        {
            IncidentStatus.Resolved => "Resolved" + By(state.ResolvedBy),
            IncidentStatus.Merged => $"Merged into incident {state.MergedInto}",
            IncidentStatus.Acknowledged => "Acknowledged" + By(state.AcknowledgedBy),
            IncidentStatus.Snoozed => $"Snoozed until {state.SnoozedUntil?.UtcDateTime:yyyy-MM-dd HH:mm} UTC",
            _ => null,
        },
    };

    private static string By(string? who) => string.IsNullOrEmpty(who) ? "" : " by " + who;
}
