using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Contacts;
using Correlation.Grains.Entities;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Inhibitions;
using Correlation.Grains.Lineage;
using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Resources;
using Correlation.Grains.SavedSearches;
using Correlation.Grains.Schedules;
using Correlation.Grains.Silences;
using Correlation.Grains.Topology;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Tests.Decisions;

/// <summary>Commands of every case of every family, found by reflection so that a new one cannot be left out.</summary>
internal static class Commands
{
    public static Type FamilyOf(GrainKind kind) => kind switch
    {
        GrainKind.Alert or GrainKind.ClosedAlert => typeof(AlertCommand),
        GrainKind.Entity => typeof(EntityCommand),
        GrainKind.Incident => typeof(IncidentCommand),
        GrainKind.Silence => typeof(SilenceCommand),
        GrainKind.Inhibition => typeof(InhibitionCommand),
        GrainKind.Maintenance => typeof(MaintenanceCommand),
        GrainKind.Heartbeat => typeof(HeartbeatCommand),
        GrainKind.SavedSearch => typeof(SavedSearchCommand),
        GrainKind.Override => typeof(OverrideCommand),
        GrainKind.Schedule => typeof(ScheduleCommand),
        GrainKind.Topology => typeof(TopologyCommand),
        GrainKind.Job => typeof(JobCommand),
        GrainKind.Contact => typeof(ContactCommand),
        GrainKind.Resource => typeof(ResourceCommand),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A new kind of grain needs its commands here."),
    };

