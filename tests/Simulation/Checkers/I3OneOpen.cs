using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// I3: of an alias at most one episode is open, and with no message on its way at most one incident holds it: the one
/// the alert names.
/// </summary>
internal sealed class I3OneOpen(Record record) : Checker("I3", record)
{
    private readonly Dictionary<string, HashSet<Guid>> _open = [];

    public override void After(Story story, TurnWrite write)
    {
        var changed = false;
        foreach (var grain in write.Grains.Where(grain => !grain.TallyOnly))
        {
            changed |= grain.State is AlertState or IncidentState;
            if (grain.State is AlertState alert)
            {
                Note(alert, story.Turns);
            }
            else if (grain.State is ClosedAlertState past)
            {
                Note(past.Alert, story.Turns);
            }
        }

        if (changed && story.IsAtRest)
        {
            AtRest(story);
        }
    }

    private void Note(AlertState alert, int turn)
    {
        if (!_open.TryGetValue(alert.Alias, out var open))
        {
            _open[alert.Alias] = open = [];
        }

        if (alert.Status != AlertStatus.Open)
        {
            open.Remove(alert.Id);
        }
        else if (open.Add(alert.Id) && open.Count > 1)
        {
            Report($"Turn {turn}: alias {alert.Alias} has {open.Count} open episodes: {string.Join(", ", open)}");
        }
    }

    private void AtRest(Story story)
    {
        foreach (var incident in story.Incidents.Values.Where(i => i.Status != IncidentStatus.Merged && !story.Spoiled.Contains(i.Grain)))
        {
            foreach (var member in story.MembersOf(incident.Id).Values.Where(m => m is { Open: true, Bare: false }))
            {
                var alert = story.Alerts.GetValueOrDefault(member.Alias);
                if (alert is null || story.Spoiled.Contains(alert.Grain) || alert.Id != member.AlertId ||
                    alert.IncidentId == incident.Id)
                {
                    continue;
                }

                var named = story.Incidents.GetValueOrDefault(alert.IncidentId ?? "");
                var moves = named is { TellMembersAt: not null } ||
                    (named is not null && story.Spoiled.Contains(named.Grain));
                if (!moves && alert.Status == AlertStatus.Open)
                {
                    Report($"Turn {story.Turns}: {alert.Alias} names incident {alert.IncidentId}, and {incident.Id} ({incident.Status}) holds it as well");
                }
            }
        }
    }
}
