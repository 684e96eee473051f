using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using NodaTime;

namespace Correlation.Simulation.Engine;

/// <summary>
/// The same site with everything that people make of on-call: turns of minutes in layers, regions and zones, quiet
/// hours of both kinds, ladders of every kind of step, rules of one's own, people without a contact and people who are
/// gone. It begins at nine on the wall of Berlin.
/// </summary>
internal static class Rota
{
    public const string Phone = "phone";
    public const string Mail = "mail";
    public const string Gone = "gone@example.org";

    public static readonly IReadOnlyList<string> People =
    [
        .. Town.People, "dan@example.org", "eva@example.org", "fay@example.org", "guy@example.org", "hal@example.org",
    ];

    public static readonly Site Site = new("rota", People, Edition, HasRota: true);

    private static PolicyVersion Edition(int edition) => Town.Edition(edition) with
    {
        Settings = Town.Edition(edition).Settings with { Reminder = TimeSpan.FromMinutes(7) },
        Users = People.Select((name, i) => Person(name, i, edition)).ToValueList(),
        Channels = [new Channel(Phone, Town.Push, Labels.Empty), new Channel(Mail, "email", Labels.Empty)],
        Teams =
        [
            new Team("platform", "team-1", "", Members(0, 1, 2), "main")
            {
                ByPriority = [new PriorityEscalation(Priority.P1, "urgent")],
                QuietHours =
                [
                    Quiet(
                        QuietMode.EmailOnly, [Priority.P3, Priority.P4, Priority.P5], (3 + (edition % 2), 6), (10, 14)),
                    Quiet(QuietMode.Suppress, [Priority.P4, Priority.P5], (5, 8)),
                ],
            },
            new Team("data", "team-2", "", Members(3, 4, 5), "data")
            {
                QuietHours = [Quiet(QuietMode.Suppress, [Priority.P3, Priority.P4, Priority.P5], (2, 6 + (edition % 3)), (11, 16))],
                AcknowledgeTimeout = TimeSpan.FromMinutes(3),
            },
            new Team("infra", "team-3", "", Members(6, 7, 4), "infra"),
        ],
        Routes =
        [
            new Route(
                "infra",
                Policies.Match("{alias=~\"(prom|app)-1-.*\"}"),
                ["alertname"],
                TimeSpan.Zero,
                TimeSpan.FromMinutes(5),
                "infra",
                null,
                null),
            .. Town.Edition(edition).Routes,
        ],
        Escalations =
        [
            new Escalation("main", "", "platform",
            [
                Step(0, StepTargetType.Schedule, "weekly"),
                Step(2, StepTargetType.Next, "weekly"),
                Step(3, StepTargetType.Random, "platform"),
                Step(4, StepTargetType.Escalation, "last"),
            ])
            {
                Repeat = new EscalationRepeat(
                    TimeSpan.FromMinutes(3),
                    1 + (edition % 2),
                    ResetsAcknowledgement: edition % 3 == 0,
                    ClosesAfterAll: false),
            },
            new Escalation("last", "", null, [Step(0, StepTargetType.Admins, "platform"), Step(1, StepTargetType.Team, "infra", StepCondition.IfNotClosed)]),
            new Escalation("data", "", "data",
            [
                Step(0, StepTargetType.Schedule, "sun"),
                Step(1, StepTargetType.User, edition % 2 == 0 ? People[3] : Gone),
                Step(2, StepTargetType.Previous, "weekly", StepCondition.IfNotClosed),
            ])
            {
                Repeat = new EscalationRepeat(
                    TimeSpan.FromMinutes(1), 1, ResetsAcknowledgement: false, ClosesAfterAll: true),
            },
            new Escalation("urgent", "", "platform",
            [
                Step(0, StepTargetType.Schedule, "weekly"),
                Step(0, StepTargetType.Channel, Phone),
                Step(1, StepTargetType.Team, "platform", StepCondition.IfNotClosed),
            ])
            {
                AcknowledgeTimeout = TimeSpan.FromMinutes(2),
            },
            new Escalation(
                "infra",
                "",
                "infra",
                [Step(0, StepTargetType.User, People[6]), Step(3, StepTargetType.Schedule, "sun")]),
        ],
        Schedules = [Weekly(edition), Sun(edition)],
    };

