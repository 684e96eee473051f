using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using Correlation.Grains.Topology;
using NodaTime;

namespace Correlation.TestKit;

/// <summary>
/// A small valid policy: one team, one three-step ladder, two people, one kind. Tests change what they need.
/// </summary>
public static class Policies
{
    public const string Primary = "primary@example.org";
    public const string Secondary = "secondary@example.org";

    public static readonly PolicyVersion Small = new()
    {
        Version = 1,
        Settings = new PolicySettings { DefaultTeam = "ml-platform" },
        Users = [UserOf(Primary), UserOf(Secondary)],
        Teams = [new Team("ml-platform", "team-1", "", [new TeamMember(Primary, true), new TeamMember(Secondary, false)], "ladder")],
        Channels = [new Channel("log", "log", Labels.Empty), new Channel("mail", "email", Labels.Empty)],
        Kinds =
        [
            new Kind("model_quality", "", ["ModelAccuracyDrop"], ["model-quality"], Priority.P2, "ml-platform", ["model"], null, "check drift", ["Retrain", "Rollback"]),
        ],
        Routes =
        [
            new Route(
                "default",
                Match("{}"),
                ["alertname", "namespace", "service"],
                TimeSpan.Zero,
                TimeSpan.FromMinutes(30),
                null,
                null,
                null),
        ],
        Escalations =
        [
            new Escalation("ladder", "", "ml-platform",
            [
                new EscalationStep(
                    TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.Schedule, "weekly")),
                new EscalationStep(
                    TimeSpan.FromMinutes(5),
                    StepCondition.IfNotAcknowledged,
                    new StepTarget(StepTargetType.User, Secondary)),
                new EscalationStep(
                    TimeSpan.FromMinutes(10),
                    StepCondition.IfNotAcknowledged,
                    new StepTarget(StepTargetType.Team, "ml-platform")),
            ]),
        ],
        Schedules =
        [
            new Schedule("weekly", "schedule-1", "", "Europe/Berlin",
                [new Rotation("r", new LocalDateTime(2020, 1, 6, 9, 0), RotationType.Weekly, 1, [Participant.User(Primary)])], "ml-platform"),
        ],
    };

    /// <summary>As if the files said it.</summary>
    public static PolicyVersion WithTopology(
        this PolicyVersion policy, IEnumerable<Edge> edges, IEnumerable<EntityFacts>? entities = null)
    {
        ValueList<Edge> files = [.. edges.Select(edge => edge with { Origin = EdgeOrigin.Configuration })];
        ValueList<EntityFacts> facts = [.. (entities ?? []).Select(entity => entity with { Origin = EdgeOrigin.Configuration })];
        return policy with { Edges = files, Entities = facts, Topology = Graph.Of(facts, files) };
    }

    /// <summary>
    /// Edges of paths such as <c>table:events &gt; feature_view:user_stats &gt; model:churn_model</c>, upstream first.
    /// </summary>
    public static PolicyVersion WithPaths(this PolicyVersion policy, params string[] paths) => policy.WithTopology(
        from path in paths
        let urns = path.Split('>', StringSplitOptions.TrimEntries)
        from pair in urns.Zip(urns.Skip(1))
        select new Edge(pair.First, pair.Second));

    public static MatcherSet Match(string text) =>
        MatcherParser.TryParse(text, out var set, out var error)
            ? set
            : throw new ArgumentException(error.ToString(), nameof(text));

    private static User UserOf(string name) =>
        new(name, name, "UTC", [new DeliveryTarget("log", name), new DeliveryTarget("mail", name)]);
}
