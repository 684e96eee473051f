using Correlation.Grains.Causes;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Query.Incidents;

/// <summary>An incident as the API shows it.</summary>
/// <param name="Members">The first hundred, the cause first.</param>
/// <param name="Cause">What it is blamed on; null while nothing is known.</param>
/// <param name="MergingInto">Being merged into that incident; pages until the other has taken over.</param>
/// <param name="Pages">The latest, oldest first; all of them are in the timeline.</param>
/// <param name="Notices">What was told and is no page: to owners of symptoms, digests of quiet hours, that a silence
/// ended.</param>
/// <param name="QuietUntil">Quiet hours hold its pages back, or let it climb by e-mail only, until then; null when they
/// do not.</param>
/// <param name="SettlesAt">Its alert came and went: the incident resolves then unless it fires again; null when it did
/// not.</param>
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
    IReadOnlyList<PageShape> Notices,
    int NoteCount,
    IReadOnlyList<string> PassedOn,
    DateTimeOffset? QuietUntil,
    DateTimeOffset? SettlesAt)
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
        state.ResolvedBy is { Length: > 0 } by ? by : null,
        state.MemberCount,
        state.OpenMembers,
        members,
        state.Cause is { } cause ? CauseShape.Of(cause) : null,
        state.MergedInto,
        state.MergingInto,
        state.SuppressedBy,
        EscalationShape.Of(state.Ladder),
        [.. state.Pages.Where(page => page.Call != PageCall.News).Select(PageShape.Of)],
        [.. state.Pages.Where(page => page.Call == PageCall.News).Select(PageShape.Of)],
        state.NoteCount,
        state.PassedOn,
        state.HeldBack is { HasEnded: false } held && (state.Status != IncidentStatus.Resolved || held.Pages > 0)
            ? held.Until
            : null,
        state.Status is IncidentStatus.Resolved or IncidentStatus.Merged ? null : state.QuietUntil);
}

/// <param name="Status">open or closed.</param>
/// <param name="Count">How often it was seen: exact in one incident, at most 30 s old in lists.</param>
/// <param name="Reason">Why it is in this incident.</param>
/// <param name="Parent">What explains it: an alert's alias, or the URN of an entity; null for a root.</param>
/// <param name="Score">Of what explains it, 0 to 1.</param>
/// <param name="Path">URNs from what explains it to its own entity.</param>
/// <param name="Late">Its incident was over when it came.</param>
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
    IReadOnlyList<string> SuppressedBy,
    string? Parent,
    double? Score,
    IReadOnlyList<string> Path,
    bool Late)
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
        member.SuppressedBy,
        member.Link?.Parent is not { } parent ? null : parent.Alias.Length > 0 ? parent.Alias : parent.Entity,
        member.Link?.Parent is { } scored ? Math.Round(scored.Score, 3) : null,
        member.Link?.Parent?.Path ?? [],
        member.Late);
}

/// <param name="Entity">URN.</param>
/// <param name="Kind">Empty when it was not observed.</param>
/// <param name="Alias">Of its alert; empty for a change, and when it was not observed.</param>
/// <param name="Observed">False for an entity that is only suspected.</param>
/// <param name="Grade">certain, likely or unknown.</param>
/// <param name="Path">URNs, the cause first, what was ill first in the incident last.</param>
/// <param name="Candidates">The cause and its runners-up, best first.</param>
public sealed record CauseShape(
    string Entity,
    string Kind,
    string Alias,
    bool Observed,
    string Grade,
    IReadOnlyList<string> Path,
    IReadOnlyList<CandidateShape> Candidates)
{
    internal static CauseShape Of(Cause cause) => new(
        cause.Entity,
        cause.Kind,
        cause.Alias,
        cause.Observed,
        cause.Grade switch
        {
            Grains.Causes.Grade.Certain => "certain",
            Grains.Causes.Grade.Likely => "likely",
            Grains.Causes.Grade.Unknown => "unknown",
            _ => throw new System.Diagnostics.UnreachableException($"No word for {cause.Grade}."),
        },
        cause.Path,
        [.. cause.Candidates.Select(c => new CandidateShape(c.Entity, c.Kind, c.Score, c.Parts))]);
}

/// <param name="Score">0 to 1: the product of its parts.</param>
public sealed record CandidateShape(string Entity, string Kind, double Score, ScoreParts Parts);

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
/// <param name="Attempts">That have ended, on the channel.</param>
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
        page.State is DeliveryState.Delivered or DeliveryState.Failed ? page.Attempts + 1 : page.Attempts,
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
