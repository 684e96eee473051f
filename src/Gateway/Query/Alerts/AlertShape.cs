using Correlation.Gateway.Query.Incidents;
using Correlation.Gateway.Seams;
using Correlation.Grains.Alerts;

namespace Correlation.Gateway.Query.Alerts;

/// <summary>An alert as the API shows it: one episode of its alias.</summary>
/// <param name="Status">open or closed.</param>
/// <param name="Count">How often it was seen: exact when asked for by id or alias, at most 30 s old in lists.</param>
/// <param name="Details">Labels of the source with what people changed.</param>
/// <param name="Texts">The source's latest texts, such as annotations.</param>
/// <param name="ClosedHow">resolvedBySource, expired, closedByPerson or closedByEscalation.</param>
/// <param name="SuppressedBy">What holds its pages back: ids of silences, <c>maintenance:name</c>,
/// <c>inhibition:rule</c>.</param>
/// <param name="InhibitedBy">The rules of these, and the alerts that they come from.</param>
/// <param name="Incident">Who handles it; null before an incident has taken it.</param>
public sealed record AlertShape(
    string Id,
    long Number,
    string Alias,
    int Episode,
    string Status,
    string Priority,
    string Message,
    string Description,
    string Entity,
    string Kind,
    string Team,
    string Source,
    IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, string> Details,
    IReadOnlyDictionary<string, string> Texts,
    long Count,
    DateTimeOffset StartsAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset? EndsAt,
    DateTimeOffset? ClosedAt,
    string? ClosedHow,
    string? ClosedBy,
    IReadOnlyList<string> SuppressedBy,
    IReadOnlyList<AlertInhibitor> InhibitedBy,
    string Runbook,
    int NoteCount,
    AlertIncident? Incident)
{
    internal static AlertShape Of(AlertView view)
    {
        var (alert, incident, _) = view;
        return new AlertShape(
            alert.Id.ToString(),
            alert.Number,
            alert.Alias,
            alert.Episode,
            alert.Status == AlertStatus.Open ? "open" : "closed",
            alert.Priority.ToString(),
            alert.Message,
            alert.Description,
            alert.Class.Entity,
            alert.Class.Kind,
            alert.Class.Team,
            alert.Signal.Source,
            alert.Tags,
            alert.Details,
            alert.Count.Texts ?? alert.Signal.Texts,
            alert.Count.Seen,
            alert.StartsAt,
            alert.CreatedAt,
            alert.UpdatedAt,
            alert.Count.LastSeenAt,
            alert.Count.EndsAt,
            alert.ClosedAt,
            alert.ClosedHow is { } how ? Word(how) : null,
            alert.ClosedAt is null ? null : alert.ClosedBy,
            alert.SuppressedBy,
            [.. (alert.Inhibition?.By ?? []).Select(by => new AlertInhibitor(by.Rule, by.Alias, by.Title))],
            alert.Class.Runbook,
            alert.NoteCount,
            incident is null
                ? null
                : new AlertIncident(incident.Id, IncidentWords.Of(incident.Status), incident.Owner));
    }

    private static string Word(ClosedHow how) => how switch
    {
        Grains.Alerts.ClosedHow.ResolvedBySource => "resolvedBySource",
        Grains.Alerts.ClosedHow.Expired => "expired",
        Grains.Alerts.ClosedHow.ClosedByPerson => "closedByPerson",
        Grains.Alerts.ClosedHow.ClosedByEscalation => "closedByEscalation",
        _ => throw new System.Diagnostics.UnreachableException($"No word for {how}."),
    };
}

/// <param name="Rule">Of <c>inhibit_rules</c>.</param>
/// <param name="Alias">Of the alert whose firing began it; empty when there were so many that it is not known.</param>
public sealed record AlertInhibitor(string Rule, string Alias, string Title);

public sealed record AlertIncident(string Id, string Status, string? Owner);
