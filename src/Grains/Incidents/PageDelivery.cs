using Correlation.Grains.Model;

namespace Correlation.Grains.Incidents;

/// <summary>A page as the outbox keeps it until it is delivered: to whom, how, and what it says.</summary>
internal static class PageDelivery
{
    public static Delivery Of(IncidentState state, Page page, string @event = PageEvents.Page) => new()
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
        RingsInQuietHours = page.Call == PageCall.Person || @event is PageEvents.Digest or
            PageEvents.Informed || state.IgnoresQuietHours,
        Text = TextOf(state, @event),
    };

    /// <summary>
    /// As urgent as what may page: by this a channel rings or does not, and what is held back makes nothing sound.
    /// </summary>
    public static PageText TextOf(IncidentState state, string @event)
    {
        var cause = state.Roots.FirstOrDefault(root => root.Alias == state.Cause?.Alias)
            ?? (state.FirstMembers.Count > 0 ? state.FirstMembers[0] : null);
        return new PageText(
            @event,
            state.Title,
            cause?.Description ?? "",
            IncidentPages.UrgencyOf(state),
            state.Team,
            state.Number,
            cause?.Entity ?? "",
            cause?.Kind ?? "",
            cause?.Runbook ?? "",
            state.MemberCount,
            state.OpenedAt);
    }
}
