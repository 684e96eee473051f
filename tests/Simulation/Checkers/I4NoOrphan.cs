using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// I4: whoever is worth a page is never forgotten: its incident has a next step within the policy's longest pause, or
/// is in hand until a time that has a timer; an alert without an incident has its hold.
/// </summary>
internal sealed class I4NoOrphan(Record record) : Checker("I4", record)
{
    public override void After(Story story, TurnWrite write)
    {
        var changed = false;
        foreach (var grain in write.Grains.Where(grain => !grain.TallyOnly))
        {
            changed |= grain.State is AlertState or IncidentState;
            if (grain.State is IncidentState written && story.Incidents[written.Id] is var incident)
            {
                Check(story, incident);
            }
        }

        if (changed && story.IsAtRest)
        {
            foreach (var alert in story.Alerts.Values)
            {
                Check(story, alert);
            }
        }
    }

    private void Check(Story story, IncidentState incident)
    {
        var (timer, by) = incident.Status switch
        {
            IncidentStatus.Open when incident.MayPage => ("step", story.At + LongestPause(story, incident)),
            IncidentStatus.Acknowledged => ("unacknowledge", story.At + Town.Settings.AcknowledgeTimeout),
            IncidentStatus.Snoozed => ("snooze", DateTimeOffset.MaxValue),
            _ => ("", default),
        };
        by = story.EverSpoiled.Contains(incident.Grain) ? DateTimeOffset.MaxValue : by;
        if (timer.Length > 0 && !(story.Timers.GetValueOrDefault((incident.Grain, timer))?.Due <= by))
        {
            Report($"Turn {story.Turns}: incident {incident.Id} is {incident.Status} and has no timer '{timer}' before {by:O}");
        }
    }

    /// <summary>
    /// The engine's own incident, of a signal that could not be decided, knows no route and waits longer; so does one
    /// that goes on where such a one was when it was merged into it.
    /// </summary>
    private static TimeSpan LongestPause(Story story, IncidentState incident) =>
        IsOwn(incident) || story.Incidents.Values.Any(other => IsOwn(other) && IsTakenOver(other, incident))
            ? TimeSpan.FromMinutes(30)
            : Town.LongestPause;

    private static bool IsOwn(IncidentState incident) => incident.FirstMembers.Any(member => member.Bare);

    private static bool IsTakenOver(IncidentState other, IncidentState by) =>
        other.MergedInto == by.Id || by.Adopting.Any(adoption => adoption.LoserId == other.Id);

    /// <summary>From the alert's side, which is the authority: what its incident counts may be wrong.</summary>
    private void Check(Story story, AlertState alert)
    {
        if (alert.Status != AlertStatus.Open || story.Spoiled.Contains(alert.Grain))
        {
            return;
        }

        if (alert.IncidentId is null)
        {
            if (!story.Timers.ContainsKey((alert.Grain, "hold")))
            {
                Report($"Turn {story.Turns}: {alert.Alias} is open, in no incident, and has no hold");
            }
        }
        else if (alert.SuppressedBy.Count == 0 && story.Heir(alert.IncidentId) is { } incident &&
            !IsAttended(story, incident))
        {
            Report($"Turn {story.Turns}: {alert.Alias} fires, and its incident {incident.Id} is {incident.Status} with no next step");
        }
    }

    private static bool IsAttended(Story story, IncidentState incident) => incident.Status switch
    {
        IncidentStatus.Open => story.Timers.ContainsKey((incident.Grain, "step")),
        IncidentStatus.Acknowledged or IncidentStatus.Snoozed => true,

        // A person's resolve closes its members in pages.
        _ => story.Timers.ContainsKey((incident.Grain, "tell")),
    };
}
