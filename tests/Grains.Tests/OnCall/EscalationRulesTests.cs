using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Policy;

public sealed class EscalationRulesTests
{
    private static readonly StepTarget Ann = new(StepTargetType.User, "ann");
    private static readonly StepTarget Bob = new(StepTargetType.User, "bob");
    private static readonly StepTarget Inner = new(StepTargetType.Escalation, "inner");

    [Fact]
    public void The_steps_of_an_escalation_that_is_named_stand_in_its_place_counted_from_it()
    {
        var policy = With(
            new("outer", "", null, [Step(0, Ann), Step(5, Inner), Step(8, Ann)]),
            new("inner", "", null, [Step(1, Bob), Step(4, Bob)]));

        Assert.Equal(
            [Step(0, Ann), Step(6, Bob), Step(8, Ann), Step(9, Bob)],
            EscalationRules.Steps(policy, policy.Escalations[0]));
    }

    [Theory]
    [InlineData(StepCondition.IfNotAcknowledged, StepCondition.IfNotClosed, StepCondition.IfNotAcknowledged)]
    [InlineData(StepCondition.IfNotClosed, StepCondition.IfNotClosed, StepCondition.IfNotClosed)]
    [InlineData(StepCondition.IfNotClosed, StepCondition.IfNotAcknowledged, StepCondition.IfNotAcknowledged)]
    public void A_step_comes_when_both_its_conditions_hold(StepCondition outer, StepCondition inner, StepCondition both)
    {
        var policy = With(
            new("outer", "", null, [Step(0, Inner) with { Condition = outer }]),
            new("inner", "", null, [Step(0, Bob) with { Condition = inner }]));

        Assert.Equal(both, Assert.Single(EscalationRules.Steps(policy, policy.Escalations[0])).Condition);
    }

    [Fact]
    public void A_circle_that_validation_did_not_see_ends()
    {
        var policy = With(new Escalation("inner", "", null, [Step(0, Ann), Step(1, Inner)]));

        Assert.Equal(EscalationRules.DeepestNesting + 1, EscalationRules.Steps(policy, policy.Escalations[0]).Count);
    }

    [Fact]
    public void A_team_has_an_escalation_of_its_own_for_a_priority_else_its_own_else_the_default_teams()
    {
        var policy = With(new("urgent", "", null, [Step(0, Ann)]), new("inner", "", null, [Step(0, Bob)])) with
        {
            Teams = [Small.Teams[0], new Team("data", "t", "", [], "inner") { ByPriority = [new(Priority.P1, "urgent")] }],
        };
        var data = policy.FindTeam("data");

        Assert.Equal("urgent", EscalationRules.Of(policy, data, Priority.P1)!.Name);
        Assert.Equal("inner", EscalationRules.Of(policy, data, Priority.P2)!.Name);
        Assert.Equal("ladder", EscalationRules.Of(policy, null, Priority.P1)!.Name);
    }

    private static PolicyVersion Small => Policies.Small;

    private static PolicyVersion With(params Escalation[] escalations) =>
        Small with { Escalations = escalations.Concat(Small.Escalations).ToValueList() };

    private static EscalationStep Step(int minutes, StepTarget target) =>
        new(TimeSpan.FromMinutes(minutes), StepCondition.IfNotAcknowledged, target);
}
