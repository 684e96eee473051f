using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;
using Correlation.Grains.Schedules;
using Correlation.TestKit;
using NodaTime;
using Xunit;

namespace Correlation.Grains.Tests.Schedules;

/// <summary>Schedules and escalations that would be asked for themselves are not made.</summary>
public sealed class CircleTests
{
    private const string Way = "schedule weekly > escalation ladder > schedule weekly";

    private static readonly DateTimeOffset Now = Given.Start;

    [Theory]
    [InlineData(StepTargetType.Schedule)]
    [InlineData(StepTargetType.Next)]
    [InlineData(StepTargetType.Previous)]
    public void A_schedule_whose_turn_is_an_escalation_that_notifies_it_is_refused(StepTargetType type)
    {
        var policy = Given.Small with { Escalations = [Ladder("climb", new StepTarget(type, "night"))] };

        var decision = ScheduleGrain.Decide(null, new ScheduleCommand.Create(Night("climb")), policy, Now);

        Assert.Equal(
            (Outcome.Refused, "Schedules and escalations may not lead back to themselves: schedule night > escalation climb > schedule night"),
            (decision.Outcome, decision.Reason));
    }

    [Fact]
    public void An_escalation_that_leads_back_by_a_schedule_and_another_escalation_is_refused()
    {
        var policy = (Given.Small with { Escalations = [.. Given.Small.Escalations, Ladder("inner", new StepTarget(StepTargetType.Escalation, "outer"))] })
            .With(new PolicyChange.ScheduleSet(Night("inner")));

        var decision = Create(policy, Ladder("outer", new StepTarget(StepTargetType.Schedule, "NIGHT")));

        Assert.Equal(
            Circle.Refusal + "escalation outer > schedule NIGHT > escalation inner > escalation outer",
            decision.Reason);
    }

    [Fact]
    public void An_escalation_may_not_come_to_name_itself()
    {
        var before = Ladder("a", new StepTarget(StepTargetType.User, Policies.Primary)) with { Id = "e-1" };
        var policy = Given.Small.With(new PolicyChange.ResourceSet(new Resource.OfEscalation(before)));
        var stored = new ResourceState { Resource = new Resource.OfEscalation(before), Revision = 1, UpdatedAt = Now };
        var after = before with { Steps = Ladder("a", new StepTarget(StepTargetType.Escalation, "a")).Steps };

        var decision = ResourceGrain.Decide(
            stored, new ResourceCommand.Update(new Resource.OfEscalation(after), 1), policy, Now);

        Assert.Equal(Circle.Refusal + "escalation a > escalation a", decision.Reason);
    }

    [Fact]
    public void What_leads_to_the_same_place_by_two_ways_is_no_circle()
    {
        var policy = (Given.Small with { Escalations = [.. Given.Small.Escalations, Ladder("inner", new StepTarget(StepTargetType.User, Policies.Primary))] })
            .With(new PolicyChange.ScheduleSet(Night("inner")));

        var both = Ladder(
            "outer",
            new StepTarget(StepTargetType.Schedule, "night"),
            new StepTarget(StepTargetType.Escalation, "inner"));

        Assert.Equal(Outcome.Material, Create(policy, both).Outcome);
    }

    [Fact]
    public void An_override_that_puts_an_escalation_on_call_that_asks_the_schedule_is_refused_and_one_that_is_over_leads_nowhere()
    {
        var made = OverrideGrain.Decide(null, new OverrideCommand.Set(Stands(Now.AddHours(1))), Given.Small, Now);
        Assert.Equal((Outcome.Refused, Circle.Refusal + Way), (made.Outcome, made.Reason));

        var policy = Given.Small.With(
            new PolicyChange.OverrideSet(Stands(Now.AddMinutes(-1)) with { MadeAt = Now.AddHours(-2) }));
        Assert.Null(Circle.Of(policy, policy.Schedules[0], Now));
    }

    [Fact]
    public void What_was_in_a_circle_before_can_be_changed_and_one_that_is_made_is_refused()
    {
        var policy = Given.Small with { Escalations = [Ladder("climb", new StepTarget(StepTargetType.Schedule, "night"))] };
        policy = policy.With(new PolicyChange.ScheduleSet(Night("climb")));
        var stored = new ScheduleState { Schedule = Night("climb"), Revision = 1, UpdatedAt = Now };

        Assert.Equal(Outcome.Material, ScheduleGrain.Decide(stored, new ScheduleCommand.Update(Night("climb") with { Enabled = false }, 1), policy, Now).Outcome);
    }

    private static Decision<ResourceState> Create(PolicyVersion policy, Escalation ladder) =>
        ResourceGrain.Decide(
            null, new ResourceCommand.Create(new Resource.OfEscalation(ladder with { Id = ladder.Name })), policy, Now);

    private static Schedule Night(string escalation) => new(
        "night", "s-2", "", "UTC", [new Rotation("r", new LocalDateTime(2020, 1, 6, 9, 0), RotationType.Weekly, 1, [Participant.Escalation(escalation)])], null);

    private static Escalation Ladder(string name, params StepTarget[] targets) => new(
        name, "", null,
        targets.Select(target => new EscalationStep(TimeSpan.Zero, StepCondition.IfNotAcknowledged, target))
            .ToValueList());

    private static Override Stands(DateTimeOffset until) =>
        new("o-1", "schedule-1", [new(Now.AddHours(-1), until, Participant.Escalation("ladder"))], default, "ann", "");
}
