using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;

namespace Correlation.TestKit.Stories;

/// <summary>
/// A small ML platform that knows what causes what: three teams with a person on call each, the chain of the catalogue,
/// a table that feeds two feature views that feed models, and a node that carries endpoints.
/// </summary>
public static class Town
{
    public const string Platform = "platform@example.org";
    public const string Science = "science@example.org";
    public const string Infra = "infra@example.org";

    public static readonly CorrelationSettings Correlation = new() { Enabled = true };

    public static readonly PolicyVersion Policy = new()
    {
        Version = 1,
        Settings = new PolicySettings { DefaultTeam = "platform", Correlation = Correlation },
        Users = new[] { Platform, Science, Infra }.Select(name => new User(name, name, "UTC", [new DeliveryTarget("log", name)])).ToValueList(),
        Teams = [TeamOf("platform", Platform), TeamOf("science", Science), TeamOf("infra", Infra)],
        Channels = [new Channel("log", "log", Labels.Empty)],
        Kinds =
        [
            KindOf("job-failed", Priority.P2, "platform", "failed"),
            KindOf("table-stale", Priority.P3, "platform", "stale", new Explanation("job-failed", Hours(24))),
            KindOf(
                "features-stale",
                Priority.P3,
                "platform",
                "stale",
                new Explanation("job-failed", Hours(24)),
                new Explanation("table-stale", Hours(24))),
            KindOf(
                "drift",
                Priority.P3,
                "science",
                "drifting",
                new Explanation("features-stale", Hours(36)),
                new Explanation("monitor-broken", Hours(24)))
                with { Watch = TimeSpan.FromHours(6), CauseWindow = TimeSpan.FromDays(2) },
            KindOf("quality-drop", Priority.P2, "science", "losing quality", new Explanation("drift", Hours(336)), new Explanation("features-stale", Hours(336)),
                new Explanation("promoted", Hours(72)), new Explanation("labels-late", Hours(72))) with { CauseWindow = TimeSpan.FromDays(14) },
            KindOf(
                "latency",
                Priority.P1,
                "science",
                "slow",
                new Explanation("node-down", Hours(2)),
                new Explanation("promoted", Hours(24), 0.9)),
            KindOf("node-down", Priority.P1, "infra", "down"),
            KindOf("promoted", Priority.P5, "science", "promoted") with { Nature = KindNature.Change },
            KindOf("monitor-broken", Priority.P4, "platform", "broken") with { Nature = KindNature.Measurement, Watch = TimeSpan.FromDays(1) },
            KindOf("labels-late", Priority.P4, "platform", "late") with { Nature = KindNature.Measurement, Watch = TimeSpan.FromDays(1) },
        ],
        Routes = [new Route("all", Policies.Match("{}"), ["alertname"], TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(30), null, null, null)],
        Escalations = [Ladder("platform", Platform), Ladder("science", Science), Ladder("infra", Infra)],
        Topology = Graph.Empty
            .With(new Edge("job:load", "table:users"))
            .With(new Edge("table:users", "feature_view:user_stats"))
            .With(new Edge("table:users", "feature_view:user_clicks"))
            .With(new Edge("feature_view:user_stats", "model:churn_model"))
            .With(new Edge("feature_view:user_stats", "model:ltv"))
            .With(new Edge("feature_view:user_clicks", "model:ranker"))
            .With(new Edge("model:churn_model", "endpoint:churn"))
            .With(new Edge("node:gpu-7", "endpoint:churn"))
            .With(new Edge("node:gpu-7", "endpoint:ltv"))
            .With(new Edge("node:gpu-7", "endpoint:ranker"))
            .With(new EntityFacts("feature_view:user_stats", "platform"))
            .With(new EntityFacts("node:gpu-7", "infra")),
    };

    public static PolicyVersion With(Func<CorrelationSettings, CorrelationSettings> change) =>
        Policy with { Settings = Policy.Settings with { Correlation = change(Correlation) } };

    private static Team TeamOf(string name, string person) => new(name, name, "", [new TeamMember(person, true)], name);

    private static Kind KindOf(string name, Priority priority, string team, string says, params Explanation[] causes) =>
        new(name, "", [name], [], priority, team, [], null, "the steps", ["act"]) { Says = says, CausedBy = causes.ToValueList() };

    private static LagRange Hours(int most) => new(TimeSpan.Zero, TimeSpan.FromHours(most));

    private static Escalation Ladder(string team, string person) => new(team, "", team,
    [
        new EscalationStep(TimeSpan.Zero, StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.User, person)),
        new EscalationStep(
            TimeSpan.FromMinutes(10), StepCondition.IfNotAcknowledged, new StepTarget(StepTargetType.Team, team)),
    ]);
}
