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
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;
using Correlation.Grains.SavedSearches;
using Correlation.Grains.Schedules;
using Correlation.Grains.Silences;
using Correlation.Grains.Topology;
using Correlation.TestKit;

namespace Correlation.Grains.Tests.Decisions;

/// <summary>
/// One state of each sort that a decider tells apart, by a name for messages; null is a grain that never was.
/// </summary>
internal static class States
{
    public const string RuleKey = "rule/";

    private static readonly InhibitionPart Part = new(RuleKey, "rule", IsSource: false, IsTarget: true);

    /// <summary>Of the states that have a cause.</summary>
    public static readonly Candidate Parent = Sample.Of<Candidate>() with { Observed = true, Nature = KindNature.Fault, Score = 0.8 };

    private static readonly AlertCauses Causes = new(Given.Start) { Registered = ["model:churn_model"], Best = [Parent] };

    private static readonly DateTimeOffset Later = Given.Start.AddMinutes(1);

    public static IEnumerable<(GrainId Grain, string Name, GrainState? State)> All() =>
        from family in new[] { Alerts(), ClosedAlerts(), Entities(), Incidents(), Silences(), Inhibitions(), Maintenances(), Heartbeats(), SavedSearches(), Overrides(), Schedules(), Topologies(), Jobs(), Contacts(), Resources() }
        from row in family
        select row;

