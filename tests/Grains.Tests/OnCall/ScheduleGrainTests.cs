using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Schedules;
using Xunit;

namespace Correlation.Grains.Tests.Schedules;

public sealed class ScheduleGrainTests
{
    private static readonly Schedule Night = new("night", "s-2", "", "UTC", [], null);

    [Fact]
    public void A_schedule_is_in_the_policy_with_the_decision_that_makes_it()
    {
        var policy = Given.Small.With(Tell(null, new ScheduleCommand.Create(Night)).Publish!);
        Assert.Equal(Night with { ByApi = true }, policy.FindSchedule("night"));
        var renamed = Tell(Made, new ScheduleCommand.Update(Night with { Name = "nights", Id = "other" }, 1));
        policy = policy.With(renamed.Publish!);
        Assert.Null(policy.FindSchedule("night"));
        Assert.Equal("s-2", policy.FindSchedule("nights")!.Id);
        Assert.Equal(Given.Small.Schedules, policy.With(Tell(Made, new ScheduleCommand.Delete()).Publish!).Schedules);
    }

    [Fact]
    public void A_name_that_is_taken_is_refused() => Assert.Equal(
        "There is a schedule 'weekly' already",
        Tell(null, new ScheduleCommand.Create(Night with { Name = "WEEKLY" })).Reason);

    [Fact]
    public void A_change_made_of_an_older_revision_is_refused() => Assert.Equal(
        ScheduleGrain.ChangedMeanwhile, Tell(Made, new ScheduleCommand.Update(Night, 0)).Reason);

    [Fact]
    public void A_schedule_that_an_escalation_names_is_not_deleted()
    {
        var named = Made with { Schedule = Night with { Name = "weekly" } };
        Assert.Equal(
            "The schedule 'weekly' is used by the escalation 'ladder'",
            Tell(named, new ScheduleCommand.Delete()).Reason);
    }

    [Fact]
    public void A_rotation_that_an_override_is_of_stays_until_that_is_over()
    {
        var rotation = new Rotation("r", new NodaTime.LocalDateTime(2020, 1, 6, 9, 0), RotationType.Weekly, 1, [Participant.Nobody]) { Id = "r-1" };
        var state = Made with { Schedule = Night with { Rotations = [rotation] } };
        var shift = new OverrideShift(Given.Start, Given.Start.AddHours(1), Participant.User(TestKit.Policies.Primary)) { Rotations = ["r-1"] };
        var policy = Given.Small.With(new PolicyChange.ScheduleSet(state.Schedule))
            .With(new PolicyChange.OverrideSet(new Override("o-1", "s-2", [shift], Given.Start, "", "")));

        Assert.Equal(
            "The schedule 'night' keeps the rotation 'r' while the override 'o-1' is of it",
            Without(Given.Start).Reason);
        Assert.Equal(Outcome.Material, Without(Given.Start.AddHours(1)).Outcome);
        Assert.Equal(Outcome.Material, ScheduleGrain.Decide(
            state, new ScheduleCommand.Update(Night with { Rotations = [rotation with { Name = "other" }] }, 1), policy, Given.Start).Outcome);

        Decision<ScheduleState> Without(DateTimeOffset at) => ScheduleGrain.Decide(
            state, new ScheduleCommand.Update(Night, 1), policy, at);
    }

    [Fact]
    public void What_was_made_outlives_a_new_configuration_and_a_file_s_schedule_of_the_same_name_goes_before_it()
    {
        var before = Given.Small.With(new PolicyChange.ScheduleSet(Night));
        var file = Night with { Id = "file" };
        var clash = (Given.Small with { Schedules = [.. Given.Small.Schedules, file] }).WithMade(before.Made);
        Assert.Equal(["schedule-1", "file"], clash.Schedules.Select(schedule => schedule.Id));
        Assert.Equal(["schedule-1", "s-2"], Given.Small.WithMade(clash.Made).Schedules.Select(schedule => schedule.Id));
    }

    private static ScheduleState Made => new() { Schedule = Night, Revision = 1, UpdatedAt = Given.Start };

    private static Decision<ScheduleState> Tell(ScheduleState? state, ScheduleCommand command) =>
        ScheduleGrain.Decide(state, command, Given.Small, Given.Start);
}
