using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Contacts;
using Correlation.Grains.Entities;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Lineage;
using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;
using Correlation.Grains.SavedSearches;
using Correlation.Grains.Schedules;
using Correlation.Grains.Silences;
using Correlation.Grains.Topology;

namespace Correlation.Grains;

/// <summary>
/// What makes a decision of a command: <see cref="GrainTypes.Decide"/>, and in tests also one that fails.
/// </summary>
public delegate Decision Decider(
    GrainId id, GrainState? state, Command command, PolicyVersion policy, DateTimeOffset at);

/// <summary>From a grain's address to its decider: the only place that knows all kinds of grain.</summary>
public static class GrainTypes
{
    /// <summary>A pure function, called exactly once per command, ever.</summary>
    public static Decision Decide(
        GrainId id, GrainState? state, Command command, PolicyVersion policy, DateTimeOffset at) =>
        (id.Kind, command) switch
        {
            (GrainKind.Alert, AlertCommand.Receive c) when state is RestingAlert resting =>
                resting.Decide(c, policy, at),
            (GrainKind.Alert, AlertCommand c) => Alert.Decide((AlertState?)state, c, policy, at),
            (GrainKind.ClosedAlert, AlertCommand c) => ClosedAlert.Decide((ClosedAlertState?)state, c, at),
            (GrainKind.Entity, EntityCommand c) => Entity.Decide((EntityState?)state, c, id.Key, policy, at),
            (GrainKind.Incident, IncidentCommand c) => Incident.Decide((IncidentState?)state, c, id.Key, policy, at),
            (GrainKind.Silence, SilenceCommand c) => Silence.Decide((SilenceState?)state, c, at),
            (GrainKind.Inhibition, InhibitionCommand c) => Inhibition.Decide((InhibitionState?)state, c, id.Key, at),
            (GrainKind.Maintenance, MaintenanceCommand c) => MaintenanceGrain.Decide((MaintenanceState?)state, c, at),
            (GrainKind.Heartbeat, HeartbeatCommand c) => Heartbeat.Decide((HeartbeatState?)state, c, at),
            (GrainKind.Override, OverrideCommand c) => OverrideGrain.Decide((OverrideState?)state, c, policy, at),
            (GrainKind.Schedule, ScheduleCommand c) => ScheduleGrain.Decide((ScheduleState?)state, c, policy, at),
            (GrainKind.SavedSearch, SavedSearchCommand c) => SavedSearch.Decide((SavedSearchState?)state, c, at),
            (GrainKind.Topology, TopologyCommand c) => TopologyGrain.Decide((TopologyState?)state, c, policy, at),
            (GrainKind.Contact, ContactCommand c) => ContactGrain.Decide((ContactState?)state, c, policy, at),
            (GrainKind.Resource, ResourceCommand c) => ResourceGrain.Decide((ResourceState?)state, c, policy, at),
            (GrainKind.Job, JobCommand c) => Job.Decide((JobState?)state, c, id.Key, policy, at),
            _ => throw new UnreachableException($"{id} cannot be told {command}."),
        };

    /// <summary>A fired timer as the command its grain understands.</summary>
    public static Command Fired(GrainId id, GrainTimer timer, ValueList<Item> items) => id.Kind switch
    {
        GrainKind.Alert => new AlertCommand.TimerFired(timer.Name, timer.Due) { Items = items },
        GrainKind.Entity => new EntityCommand.TimerFired(timer.Name, timer.Due, items),
        GrainKind.Incident => new IncidentCommand.TimerFired(timer.Name, timer.Due, items),
        GrainKind.Silence => new SilenceCommand.TimerFired(timer.Name, timer.Due),
        GrainKind.Inhibition => new InhibitionCommand.TimerFired(timer.Name, timer.Due, items),
        GrainKind.Maintenance => new MaintenanceCommand.TimerFired(timer.Name, timer.Due),
        GrainKind.Heartbeat => new HeartbeatCommand.TimerFired(timer.Name, timer.Due),
        GrainKind.Override => new OverrideCommand.TimerFired(timer.Name, timer.Due),
        GrainKind.Topology => new TopologyCommand.TimerFired(timer.Name, timer.Due),
        GrainKind.Job => new JobCommand.TimerFired(timer.Name, timer.Due),
        _ => throw new UnreachableException($"{id} has no timers, yet '{timer.Name}' fired."),
    };
}
