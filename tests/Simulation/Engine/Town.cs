using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using NodaTime;

namespace Correlation.Simulation.Engine;

/// <summary>The configuration of the simulated site: short times, so that an hour of it is full of events.</summary>
internal static class Town
{
    public const string Push = "push";
    public const string Mail = "mail";

    public static readonly IReadOnlyList<string> People = ["ann@example.org", "bob@example.org", "cleo@example.org"];

    public static readonly Site Site = new("town", People, Edition, HasRota: false);

    public static readonly PolicySettings Settings = new()
    {
        DefaultTeam = "platform",
        ReopenWindow = TimeSpan.FromMinutes(2),
        AcknowledgeTimeout = TimeSpan.FromMinutes(4),
        Hold = TimeSpan.FromSeconds(10),
        ResolveTimeout = TimeSpan.FromMinutes(2),
        FlapWindow = TimeSpan.FromMinutes(3),
        FlapCount = 3,
    };

    /// <summary>The longest that an incident nobody has in hand may wait for its next page.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(8);

    /// <summary>
    /// The <paramref name="edition"/>th configuration of the run: ladders, holds and contacts differ.
    /// </summary>
    public static PolicyVersion Edition(int edition) => new()
    {
        Version = 1,
        Settings = Settings with { Hold = TimeSpan.FromSeconds(edition % 2 == 0 ? 10 : 4), FlapCount = edition % 3 == 2 ? 4 : 3 },
        Users = People.Select((name, i) => new User(name, name, "UTC", Contacts(name, i + edition))).ToValueList(),
        Teams =
        [
            new Team(
                "platform", "team-1", "", [new TeamMember(People[0], true), new TeamMember(People[1], false)], "main"),
            new Team("data", "team-2", "", [new TeamMember(People[2], true)], "data"),
        ],
        Channels = [new Channel(Push, Push, Labels.Empty), new Channel(Mail, Mail, Labels.Empty)],
        Kinds =
        [
            new Kind(
                "drift", "", ["Drift"], [], Priority.P3, "data", ["model"], null, "look at the drift", ["Retrain"]),
        ],
        Routes =
        [
            new Route(
                "batch",
                Policies.Match("{source=\"batch\"}"),
                ["team"],
                TimeSpan.FromSeconds(5),
                TimeSpan.FromMinutes(5),
                null,
                null,
                null),
            new Route(
                "default",
                Policies.Match("{}"),
                ["alertname"],
                TimeSpan.Zero,
                TimeSpan.FromMinutes(6),
                null,
                null,
                null),
        ],
        InhibitRules =
        [
            new InhibitRule(
                "drift",
                Policies.Match("alertname=Drift, severity!=info"),
                Policies.Match("alertname=~\"Name[01]\", alias=~\"prom-.*\""),
                ["team"]),
            new InhibitRule(
                "both",
                Policies.Match("alias=~\"app-0-[0-6]\""),
                Policies.Match("alias=~\"app-[02]-[3-8]\""),
                edition % 3 == 1 ? [] : ["alertname"]),
            .. edition % 2 == 0
                ? [new InhibitRule(
                    "late", Policies.Match("alias=~\"heartbeat:.*\""), Policies.Match("alias=~\"app-1-[12]\""), [])]
                : Array.Empty<InhibitRule>(),
        ],
        Maintenance =
        [
            Window(
                "platform",
                new MaintenanceScope(Policies.Match("source=app"), ["platform"], [], []),
                3 + (edition % 2),
                3),
            Window(
                "models",
                new MaintenanceScope(Policies.Match("{}"), [], ["model:m1", "model:m2", "model:m3"], []),
                8,
                2),
            Window("late", new MaintenanceScope(Policies.Match("team=data"), [], [], []), 12, 5),
        ],
        Escalations =
        [
            new Escalation("main", "", "platform",
            [
                Step(0, StepTargetType.Schedule, "weekly"),
                Step(2 + (edition % 3), StepTargetType.User, People[1]),
                Step(5, StepTargetType.Team, "platform", StepCondition.IfNotClosed),
            ]),
            new Escalation("data", "", "data",
            [
                Step(0, StepTargetType.Channel, Push),
                Step(3, StepTargetType.User, People[2]),
            ]),
        ],
        Schedules =
        [
            new Schedule("weekly", "schedule-1", "", "Europe/Berlin",
                [new Rotation("r", new LocalDateTime(2020, 1, 6, 9, 0), RotationType.Hourly, 1, People.Select(Participant.User).ToValueList())], "platform"),
        ],
    };

    /// <summary>Some minutes after the start of the run, for some minutes.</summary>
    private static MaintenanceWindow Window(string name, MaintenanceScope scope, int after, int minutes) => new(
        name, name, "", scope, "Europe/Berlin",
        Instant.FromDateTimeOffset(Agenda.Start)
            .InZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).LocalDateTime.PlusMinutes(after),
        TimeSpan.FromMinutes(minutes), Recurrence.Daily, [], null);

    private static EscalationStep Step(
        int minutes, StepTargetType type, string name, StepCondition condition = StepCondition.IfNotAcknowledged) =>
        new(TimeSpan.FromMinutes(minutes), condition, new StepTarget(type, name));

    private static ValueList<DeliveryTarget> Contacts(string name, int turn) => turn % 2 == 0
        ? [new DeliveryTarget(Push, name), new DeliveryTarget(Mail, name)]
        : [new DeliveryTarget(Mail, name), new DeliveryTarget(Push, name)];
}
