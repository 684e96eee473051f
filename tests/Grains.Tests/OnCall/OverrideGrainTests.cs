using Correlation.Grains.Model;
using Correlation.Grains.Overrides;
using Correlation.Grains.Policy;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Schedules;

public sealed class OverrideGrainTests
{
    private static readonly DateTimeOffset Now = Given.Start;
    private static readonly Override Tomorrow = Of(Now.AddDays(1), Now.AddDays(2));

    [Fact]
    public void An_override_is_in_the_policy_with_the_decision_that_makes_it()
    {
        var made = Tell(null, new OverrideCommand.Set(Tomorrow));
        Assert.Equal(Outcome.Material, made.Outcome);
        Assert.Equal(new PolicyChange.OverrideSet(Tomorrow with { MadeAt = Now }), made.Publish);
        var policy = Given.Small.With(made.Publish!);
        Assert.Equal([Policies.Secondary], OnCallPeople.At(policy, policy.Schedules[0], Now.AddDays(1)));
        Assert.Equal([Policies.Primary], OnCallPeople.At(policy, policy.Schedules[0], Now.AddDays(2)));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(-2, 0)]
    public void An_override_that_ends_before_it_begins_or_now_is_refused(int from, int until) => Assert.Equal(
        Outcome.Refused, Tell(null, new OverrideCommand.Set(Of(Now.AddDays(from), Now.AddDays(until)))).Outcome);

    [Fact]
    public void An_override_of_a_schedule_that_is_not_there_is_refused() => Assert.Equal(
        "There is no schedule with id 'gone'",
        Tell(null, new OverrideCommand.Set(Tomorrow with { ScheduleId = "gone" })).Reason);

    [Fact]
    public void Taken_back_before_it_begins_it_is_gone()
    {
        var made = Given.After(null, new OverrideCommand.Set(Tomorrow), Now);
        Assert.Equal(new PolicyChange.OverrideGone("o-1"), Tell(made, new OverrideCommand.TakeBack("ann")).Publish);
    }

    [Fact]
    public void Taken_back_while_in_force_it_ends_then_and_the_calendar_of_before_stays()
    {
        var made = Given.After(null, new OverrideCommand.Set(Of(Now.AddHours(-1), Now.AddDays(1))), Now);
        var later = Now.AddHours(1);
        var back = OverrideGrain.Decide(made, new OverrideCommand.TakeBack("ann"), Given.Small, later);
        var left = Assert.IsType<PolicyChange.OverrideSet>(back.Publish).Override;
        Assert.True(left.TakenBack);
        Assert.Equal(later, left.Until);
        Assert.Equal(
            Outcome.Refused, OverrideGrain.Decide(back.State, new OverrideCommand.TakeBack("ann"), Given.Small, later).Outcome);
    }

    [Fact]
    public void A_month_after_its_end_the_policy_forgets_it()
    {
        var made = Given.After(null, new OverrideCommand.Set(Tomorrow), Now);
        var due = Now.AddDays(2) + OverrideGrain.Shown;
        Assert.Equal(new GrainTimer("forget", due), Assert.Single(made.Timers));
        var fired = new OverrideCommand.TimerFired("forget", due);
        Assert.Equal(Outcome.Repeat, OverrideGrain.Decide(made, fired, Given.Small, due.AddTicks(-1)).Outcome);
        Assert.Equal(new PolicyChange.OverrideGone("o-1"), OverrideGrain.Decide(made, fired, Given.Small, due).Publish);
    }

    [Fact]
    public void An_edited_override_is_the_newest()
    {
        var policy = Given.Small.With(new PolicyChange.OverrideSet(Tomorrow with { MadeAt = Now }))
            .With(new PolicyChange.OverrideSet(Tomorrow with { Id = "o-2", MadeAt = Now.AddMinutes(1) }));
        Assert.Equal(["o-1", "o-2"], policy.Overrides.Select(o => o.Id));
        policy = policy.With(new PolicyChange.OverrideSet(Tomorrow with { MadeAt = Now.AddMinutes(2) }));
        Assert.Equal(["o-2", "o-1"], policy.Overrides.Select(o => o.Id));
    }

    private static Decision<OverrideState> Tell(OverrideState? state, OverrideCommand command) =>
        OverrideGrain.Decide(state, command, Given.Small, Now);

    private static Override Of(DateTimeOffset from, DateTimeOffset until) => new(
        "o-1", "schedule-1", [new(from, until, Participant.User(Policies.Secondary))], default, "ann", "");
}