    /// <summary>Each case as a stranger would send it, and as one sends it who knows the state.</summary>
    public static IEnumerable<Command> For(GrainId grain, GrainState? state) =>
        FamilyOf(grain.Kind).GetNestedTypes()
            .Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract)
            .SelectMany(type => Variants(type, state));

    /// <summary>The timers that a grain of this kind can have; no other name is ever stored.</summary>
    public static string[] TimersOf(GrainKind kind) => kind switch
    {
        GrainKind.Alert => ["hold", "suppressed", "inhibited", "settle", "tell", "forget", "expiry"],
        GrainKind.Incident => ["step", "unacknowledge", "snooze", "quiet", "digest", "answer", "tell", "update"],
        GrainKind.Entity => ["tell"],
        GrainKind.Silence => ["turn"],
        GrainKind.Inhibition => ["tell", "ask"],
        GrainKind.Maintenance => ["forget"],
        GrainKind.Heartbeat => ["silence"],
        GrainKind.Override => ["forget"],
        GrainKind.Topology => ["fade"],
        GrainKind.Job => ["missed"],
        _ => [],
    };

    private static IEnumerable<Command> Variants(Type type, GrainState? state)
    {
        var sample = (Command)Sample.Of(type);
        return sample switch
        {
            // What people say travels inside another command.
            IncidentCommand.ByPerson action => [new IncidentCommand.Person(action)],
            IncidentCommand.Person or AlertCommand.Handle => PeoplesActions().Select(action => Wrap(sample, action)),
            EntityCommand.TimerFired => [new EntityCommand.TimerFired("tell", Given.Start, []), TellSymptom()],
            AlertCommand.Candidates or AlertCommand.Led or AlertCommand.Depart or AlertCommand.Unlinked or
            AlertCommand.CauseGone
                or AlertCommand.Follow => [sample, OfThisEpisode(sample)],
            AlertCommand.TimerFired =>
                TimersOf(GrainKind.Alert).Select(name => new AlertCommand.TimerFired(name, Given.Start)),
            IncidentCommand.TimerFired => TimersOf(GrainKind.Incident).Select(Given.Timer),
            InhibitionCommand.TimerFired => TimersOf(GrainKind.Inhibition)
                .Select(name => new InhibitionCommand.TimerFired(name, Given.Start, []))
                .Concat([One("tell", Sample.Of<InhibitionParty>()), One("ask", Sample.Of<InhibitionSource>())]),
            AlertCommand.Receive => [new AlertCommand.Receive(Given.Firing), new AlertCommand.Receive(Given.Firing with { Resolved = true })],
            AlertCommand.Confirmed => [new AlertCommand.Confirmed(Given.FirstMember, Given.IncidentId, 0), Bare()],
            AlertCommand.Inhibited inhibited => from id in new[] { Given.NewAlert.Id, inhibited.Episode }
                                                from holds in new[] { true, false }
                                                select new AlertCommand.Inhibited(
                                                    id, States.RuleKey, holds, "a source", "a title"),
            AlertCommand.StillInhibits => [sample, new AlertCommand.StillInhibits(Given.NewAlert.Id, States.RuleKey)],
            AlertCommand.Moved or AlertCommand.IncidentResolved or AlertCommand.IncidentReopened => [sample, ForThisEpisode(sample)],
            IncidentCommand.Attempted attempted when state is IncidentState { Pages.Count: > 0 } incident =>
                [attempted, attempted with { Delivery = Incidents.Expected.Delivery(incident, incident.Pages[0]) }],
            IncidentCommand.NotReached notReached when state is IncidentState { Pages.Count: > 0 } incident =>
                [notReached, new IncidentCommand.NotReached(incident.Pages[0].Id, incident.Pages[0].Channel, "nobody answered")],
            JobCommand.Report => Enum.GetValues<RunPhase>().SelectMany(phase => new[] { "r-1", "r-2" }.Select(run =>
                new JobCommand.Report(Sample.Of<RunReport>() with { RunId = run, Phase = phase }))),
            IncidentCommand.Recount recount => [recount, recount with { After = null }],
            _ => [sample, Untargeted(sample)],
        };
    }

    private static IEnumerable<IncidentCommand.ByPerson> PeoplesActions() =>
        typeof(IncidentCommand).GetNestedTypes()
            .Where(type => type.IsSubclassOf(typeof(IncidentCommand.ByPerson)))
            .Select(type => (IncidentCommand.ByPerson)Sample.Of(type));

    private static Command Wrap(Command sample, IncidentCommand.ByPerson action) =>
        sample is AlertCommand.Handle ? new AlertCommand.Handle(null, action) : new IncidentCommand.Person(action);

    private static InhibitionCommand.TimerFired One<T>(string timer, T row) =>
        new(timer, Given.Start, [new Item("a key", JsonSerializer.Serialize(row, WireJson.Options))]);

    private static EntityCommand.TimerFired TellSymptom() => new(
        "tell", Given.Start, [new Item("a key", JsonSerializer.Serialize(Sample.Of<Symptom>(), WireJson.Options))]);

    private static Command OfThisEpisode(Command sample) => sample switch
    {
        AlertCommand.Candidates c => c with { Episode = Given.HeldAlert.Id },
        AlertCommand.Led c => c with { Episode = Given.HeldAlert.Id, Cause = States.Parent.Id },
        AlertCommand.Depart c => c with { Episode = Given.HeldAlert.Id, From = Given.IncidentId },
        AlertCommand.Unlinked c => c with { Episode = Given.HeldAlert.Id, From = Given.IncidentId },
        AlertCommand.CauseGone c => c with { Episode = Given.HeldAlert.Id, Cause = States.Parent.Id },
        AlertCommand.Follow c => c with { Episode = Given.HeldAlert.Id },
        _ => throw new ArgumentOutOfRangeException(nameof(sample)),
    };

    private static AlertCommand.Confirmed Bare() => new(Given.FirstMember with { Bare = true }, Given.IncidentId, 0);

    private static Command ForThisEpisode(Command sample) => sample switch
    {
        AlertCommand.Moved => new AlertCommand.Moved(Given.HeldAlert.Id, Given.IncidentId, "older", 0),
        AlertCommand.IncidentReopened => new AlertCommand.IncidentReopened(Given.HeldAlert.Id, Given.IncidentId),
        _ => new AlertCommand.IncidentResolved(Given.HeldAlert.Id, Given.IncidentId, 1, "ann"),
    };

    /// <summary>By alias instead of by the id of some other episode.</summary>
    private static Command Untargeted(Command sample)
    {
        var target = sample.GetType().GetProperty("Target");
        target?.SetValue(sample = (Command)Sample.Of(sample.GetType()), null);
        return sample;
    }
}
