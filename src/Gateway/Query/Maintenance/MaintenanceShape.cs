using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime.Text;

namespace Correlation.Gateway.Query.Maintenance;

/// <summary>A maintenance window, and when it comes next.</summary>
/// <param name="Status">active, planned, or past when it never comes again.</param>
/// <param name="Match">Matchers in one line; empty when it asks for none.</param>
/// <param name="Start">The first one, in the time zone.</param>
/// <param name="Recurrence">once, daily, weekly or monthly.</param>
/// <param name="Days">Of a weekly one.</param>
/// <param name="Next">The one that is in force and those that follow.</param>
public sealed record MaintenanceShape(
    string Id,
    string Name,
    string Description,
    string Status,
    string Match,
    IReadOnlyList<string> Teams,
    IReadOnlyList<string> Entities,
    IReadOnlyList<string> Integrations,
    string TimeZone,
    string Start,
    string Duration,
    string Recurrence,
    IReadOnlyList<string> Days,
    string? Until,
    IReadOnlyList<OccurrenceShape> Next)
{
    private const int Shown = 5;

    private static readonly LocalDateTimePattern Local = LocalDateTimePattern.GeneralIso;

    internal static MaintenanceShape Of(MaintenanceWindow window, DateTimeOffset now)
    {
        var next = window.From(now).Take(Shown).ToList();
        return new MaintenanceShape(
            window.Id,
            window.Name,
            window.Description,
            next.Count == 0 ? "past" : next[0].IsActive(now) ? "active" : "planned",
            window.Scope.Match.Matchers.Count == 0 ? "" : window.Scope.Match.ToString(),
            window.Scope.Teams,
            window.Scope.Entities,
            window.Scope.Integrations,
            window.TimeZone,
            Local.Format(window.Start),
            Durations.Format(window.Duration),
            window.Recurrence.ToString().ToLowerInvariant(),
            [.. window.Days.Select(day => day.ToString().ToLowerInvariant())],
            window.Until is { } until ? Local.Format(until) : null,
            [.. next.Select(o => new OccurrenceShape(o.Start, o.End))]);
    }
}

public sealed record OccurrenceShape(DateTimeOffset StartsAt, DateTimeOffset EndsAt);
