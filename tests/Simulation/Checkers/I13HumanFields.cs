using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>I13: what people wrote changes only by people, and what the source said at the opening by nobody.</summary>
internal sealed class I13HumanFields(Record record) : Checker("I13", record)
{
    private static readonly HashSet<string> BySource =
        ["alert.receive", "alert.close", "alert.confirmed", "alert.moved", "alert.timerFired", "alert.reconsider", "alert.incidentResolved"];

    private static readonly HashSet<string> ByPeople = ["incident.person", "incident.takeOver", "incident.adopt"];

    private readonly Dictionary<Guid, AlertState> _alerts = [];
    private readonly Dictionary<string, IncidentState> _incidents = [];

    public override void After(Story story, TurnWrite write)
    {
        foreach (var grain in write.Grains)
        {
            if (grain.State is AlertState alert)
            {
                Check(alert, write);
                _alerts[alert.Id] = alert;
            }
            else if (grain.State is IncidentState incident)
            {
                Check(incident, write);
                _incidents[incident.Id] = incident;
            }
        }
    }

    private void Check(AlertState now, TurnWrite write)
    {
        if (!_alerts.TryGetValue(now.Id, out var before))
        {
            return;
        }

        if (!before.Signal.Equals(now.Signal))
        {
            Report($"Turn {write.Turn}: what the source said of {now.Alias} at its opening has changed");
        }

        if (before.Edits.Equals(now.Edits) && before.Seen == now.Seen)
        {
            return;
        }

        if (!write.Log.Exists(row => row.Grain == now.Grain && row.Outcome == Outcome.Material && !BySource.Contains(row.Type)))
        {
            Report($"Turn {write.Turn}: {now.Alias} is edited and no person did it: {before.Edits} is now {now.Edits}");
        }
    }

    private void Check(IncidentState now, TurnWrite write)
    {
        var before = _incidents.GetValueOrDefault(now.Id);
        var changed = (before?.Owner, before?.NoteCount ?? 0) != (now.Owner, now.NoteCount);
        if (changed &&
            !write.Log.Exists(
                row => row.Grain == now.Grain && row.Outcome == Outcome.Material && ByPeople.Contains(row.Type)))
        {
            Report($"Turn {write.Turn}: incident {now.Id} has another owner or note and no person did it: {before?.Owner} is now {now.Owner}");
        }
    }
}
