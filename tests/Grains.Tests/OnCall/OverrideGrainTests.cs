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
            Outcome.Refused,
            OverrideGrain.Decide(back.State, new OverrideCommand.TakeBack("ann"), Given.Small, later).Outcome);
    }

    [Fact]
    public void Changed_while_in_force_who_was_on_call_until_then_stays()
    {
        var made = Given.After(null, new OverrideCommand.Set(Of(Now.AddHours(-2), Now.AddHours(4))), Now.AddHours(-2));
        var other = Of(Now.AddHours(-2), Now.AddHours(2)) with { Shifts = [new(Now.AddHours(-2), Now.AddHours(2), Participant.Team("ml-platform"))] };

        var changed = Given.After(made, new OverrideCommand.Set(other), Now);

        Assert.Equal(other.Shifts, changed.Override.Shifts);
        Assert.Equal([Policies.Secondary], People(changed, Now.AddHours(-1)));
        Assert.Equal([Policies.Primary, Policies.Secondary], People(changed, Now));
        Assert.Equal([Policies.Primary], People(changed, Now.AddHours(2)));
    }

    [Fact]
    public void Moved_into_the_future_while_in_force_it_was_in_force()
    {
        var made = Given.After(null, new OverrideCommand.Set(Of(Now.AddHours(-2), Now.AddHours(4))), Now.AddHours(-2));

        var moved = Given.After(made, new OverrideCommand.Set(Tomorrow), Now);

        Assert.Equal([Policies.Secondary], People(moved, Now.AddHours(-1)));
        Assert.Equal([Policies.Primary], People(moved, Now.AddHours(1)));
        Assert.Equal([Policies.Secondary], People(moved, Now.AddHours(25)));

        var gone = Given.After(moved, new OverrideCommand.TakeBack("ann"), Now.AddHours(1));
        Assert.Equal([Policies.Secondary], People(gone, Now.AddHours(-1)));
        Assert.Equal([Policies.Primary], People(gone, Now.AddHours(25)));
    }

    [Fact]
    public void Made_again_by_the_name_of_one_that_was_taken_back_it_leaves_that_one_in_the_past()
    {
        var made = Given.After(null, new OverrideCommand.Set(Of(Now.AddHours(-2), Now.AddHours(4))), Now.AddHours(-2));
        var back = Given.After(made, new OverrideCommand.TakeBack("ann"), Now.AddHours(-1));

        var again = Given.After(back, new OverrideCommand.Set(Tomorrow), Now);

        Assert.False(again.Override.TakenBack);
        Assert.Equal([Policies.Secondary], People(again, Now.AddMinutes(-90)));
        Assert.Equal([Policies.Primary], People(again, Now.AddMinutes(-30)));
    }

    /// <summary>A change makes it the newest, from then on.</summary>
    [Fact]
    public void What_won_before_the_change_has_won()
    {
        var first = Given.After(null, new OverrideCommand.Set(Of(Now.AddHours(-2), Now.AddHours(4))), Now.AddHours(-2));
        var newer = Of(Now.AddHours(-2), Now.AddHours(4)) with { Id = "o-2", MadeAt = Now.AddHours(-2).AddMinutes(1), Shifts = [new(Now.AddHours(-2), Now.AddHours(4), Participant.Nobody)] };

        var changed = Given.After(first, new OverrideCommand.Set(Of(Now.AddHours(-2), Now.AddHours(3))), Now);

        Assert.Equal([], People(changed, Now.AddHours(-1), newer));
        Assert.Equal([Policies.Secondary], People(changed, Now, newer));
    }

    [Fact]
    public void Changed_all_day_long_its_past_stays_small()
    {
        var made = Given.After(null, new OverrideCommand.Set(Of(Now.AddHours(-1), Now.AddDays(2))), Now);
        for (var minute = 1; minute <= 500; minute++)
        {
            made = Given.After(
                made, new OverrideCommand.Set(Of(Now.AddHours(-1), Now.AddDays(2))), Now.AddMinutes(minute));
        }

        Assert.Equal(200, made.Override.Past.Count);
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

    private static ValueList<string> People(OverrideState state, DateTimeOffset at, params Override[] others)
    {
        var policy = others.Append(state.Override)
            .Aggregate(Given.Small, (before, made) => before.With(new PolicyChange.OverrideSet(made)));
        return OnCallPeople.At(policy, policy.Schedules[0], at);
    }

    private static Decision<OverrideState> Tell(OverrideState? state, OverrideCommand command) =>
        OverrideGrain.Decide(state, command, Given.Small, Now);

    private static Override Of(DateTimeOffset from, DateTimeOffset until) => new(
        "o-1", "schedule-1", [new(from, until, Participant.User(Policies.Secondary))], default, "ann", "");
}
