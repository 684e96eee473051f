using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;
using Correlation.Silo.Storage;

namespace Correlation.Simulation.Checkers;

/// <summary>
/// What the journal tells up to a turn, read by an own hand: states are what was decided with the repeats folded in,
/// and no snapshot is believed.
/// </summary>
internal sealed class Story
{
    private readonly Dictionary<GrainId, long> _asOf = [];
    private readonly Dictionary<GrainId, Dictionary<string, Member>> _members = [];

    public int Turns { get; private set; }

    public DateTimeOffset At { get; private set; }

    public Dictionary<GrainId, GrainState> States { get; } = [];

    public Dictionary<string, IncidentState> Incidents { get; } = [];

    public Dictionary<string, AlertState> Alerts { get; } = [];

    public Dictionary<(GrainId Grain, string Name), GrainTimer> Timers { get; } = [];

    public Dictionary<long, StoredMessage> Messages { get; } = [];

    public Dictionary<Guid, Delivery> Pending { get; } = [];

    public Dictionary<string, Silencing> Silences { get; } = [];

    public Dictionary<string, Override> Overrides { get; } = [];

    /// <summary>Who is on call by each version.</summary>
    public Dictionary<long, OwnRota> Rotas { get; } = [];

    public long PolicyVersion { get; private set; }

    /// <summary>The configuration in force, and since when; null before the first.</summary>
    public PolicyVersion? Configuration { get; private set; }

    public DateTimeOffset ConfiguredAt { get; private set; }

    /// <summary>
    /// Grains whose last command could not be decided: what should follow from it is not to be asked of them.
    /// </summary>
    public HashSet<GrainId> Spoiled { get; } = [];

    /// <summary>Those that ever were: a timer whose firing threw has a row that is later than the state says.</summary>
    public HashSet<GrainId> EverSpoiled { get; } = [];

    /// <summary>No message is on its way but to those that cannot decide it.</summary>
    public bool IsAtRest => Messages.Values.All(message => Spoiled.Contains(message.To));

    /// <summary>The repeats of the turn told last.</summary>
    public IReadOnlyList<RepeatEntry> Repeats { get; private set; } = [];

    public IReadOnlyDictionary<string, Member> MembersOf(string incident) =>
        _members.TryGetValue(new GrainId(GrainKind.Incident, incident), out var members)
            ? members
            : new Dictionary<string, Member>();

    /// <summary>The incident that has taken over this one; null when a spoiled one is on the way.</summary>
    public IncidentState? Heir(string incident)
    {
        var state = Incidents.GetValueOrDefault(incident);
        while (state is { Status: IncidentStatus.Merged } && !Spoiled.Contains(state.Grain))
        {
            state = Incidents.GetValueOrDefault(state.MergedInto!);
        }

        return state is null || Spoiled.Contains(state.Grain) ? null : state;
    }

    public void Tell(TurnWrite write)
    {
        Turns++;
        At = write.At;
        Repeats = RepeatLog.Read(write.Repeats).ToList();
        foreach (var row in write.Log)
        {
            if (row.Outcome == Outcome.Poison)
            {
                Spoiled.Add(row.Grain);
                EverSpoiled.Add(row.Grain);
            }
            else
            {
                Spoiled.Remove(row.Grain);
            }
        }

        foreach (var grain in write.Grains.Where(grain => !grain.TallyOnly))
        {
            Put(grain.State, grain.AsOf);
        }

        foreach (var repeat in Repeats.Where(repeat => repeat.Delta is not null))
        {
            if (repeat.Position > _asOf.GetValueOrDefault(repeat.Grain))
            {
                Put(States[repeat.Grain].Fold(repeat.Delta!), repeat.Position);
            }
        }

        write.Timers.ForEach(Put);
        write.Items.ForEach(item => Put(item.Owner, item.Change));
        write.Outbox.ForEach(Put);
        write.MessagesSent.ForEach(message => Messages.Add(message.Id, message));
        write.MessagesTaken.ForEach(id => Messages.Remove(id));
        foreach (var policy in write.Policies)
        {
            PolicyVersion = policy.Version;
            if (policy is PolicyWrite.Whole(var whole))
            {
                (Configuration, ConfiguredAt) = (whole, write.At);
            }

            if (policy is PolicyWrite.Changed(_, var change))
            {
                Put(change);
            }

            Rotas[policy.Version] = new OwnRota(Configuration!, [.. Overrides.Values]);
        }
    }

    private void Put(GrainState state, long asOf)
    {
        if (state is AlertState alert)
        {
            if (Alerts.GetValueOrDefault(alert.Alias) is { } before && before.Id != alert.Id)
            {
                var past = new ClosedAlertState { Alert = before };
                States[past.Grain] = past;
            }

            Alerts[alert.Alias] = alert;
        }
        else if (state is IncidentState incident)
        {
            Incidents[incident.Id] = incident;
        }

        States[state.Grain] = state;
        _asOf[state.Grain] = asOf;
    }

    private void Put(TimerWrite write)
    {
        if (write.Timer is { } timer)
        {
            Timers[(write.Grain, write.Name)] = timer;
        }
        else
        {
            Timers.Remove((write.Grain, write.Name));
        }
    }

    private void Put(GrainId owner, ItemChange change)
    {
        if (change.Set != "members")
        {
            return;
        }

        if (!_members.TryGetValue(owner, out var members))
        {
            _members[owner] = members = [];
        }

        if (change.Body is { } body)
        {
            members[change.Key] = JsonSerializer.Deserialize<Member>(body, WireJson.Options)!;
        }
        else
        {
            members.Remove(change.Key);
        }
    }

    private void Put(DeliveryChange change)
    {
        switch (change)
        {
            case DeliveryChange.Enqueue(var delivery):
                Pending[delivery.Id] = delivery;
                break;
            case DeliveryChange.Retry(var delivery):
                Pending[delivery.Id] = delivery;
                break;
            case DeliveryChange.Finish(var id, _):
                Pending.Remove(id);
                break;
            default:
                throw new InvalidOperationException($"Unknown {change}");
        }
    }

    private void Put(PolicyChange change)
    {
        if (change is PolicyChange.SilenceSet(var silence))
        {
            Silences[silence.Id] = silence;
        }
        else if (change is PolicyChange.SilenceGone(var id))
        {
            Silences.Remove(id);
        }
        else if (change is PolicyChange.OverrideSet(var made))
        {
            Overrides[made.Id] = made;
        }
        else if (change is PolicyChange.OverrideGone(var gone))
        {
            Overrides.Remove(gone);
        }
    }
}
