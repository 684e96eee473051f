using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using NodaTime.TimeZones;

namespace Correlation.Grains.Incidents;

/// <summary>Why one person was paged, or was not.</summary>
/// <param name="Step">Step of the escalation, from 1; 0 outside of it.</param>
/// <param name="Target">Whom the step names, as it is configured.</param>
/// <param name="Found">Who that was at the time: of a schedule who was on call.</param>
/// <param name="Who">Empty when the step found nobody.</param>
/// <param name="Page">Null for who was not paged.</param>
/// <param name="PolicyVersion">Under which it was decided.</param>
/// <param name="QuietHours">Those that held for the incident; empty when none did.</param>
/// <param name="Suppressors">What held alerts of the incident back; its pages only when it held all of them
/// back.</param>
public sealed record PageDecision(
    DateTimeOffset At,
    int Step,
    string Target,
    ValueList<string> Found,
    string Who,
    Guid? Page,
    long PolicyVersion,
    string QuietHours,
    ValueList<string> Suppressors,
    string Reason)
{
    /// <summary>Of what was told to them and is no page; null for all else.</summary>
    public Guid? Notice { get; init; }

    /// <summary>
    /// Its page was decided before, for something else or at another time: this shares it, or it was given up and
    /// arrived all the same.
    /// </summary>
    public bool OfEarlierPage { get; init; }

    /// <summary>Silences that were in force and looked at for each of its alerts.</summary>
    public int Silences { get; init; }

    /// <summary>Version of the time zone database by which the schedule was asked; null when none was.</summary>
    public string? TimeZones { get; init; }

    /// <summary>Of the child rows.</summary>
    public const string Set = "decisions";

    /// <summary>That of this release, for a target that is found by a calendar.</summary>
    public static string? TimeZonesOf(StepTarget target) =>
        target.Type is StepTargetType.Schedule or StepTargetType.Next or
            StepTargetType.Previous ? TzdbDateTimeZoneSource.Default.TzdbVersion : null;

    public static PageDecision Read(Item item) =>
        JsonSerializer.Deserialize<PageDecision>(item.Body, WireJson.Options)!;

    /// <summary>All of it in one sentence.</summary>
    public string Sentence()
    {
        var found = Found.Count == 0 ? "nobody" : string.Join(", ", Found);
        var quiet = QuietHours.Length > 0 ? QuietHours : "no quiet hours";
        var held = Suppressors.Count > 0 ? "alerts of it " + Suppressor.Say(Suppressors)
            : Silences > 0 ? $"nothing silenced, by none of {Silences} in force"
            : "nothing silenced";
        var verdict = Who.Length == 0 ? "Nobody was paged" : Notice is not null ? Who + " was informed" : Page is null ? Who + " was not paged" : Who + " was paged";
        var zones = TimeZones is null ? "" : $" by tzdb {TimeZones}";
        return $"{verdict} at {At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {Reason} ({Target} was {found}{zones}; {quiet}; {held}; policy version {PolicyVersion}).";
    }
}
