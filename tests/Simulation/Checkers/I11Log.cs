using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Silo.Storage;
using Correlation.Simulation.Engine;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// I11: the positions of each partition have no gap and no repetition, time does not go backwards in it, and nothing
/// comes back from its end but an incident that is opened again: by an alert within the window, by a person, by a
/// merge.
/// </summary>
internal sealed class I11Log(Record record) : Checker("I11", record)
{
    private readonly Dictionary<int, PartitionHead> _heads = [];
    private readonly HashSet<Guid> _closed = [];
    private Dictionary<string, IncidentState> _before = [];

    public override void Before(Story story, TurnWrite write) => _before = write.Grains.Select(grain => grain.State)
        .OfType<IncidentState>()
        .Select(incident => story.Incidents.GetValueOrDefault(incident.Id))
        .OfType<IncidentState>()
        .DistinctBy(incident => incident.Id)
        .ToDictionary(incident => incident.Id);

    public override void After(Story story, TurnWrite write)
    {
        Positions(story, write);
        foreach (var grain in write.Grains)
        {
            if (grain.State is AlertState alert)
            {
                Ends(alert, story.Turns);
            }
            else if (grain.State is IncidentState incident && _before.GetValueOrDefault(incident.Id) is { } before)
            {
                Ends(before, story.Incidents[incident.Id], write);
            }
        }
    }

    private void Positions(Story story, TurnWrite write)
    {
        var entries = LogIndex.Of(write, story.Repeats, story.Turns)
            .ToLookup(entry => entry.Partition, entry => entry.Position);
        foreach (var head in write.Heads)
        {
            var last = _heads.GetValueOrDefault(head.Partition);
            var expected = Enumerable.Range(1, (int)(head.Position - last.Position)).Select(n => last.Position + n);
            if (!entries[head.Partition].Order().SequenceEqual(expected))
            {
                Report($"Turn {story.Turns}: partition {head.Partition} goes from {last.Position} to {head.Position} with "
                    + $"the positions {string.Join(", ", entries[head.Partition].Order())}");
            }

            if (head.At < last.At)
            {
                Report($"Turn {story.Turns}: partition {head.Partition} goes back in time from {last.At:O} to {head.At:O}");
            }

            _heads[head.Partition] = head;
        }

        foreach (var partition in entries.Select(entry => entry.Key).Except(write.Heads.Select(head => head.Partition)))
        {
            Report($"Turn {story.Turns}: partition {partition} has entries and its head stands still");
        }
    }

    private void Ends(AlertState alert, int turn)
    {
        if (alert.Status != AlertStatus.Open)
        {
            _closed.Add(alert.Id);
        }
        else if (_closed.Contains(alert.Id))
        {
            Report($"Turn {turn}: alert {alert.Id} of {alert.Alias} was closed and is open again");
        }
    }

    private void Ends(IncidentState before, IncidentState now, TurnWrite write)
    {
        if (before.Status == IncidentStatus.Merged && now.Status != IncidentStatus.Merged)
        {
            Report($"Turn {write.Turn}: incident {now.Id} was merged and is {now.Status}");
        }
        else if (before.Status == IncidentStatus.Resolved &&
            now.Status is not (IncidentStatus.Resolved or IncidentStatus.Merged))
        {
            var why = write.Timeline.Where(line => line.Entry.Owner == now.Grain && line.Entry.Type == "reopened")
                .Select(line => line.Entry)
                .LastOrDefault();
            var late = write.At - before.ResolvedAt > Town.Settings.ReopenWindow;
            var byAlert = why is { Actor: "" } && why.Text.Contains("within", StringComparison.Ordinal);
            if (why is null || (byAlert && late && now.GroupKey.Length > 0))
            {
                Report($"Turn {write.Turn}: incident {now.Id}, resolved at {before.ResolvedAt:O}, is {now.Status}: {why?.Text ?? "nobody says why"}");
            }
        }
    }
}
