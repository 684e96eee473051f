using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>An incident as the API shows it.</summary>
/// <param name="Members">The first hundred, the cause first.</param>
/// <param name="Cause">The member that explains the others; null while none is known.</param>
/// <param name="MergingInto">Being merged into that incident; pages until the other has taken over.</param>
/// <param name="Pages">The latest, oldest first; all of them are in the timeline.</param>
/// <param name="QuietUntil">Quiet hours hold its pages back, or let it climb by e-mail only, until then; null when they do not.</param>
/// <param name="PassedOn">Who said "not me": later steps do not page them.</param>
public sealed record IncidentShape(
    string Id,
    long Number,
    string Status,
    string Priority,
    string Title,
    string Team,
    string? Owner,
    DateTimeOffset OpenedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? AcknowledgedAt,
    string? AcknowledgedBy,
    DateTimeOffset? AcknowledgedUntil,
    DateTimeOffset? SnoozedUntil,
    DateTimeOffset? ResolvedAt,
    string? ResolvedBy,
    int MemberCount,
    int OpenMembers,
    IReadOnlyList<MemberShape> Members,
    CauseShape? Cause,
    string? MergedInto,
    string? MergingInto,
    IReadOnlyList<string> SuppressedBy,
    EscalationShape Escalation,
    IReadOnlyList<PageShape> Pages,
    int NoteCount,
    IReadOnlyList<string> PassedOn,
    DateTimeOffset? QuietUntil)
{
    internal static IncidentShape Of(IncidentState state, IReadOnlyList<MemberShape> members) => new(
        state.Id,
        state.Number,
        IncidentWords.Of(state.Status),
        state.Priority.ToString(),
        state.Title,
        state.Team,
        state.Owner,
        state.OpenedAt,
        state.UpdatedAt,
        state.AcknowledgedAt,
        state.AcknowledgedBy,
        state.AcknowledgedUntil,
        state.SnoozedUntil,
        state.ResolvedAt,
        state.ResolvedBy,
        state.MemberCount,
        state.OpenMembers,
        members,
        Cause: null,
        state.MergedInto,
        state.MergingInto,
        state.SuppressedBy,
        EscalationShape.Of(state.Ladder),
        [.. state.Pages.Select(PageShape.Of)],
        state.NoteCount,
        state.PassedOn,
        state.HeldBack is { HasEnded: false } held ? held.Until : null);
}

/// <param name="Status">open or closed.</param>
/// <param name="Count">How often it was seen: exact in one incident, at most 30 s old in lists.</param>
/// <param name="Reason">Why it is in this incident.</param>
public sealed record MemberShape(
    string Id,
    string Alias,
    string Title,
    string Entity,
    string Kind,
    string Priority,
    string Status,
    DateTimeOffset StartsAt,
    long Count,
    string Reason,
    IReadOnlyList<string> SuppressedBy)
{
    internal static MemberShape Of(Member member, long count) => new(
        member.AlertId.ToString(),
        member.Alias,
        member.Title,
        member.Entity,
        member.Kind,
        member.Priority.ToString(),
        member.Open ? "open" : "closed",
        member.StartsAt,
        count,
        member.Reason,
        member.SuppressedBy);
}

public sealed record CauseShape(string Alias, string Entity, string Reason);

/// <param name="Step">The step that was climbed last; 0 before the first.</param>
/// <param name="NextAt">When the next step fires; null while nobody is to be paged.</param>
/// <param name="NextTarget">Whom the next step pages, as type:name; null while nobody is to be paged.</param>
public sealed record EscalationShape(string Policy, int Step, int Steps, DateTimeOffset? NextAt, string? NextTarget)
{
    internal static EscalationShape Of(Ladder ladder)
    {
        // After the last step it is climbed again from the first.
        var next = ladder.Next < ladder.Steps.Count ? ladder.Next : 0;
        var target = ladder.NextAt is null || ladder.Steps.Count == 0 ? null : ladder.Steps[next].Target.ToString();
        return new EscalationShape(ladder.Policy, ladder.Next, ladder.Steps.Count, ladder.NextAt, target);
    }
}

/// <param name="Step">Step of the escalation, from 1; 0 outside of it (assigned, an explicit responder).</param>
/// <param name="State">pending, delivered, failed or cancelled.</param>
/// <param name="PolicyVersion">Under which it was found who is to be paged: see /api/v1/policies.</param>
public sealed record PageShape(
    string Id,
    DateTimeOffset At,
    int Step,
    string Who,
    string Channel,
    string State,
    int Attempts,
    string Reason,
    string Detail,
    long PolicyVersion)
{
    internal static PageShape Of(Page page) => new(
        page.Id.ToString(),
        page.At,
        page.Step,
        page.Who,
        page.Targets.Count == 0 ? "" : page.Targets[Math.Min(page.Channel, page.Targets.Count - 1)].Channel,
        Word(page.State),
        page.Attempts,
        page.Reason,
        page.Detail,
        page.PolicyVersion);

    private static string Word(DeliveryState state) => state switch
    {
        DeliveryState.Pending => "pending",
        DeliveryState.Delivered => "delivered",
        DeliveryState.Failed => "failed",
        DeliveryState.Cancelled => "cancelled",
        _ => throw new System.Diagnostics.UnreachableException($"No word for {state}."),
    };
}
