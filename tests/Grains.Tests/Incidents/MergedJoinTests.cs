using Correlation.Grains.Entities;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Incidents;

/// <summary>
/// An entity whose incident was merged twice still asks the first one. The refusal of the last one must read as one of what
/// was asked, or the two ask each other for ever.
/// </summary>
public sealed class MergedJoinTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly Member Newcomer = new()
    {
        AlertId = DerivedId.Of("alert", "drift", 1),
        Alias = "drift",
        Title = "drift",
        Entity = "model:churn",
        Kind = "",
        Priority = Priority.P2,
        Team = "ml-platform",
        StartsAt = At,
    };

    [Fact]
    public void A_refusal_passed_back_through_a_merge_lets_the_entity_open_anew()
    {
        var merged = Given("merged") with { Status = IncidentStatus.Merged, MergedInto = "survivor" };
        var passed = Decide(merged, new IncidentCommand.Join("model:churn", "merged", Newcomer));
        var survivor = Given("survivor") with { Status = IncidentStatus.Resolved, ResolvedAt = At - TimeSpan.FromHours(2) };
        var refused = Decide(survivor, (IncidentCommand)passed.Messages[0].Command);
        var reply = Assert.IsType<EntityCommand.JoinRefused>(refused.Messages[0].Command);

        var entity = new EntityState { Key = "model:churn", IncidentId = "merged", Opened = 1 };
        var placed = Entity.Decide(entity, reply, entity.Key, Policies.Small, At);
        Assert.IsType<IncidentCommand.Open>(Assert.Single(placed.Messages).Command);
        Assert.NotEqual("merged", placed.State!.IncidentId);
    }

    private static Decision<IncidentState> Decide(IncidentState state, IncidentCommand command) =>
        Incident.Decide(state, command, state.Id, Policies.Small, At);

    private static IncidentState Given(string id) =>
        Incident.Decide(null, new IncidentCommand.Open("model:churn", Newcomer), id, Policies.Small, At - TimeSpan.FromHours(3)).State!;
}
