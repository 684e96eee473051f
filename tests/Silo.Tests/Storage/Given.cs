using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Heartbeats;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.SavedSearches;
using Correlation.Grains.Silences;
using Correlation.Silo.Storage;
using Correlation.TestKit;

namespace Correlation.Silo.Tests.Storage;

/// <summary>Stored things with as little said as a test needs.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    public static AlertState Alert(string alias, long number, int episode = 1) => new()
    {
        Alias = alias,
        Episode = episode,
        Id = DerivedId.Of("alert", alias, episode),
        Number = number,
        Signal = new Signal { Alias = alias, Message = $"{alias} is ill", Source = "prometheus" },
        Class = new Classification(
            "drift", "model:churn", "ml-quality", Priority.P2, "default", "model:churn", TimeSpan.FromMinutes(1),
            TimeSpan.Zero, TimeSpan.FromHours(4), null, "", [], 1),
        CreatedAt = At(number),
        UpdatedAt = At(number),
        Count = new AlertTally(1, At(number), null, null),
    };

    public static AlertState Closed(this AlertState alert, double seconds) => alert with
    {
        Status = AlertStatus.Closed,
        ClosedAt = At(seconds),
        UpdatedAt = At(seconds),
        ClosedBy = "ann",
    };

    public static AlertState Seen(this AlertState alert, long times, double lastAt) =>
        alert with { Count = new AlertTally(times, At(lastAt), null, null) };

    public static IncidentState Incident(string id, long number) => new()
    {
        Id = id,
        Number = number,
        GroupKey = "model:churn",
        Title = "Churn model drifts",
        Priority = Priority.P2,
        Team = "ml-quality",
        OpenedAt = At(number),
        UpdatedAt = At(number),
        Ladder = new Ladder("default", 1, [], TimeSpan.Zero, 0, null, 0),
    };

    public static SavedSearchState SavedSearch(string id) => new()
    {
        Id = id,
        Text = new SavedSearchText("mine", "", "status:open", "ada@example.com", ["serving"]),
        CreatedAt = At(1),
        UpdatedAt = At(2),
    };

    public static HeartbeatState Heartbeat(string name) => new()
    {
        Settings = new HeartbeatSettings(name, "", 5, "minutes", true, "", $"{name} is expired", [], Priority.P3),
    };

    public static SilenceState Silence(string id, double endsAt) => new()
    {
        Silence = new Silencing(id, Policies.Match("{alertname=\"Slow\"}"), At(0), At(endsAt), "ann", "planned"),
        UpdatedAt = At(0),
    };

    /// <summary>Its newest incident is its own last one.</summary>
    public static EntityState Entity(string key, int opened) => new()
    {
        Key = key,
        IncidentId = IncidentOf(key, opened),
        ResolvedAt = At(1),
        Opened = opened,
    };

    public static string IncidentOf(string entity, int number) => DerivedId.Of("incident", entity, number).ToString();

    public static GrainWrite Write(GrainState state, long asOf, bool replaces = false) =>
        new(Partitions.Of(state.Grain), asOf, state, TallyOnly: false, replaces);

    public static GrainWrite Tally(GrainState state, long asOf) =>
        new(Partitions.Of(state.Grain), asOf, state, TallyOnly: true, Replaces: false);

    public static Delivery Delivery(
        string reason, Priority priority, double notBefore, string channel = "pager") => new()
        {
            Id = DerivedId.Of("delivery", reason, 1),
            IncidentId = "i-1",
            Step = 0,
            Who = "ann",
            Targets = [new DeliveryTarget(channel, "")],
            NotBefore = At(notBefore),
            DecidedAt = At(0),
            Reason = reason,
            Text = new PageText(
                "opened", "Churn model drifts", "", priority, "ml-quality", 1, "model:churn", "drift", "", 1, At(0)),
        };
}