    /// <summary>
    /// A layer that is always there, and one above it for some minutes, in which there are nobodies of three sorts.
    /// </summary>
    private static Schedule Weekly(int edition) => new("weekly", "schedule-1", "", "Europe/Berlin",
    [
        Turns("base", 3, [.. People.Take(3).Select(Participant.User), .. edition % 2 == 0 ? [Participant.User(People[3])] : Array.Empty<Participant>()]) with
        {
            Layer = "base",
        },
        Turns("cover", 2, [Participant.Team("infra"), Participant.User(Gone), Participant.Nobody, Participant.User(People[5])]) with
        {
            Layer = "cover",
            Restrictions = [new TimeWindow(Nine + 4, Nine + 12 + (edition % 2))],
        },
    ], "platform")
    {
        Layers = ["base", "cover"],
    };

    /// <summary>Two regions, together for some minutes, and nobody after them.</summary>
    private static Schedule Sun(int edition) => new("sun", "schedule-2", "", "UTC",
    [
        Turns("Berlin", 2, [Participant.User(People[4]), Participant.User(People[5])]) with
        {
            TimeZone = "Europe/Berlin",
            Restrictions = [new TimeWindow(Nine, Nine + 8)],
        },
        Turns("Kathmandu", 4, [Participant.User(People[3]), Participant.Escalation("infra"), Participant.Team("data")]) with
        {
            TimeZone = "Asia/Kathmandu",
            Restrictions = [new TimeWindow(Kathmandu + 6 + (edition % 2), Kathmandu + 18)],
        },
    ], "data");

    private const int Nine = 9 * 60;

    /// <summary>Nine in Berlin.</summary>
    private const int Kathmandu = (13 * 60) + 45;

    private static Rotation Turns(string name, int minutes, ValueList<Participant> people) =>
        new(name, new LocalDateTime(2026, 2, 1, 0, 1), RotationType.Custom, minutes, people) { Id = "rotation-" + name };

    private static QuietHours Quiet(QuietMode mode, ValueList<Priority> priorities, params (int From, int To)[] minutes) => new(
        priorities, minutes.Select(m => new TimeWindow(Nine + m.From, Nine + m.To)).ToValueList(), "Europe/Berlin",
        mode);

    private static ValueList<TeamMember> Members(params int[] people) =>
        people.Select((person, i) => new TeamMember(People[person], Admin: i == 0)).ToValueList();

    private static EscalationStep Step(
        int minutes, StepTargetType type, string name, StepCondition condition = StepCondition.IfNotAcknowledged) =>
        new(TimeSpan.FromMinutes(minutes), condition, new StepTarget(type, name));

    /// <summary>With both contacts, one of them or none, which the next edition changes.</summary>
    private static User Person(string name, int number, int edition)
    {
        DeliveryTarget phone = new(Phone, name), mail = new(Mail, name);
        return new User(name, name, "UTC", ((number + edition) % 6) switch
        {
            0 or 1 => [phone, mail],
            2 => [mail, phone],
            3 => [phone],
            4 => [mail],
            _ => number == 7 ? [] : [phone, mail],
        })
        {
            Rules = number % 3 != 0 ? [] :
            [
                new NotificationRule(
                    [Priority.P1, Priority.P2],
                    [new NotificationStep(Phone, TimeSpan.Zero), new NotificationStep(Mail, TimeSpan.FromSeconds(30))]),
                new NotificationRule(
                    [Priority.P3, Priority.P4],
                    [new NotificationStep(Mail, TimeSpan.Zero), new NotificationStep(Phone, TimeSpan.FromSeconds(40))]),
            ],
        };
    }
}
