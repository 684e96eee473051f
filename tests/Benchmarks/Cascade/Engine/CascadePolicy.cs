using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Topology;
using Correlation.TestKit;

namespace Correlation.Benchmarks.Cascade.Engine;

/// <summary>
/// What an operator of such a site would configure: the teams, a ladder each, and the catalogue of kinds with what
/// explains what. The lags here are rough and wide words of an operator; the generator draws its own.
/// </summary>
internal static class CascadePolicy
{
    private static readonly LagRange AtOnce = Within(TimeSpan.FromMinutes(30));
    private static readonly LagRange SameDay = Within(TimeSpan.FromHours(12));
    private static readonly LagRange DaysLater = Within(TimeSpan.FromDays(14));

    private static readonly string[] Teams = ["ml-platform", "ml-infra", "data-science", "data-engineering"];

    private static readonly IReadOnlyDictionary<string, Explanation[]> Explanations = new Dictionary<string, Explanation[]>
    {
        ["job-failed"] =
        [
            .. By(AtOnce, "credential-expired", "node-down", "gpu-fault"),
            .. By(SameDay, "schema-changed", "table-stale", "job-failed", "partition-missing"),
        ],
        ["table-stale"] =
        [
            .. By(
                SameDay, "job-failed", "table-stale", "schema-changed", "stream-lag", "credential-expired",
                "partition-missing"),
        ],
        ["null-rate"] =
        [
            .. By(SameDay, "schema-changed", "job-failed", "null-rate", "partition-missing", "table-stale"),
        ],
        ["partition-missing"] = By(SameDay, "job-failed", "partition-missing"),
        ["feature-stale"] =
        [
            .. By(AtOnce, "stream-lag"),
            .. By(SameDay, "table-stale", "job-failed", "schema-changed", "credential-expired", "partition-missing"),
        ],
        ["feature-nulls"] = By(SameDay, "null-rate", "schema-changed", "job-failed", "partition-missing"),
        ["data-drift"] =
        [
            .. By(
                SameDay, "null-rate", "schema-changed", "partition-missing", "feature-code-changed",
                "table-stale", "job-failed"),
        ],
        ["prediction-drift"] =
        [
            .. By(
                SameDay, "feature-stale", "feature-nulls", "data-drift", "stream-lag", "skew",
                "feature-code-changed", "model-promoted", "monitor-broken", "store-slow", "table-stale",
                "null-rate"),
            .. By(DaysLater, "model-age"),
        ],
        ["skew"] = By(SameDay, "feature-code-changed", "model-promoted"),
        ["segment-shift"] = By(SameDay, "flag-changed", "model-promoted"),
        ["calibration-off"] =
        [
            .. By(DaysLater, "data-drift", "schema-changed", "null-rate", "feature-nulls", "model-promoted"),
        ],
        ["accuracy-drop"] =
        [
            .. By(
                DaysLater, "prediction-drift", "data-drift", "feature-stale", "feature-nulls", "model-promoted",
                "model-age", "skew", "labels-late", "job-failed", "table-stale"),
        ],
        ["retrieval-quality"] = By(SameDay, "schema-changed", "feature-stale", "model-promoted"),
        ["eval-score"] = By(SameDay, "retrieval-quality", "model-promoted", "api-throttled"),
        ["kpi-drop"] =
        [
            .. By(
                DaysLater, "accuracy-drop", "calibration-off", "segment-shift", "flag-changed", "latency-high",
                "error-rate", "fallbacks", "retrieval-quality", "eval-score"),
        ],
        ["model-age"] = By(DaysLater, "job-failed"),
        ["latency-high"] =
        [
            .. By(
                AtOnce, "store-slow", "node-down", "gpu-fault", "pods-down", "replicas-low", "quota-exhausted",
                "api-throttled", "model-promoted", "flag-changed"),
        ],
        ["error-rate"] =
        [
            .. By(
                AtOnce, "latency-high", "store-slow", "node-down", "gpu-fault", "pods-down", "replicas-low",
                "quota-exhausted", "api-throttled", "model-promoted"),
        ],
        ["fallbacks"] = By(AtOnce, "latency-high", "store-slow", "api-throttled", "stream-lag", "flag-changed"),
        ["replicas-low"] = By(AtOnce, "pods-down", "node-down", "gpu-fault", "quota-exhausted"),
        ["pods-down"] = By(AtOnce, "node-down", "gpu-fault", "quota-exhausted"),
        ["node-down"] = By(AtOnce, "gpu-fault"),
        ["no-accuracy-data"] = By(SameDay, "labels-late"),
    };

    public static readonly PolicyVersion Value = new()
    {
        Version = 1,
        Settings = new PolicySettings { DefaultTeam = "ml-platform", Correlation = new CorrelationSettings { Enabled = true } },
        Users = [.. Teams.Select(team => new User(PersonOf(team), PersonOf(team), "UTC", [new DeliveryTarget("log", "")]))],
        Teams = [.. Teams.Select(team => new Team(team, team, "", [new TeamMember(PersonOf(team), true)], team))],
        Channels = [new Channel("log", "log", Labels.Empty)],
        Kinds = [.. Detectors.All.Values.Select(KindOf)],
        Routes = [new Route("all", Policies.Match("{}"), ["alertname", "team"], TimeSpan.Zero, TimeSpan.FromHours(1), null, null, null)],
        Escalations =
        [
            .. Teams.Select(team => new Escalation(team, "", team,
            [
                new EscalationStep(
                    TimeSpan.Zero,
                    StepCondition.IfNotAcknowledged,
                    new StepTarget(StepTargetType.User, PersonOf(team))),
            ])),
        ],
    };

    /// <summary>The same site, whose alerts meet only in their entity.</summary>
    public static readonly PolicyVersion WithoutCauses = Value with
    {
        Settings = Value.Settings with { Correlation = new CorrelationSettings() },
    };

    public static string PersonOf(string team) => team + "@example.org";

    private static Kind KindOf(Detector monitor) => new(
        monitor.Kind, "", [monitor.AlertName], [], PriorityOf(monitor), "", [], HoldOf(monitor), "look at it", ["Look"])
    {
        CausedBy = [.. Explanations.GetValueOrDefault(monitor.Kind) ?? []],
        Watch = !Detectors.Quiet.Contains(monitor.Kind)
            ? null
            : TimeSpan.FromHours(monitor.Kind == "pod-restarted" ? 2 : 24),
        CauseWindow = monitor.Kind is "accuracy-drop" or "kpi-drop" or
            "model-age" ? TimeSpan.FromDays(14) : TimeSpan.FromHours(12),
        Nature = monitor.Form == Form.Change ? KindNature.Change
            : monitor.Kind is "labels-late" or "no-accuracy-data" or "monitor-broken" ? KindNature.Measurement
            : KindNature.Fault,
    };

    /// <summary>What is critical waits for nobody for long.</summary>
    private static TimeSpan? HoldOf(Detector monitor) => monitor.IsCritical ? TimeSpan.FromSeconds(6) : null;

    private static Priority PriorityOf(Detector monitor) => monitor.Severity switch
    {
        "critical" => Priority.P1,
        "warning" => Priority.P3,
        _ => Priority.P4,
    };

    private static Explanation[] By(LagRange lag, params string[] kinds) =>
        [.. kinds.Select(kind => new Explanation(kind, lag))];

    private static LagRange Within(TimeSpan most) => new(TimeSpan.Zero, most);
}