    private static IEnumerable<(GrainId, string, GrainState?)> Alerts()
    {
        var closed = Given.After(
            Given.HeldAlert, new AlertCommand.Receive(Given.Firing with { Resolved = true }), Later);
        return Rows(
            GrainKind.Alert,
            Given.Firing.Alias,
            ("none", null),
            ("unheld", Given.NewAlert),
            ("held", Given.HeldAlert),
            ("re-sent", Given.Held(Given.Opened(Given.Firing with { ResendsWhileFiring = true }))),
            ("settling", Given.NewAlert with { Causes = Causes with { SettleAt = Given.Start } }),
            ("a root", Given.HeldAlert with { Causes = Causes with { IsRoot = true, Followers = 1, TellAt = Given.Start, TellAfter = "" } }),
            ("following", Given.HeldAlert with { Causes = Causes with { Parent = Parent } }),
            ("led elsewhere", Given.HeldAlert with { Causes = Causes with { Parent = Parent, Lead = "another", LeadGroup = "node:n" } }),
            ("watched", Given.HeldAlert with
            {
                Causes = Causes with { WatchUntil = Later },
                SuppressedBy = ["watch:" + Given.HeldAlert.Class.Kind],
                SuppressedUntil = Later,
            }),
            ("closed and not forgotten", closed with { Causes = Causes with { ForgetAt = Later } }),
            ("silenced", Given.HeldAlert with { SuppressedBy = ["s"], SuppressedUntil = Later }),
            ("awaiting an inhibition", Given.NewAlert with { Inhibition = new InhibitionStanding([Part], [RuleKey], []) }),
            ("inhibited", Given.HeldAlert with
            {
                SuppressedBy = ["inhibition:rule"],
                Inhibition = new InhibitionStanding([Part], [], [new Inhibitor(RuleKey, "rule", "a source", "a title")]) { AskAt = Later },
            }),
            ("inhibiting", Given.HeldAlert with { Inhibition = new InhibitionStanding([Part with { IsSource = true }], [], []) }),
            ("closed by its source", closed),
            ("closed by its escalation", Given.After(
                Given.HeldAlert, new AlertCommand.IncidentResolved(Given.HeldAlert.Id, Given.IncidentId, 1, "") { ByEscalation = true }, Later)),
            ("closed by a person", Given.After(Given.HeldAlert, new AlertCommand.Close(null, "ann", "", "", ByPerson: true), Later)),
            ("deleted", closed with { Status = AlertStatus.Deleted }));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> ClosedAlerts()
    {
        var past = Given.After(Given.HeldAlert, new AlertCommand.Receive(Given.Firing with { Resolved = true }), Later);
        return Rows(
            GrainKind.ClosedAlert,
            past.Id.ToString(),
            ("none", null),
            ("closed", new ClosedAlertState { Alert = past }),
            ("deleted", new ClosedAlertState { Alert = past with { Status = AlertStatus.Deleted } }));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> Entities() => Rows(
        GrainKind.Entity,
        "model:churn_model",
        ("none", null),
        ("ill", new EntityState { Key = "model:churn_model", IncidentId = Given.IncidentId, Opened = 1 }),
        ("with signals", new EntityState
        {
            Key = "model:churn_model",
            Signals = [new EntitySignal(Parent.Id, "a", "model_quality", "t", Given.Start, KindNature.Fault)],
            Registered = 2,
            TellAt = Given.Start,
            TellAfter = "",
        }),
        ("suspected", new EntityState
        {
            Key = "model:churn_model",
            Registered = 2,
            Evidence = [new Evidence(Parent.Id, "a:1", "", Given.Start), new Evidence(Given.NewAlert.Id, "a:2", "", Given.Start)],
        }),
        ("well", new EntityState { Key = "model:churn_model", IncidentId = Given.IncidentId, Opened = 1, ResolvedAt = Given.Start }));

    private static IEnumerable<(GrainId, string, GrainState?)> Incidents()
    {
        var standing = new Standing(true, null, "", null);
        return Rows(
            GrainKind.Incident,
            Given.IncidentId,
            ("none", null),
            ("new", Given.NewIncident),
            ("paging", Given.After(Given.NewIncident, Given.Timer("step"), Given.Start)),
            ("paged", Given.PagedIncident),
            ("calling", Given.CalledIncident),
            ("acknowledged", Given.AcknowledgedIncident),
            ("snoozed", Given.SnoozedIncident),
            ("of a cause", Given.OpenedBy(Given.FirstMember with { Link = new Link(Given.Start, KindNature.Fault, null, []) })),
            ("explained", Given.OpenedBy(Given.FirstMember with { Link = new Link(Given.Start, KindNature.Fault, Parent, []) })),
            ("silenced", Given.OpenedBy(Given.FirstMember with { SuppressedBy = ["s"] })),
            ("held back", Given.After(Given.NewIncident, Given.Timer("step"), Given.Start, Given.QuietFromTenToNoon(QuietMode.Suppress))),
            ("climbing by e-mail", Given.After(Given.NewIncident, Given.Timer("step"), Given.Start, Given.QuietFromTenToNoon(QuietMode.EmailOnly))),
            ("quiet", Given.After(Given.PagedIncident, Given.Closed(Given.FirstMember, flapping: true), Later)),
            ("resolved by its source", Given.ResolvedIncident),
            ("resolved by a person", Act(Given.PagedIncident, new IncidentCommand.Resolve("ann", ""))),
            ("opened again", Act(Given.ResolvedIncident, new IncidentCommand.Reopen("ann", ""))),
            ("merging", Act(Given.PagedIncident, new IncidentCommand.Merge("other", "ann", ""))),
            ("adopting", Given.After(
                Given.PagedIncident, new IncidentCommand.TakeOver("younger", Later, Priority.P1, standing), Later)),
            ("merged", Given.After(Given.PagedIncident, new IncidentCommand.Accepted("older", 0, MayPage: true), Later)));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> Silences()
    {
        var silence = new Silencing("s", Policies.Match("{a=\"b\"}"), Given.Start, Later, "ann", "");
        var active = Silence.Decide(null, new SilenceCommand.Set(silence), Given.Start).State;
        return Rows(
            GrainKind.Silence,
            "s",
            ("none", null),
            ("active", active),
            ("pending", Silence.Decide(null, new SilenceCommand.Set(silence with { StartsAt = Later.AddSeconds(-1) }), Given.Start).State),
            ("ended", Silence.Decide(active, new SilenceCommand.Expire("ann"), Given.Start).State));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> Inhibitions()
    {
        var state = new InhibitionState { Key = RuleKey, Targets = 1 };
        return Rows(
            GrainKind.Inhibition,
            RuleKey,
            ("none", null),
            ("idle", state),
            ("holding", state with { Sources = 1, FirstSources = [new InhibitionParty(Guid.Empty, "s", "s", IsSource: true, IsTarget: false)] }),
            ("asking", state with { Sources = 1, AskAt = Given.Start }),
            ("telling", state with { Sources = 1, TellAt = Given.Start, TellAfter = "" }));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> Maintenances()
    {
        var active = Sample.Of<MaintenanceState>() with
        {
            StartsAt = Given.Start,
            EndsAt = Later,
            ForgetAt = Later,
            Cancelled = false,
            Deleted = false,
        };
        return Rows(
            GrainKind.Maintenance,
            active.Window.Id,
            ("none", null),
            ("active", active),
            ("over", active with { ForgetAt = null }),
            ("cancelled", active with { ForgetAt = null, Cancelled = true, EndsAt = Given.Start }),
            ("deleted", active with { ForgetAt = null, Deleted = true }));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> Heartbeats()
    {
        var created = new HeartbeatState { Settings = new("h", "", 1, "minutes", Enabled: true, "", "", [], Priority.P3) };
        var beating = Heartbeat.Decide(created, new HeartbeatCommand.Ping(), Given.Start).State!;
        return Rows(
            GrainKind.Heartbeat,
            "h",
            ("none", null),
            ("created", created),
            ("beating", beating),
            ("heard of", beating with { FollowsSource = true }),
            ("said to be over", beating with { FollowsSource = true, EndedAt = Given.Start }),
            ("expired", beating with { Expired = true, CheckAt = null }),
            ("disabled", created with { Settings = created.Settings with { Enabled = false } }),
            ("deleted", created with { Deleted = true }));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> SavedSearches() => Rows(
        GrainKind.SavedSearch,
        "a id",
        ("none", null),
        ("kept", Sample.Of<SavedSearchState>() with { Deleted = false }),
        ("deleted", Sample.Of<SavedSearchState>()));

    private static IEnumerable<(GrainId, string, GrainState?)> Overrides()
    {
        var shift = new OverrideShift(Later, Later.AddHours(1), Participant.User(Policies.Secondary));
        var made = Given.After(
            null, new OverrideCommand.Set(new("o-1", "schedule-1", [shift], Given.Start, "ann", "")), Given.Start);
        return Rows(
            GrainKind.Override,
            "o-1",
            ("none", null),
            ("made", made),
            ("taken back", Given.After(made, new OverrideCommand.TakeBack("ann"), Later.AddMinutes(1))),
            ("past", Given.After(made, new OverrideCommand.TimerFired("forget", made.ForgetAt!.Value), made.ForgetAt.Value)));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> Contacts()
    {
        var made = new ContactState { Contact = new("c-1", Policies.Primary, new("log", "x"), false, true, Given.Start), UpdatedAt = Given.Start };
        return Rows(
            GrainKind.Contact,
            "c-1",
            ("none", null),
            ("made", made),
            ("asked", made with { CodeSha256 = "a code", CodeUntil = Later, CodeTries = 5 }),
            ("verified", made with { Contact = made.Contact with { Verified = true } }),
            ("off", made with { Contact = made.Contact with { Enabled = false } }),
            ("deleted", made with { Deleted = true }));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> Schedules() => Rows(
        GrainKind.Schedule,
        "a id",
        ("none", null),
        ("made", Sample.Of<ScheduleState>() with { Deleted = false }),
        ("deleted", Sample.Of<ScheduleState>()));

    private static IEnumerable<(GrainId, string, GrainState?)> Resources() => Rows(
        GrainKind.Resource,
        "a id",
        ("none", null),
        ("made", Sample.Of<ResourceState>() with { Deleted = false }),
        ("deleted", Sample.Of<ResourceState>()));

    private static IEnumerable<(GrainId, string, GrainState?)> Topologies() => Rows(
        GrainKind.Topology,
        TopologyState.Id.Key,
        ("none", null),
        ("declared", new TopologyState { Revision = 1 }),
        ("learnt", new TopologyState { Revision = 2, FadeAt = Later }));

    private static IEnumerable<(GrainId, string, GrainState?)> Jobs()
    {
        var known = new JobState { Job = "job:air/train", LastAt = Given.Start };
        return Rows(
            GrainKind.Job,
            known.Job,
            ("none", null),
            ("running", known with { Open = [new("r-1", Given.Start)] }),
            ("good", known with { Ended = [new("r-1", RunPhase.Complete, Given.Start)] }),
            ("failing", known with { Ended = [new("r-1", RunPhase.Fail, Given.Start)], Failure = new("r-1", RunPhase.Fail, Given.Start) }),
            ("expected", known with { BegunAt = Given.Start, MissedAt = Later, Interval = TimeSpan.FromMinutes(1) }),
            ("missing", known with { BegunAt = Given.Start, Missing = true }));
    }

    private static IEnumerable<(GrainId, string, GrainState?)> Rows(
        GrainKind kind, string key, params (string Name, GrainState? State)[] states) =>
        states.Select(s => (new GrainId(kind, key), s.Name, s.State));

    private static IncidentState Act(IncidentState state, IncidentCommand.ByPerson action) =>
        Given.After(state, Given.Person(action), Later);
}
