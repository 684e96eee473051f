using Correlation.Grains.Maintenance;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Policy.Matchers;
using NodaTime;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Policy;

public sealed class MaintenanceGrainTests
{
    private static readonly MaintenanceWindow Window = new(
        "m", "moving", "", new MaintenanceScope(MatcherSet.Empty, [], [], ["i"]), "UTC",
        new LocalDateTime(2026, 1, 5, 10, 0), TimeSpan.FromHours(1), Recurrence.Once, [], null)
    {
        ByApi = true,
    };

    private static readonly MaintenanceCommand.Set Hour = new(Window, "for-1-hour", Start, Start.AddHours(1));
    private static readonly MaintenanceState Active = MaintenanceGrain.Decide(null, Hour, Start).State!;

    [Fact]
    public void It_is_in_the_policy_from_the_decision_on_until_its_end()
    {
        var made = MaintenanceGrain.Decide(null, Hour, Start);
        Assert.Equal(new PolicyChange.MaintenanceSet(Window), made.Publish);
        Assert.Equal([new GrainTimer("forget", Start.AddHours(1))], made.State!.Timers);

        var ended = MaintenanceGrain.Decide(
            Active, new MaintenanceCommand.TimerFired("forget", Start.AddHours(1)), Start.AddHours(1));
        Assert.Equal(new PolicyChange.MaintenanceGone("m"), ended.Publish);
        Assert.Empty(ended.State!.Timers);
    }

    [Fact]
    public void Its_end_may_be_moved_and_the_timer_that_was_set_before_does_nothing()
    {
        var longer = MaintenanceGrain.Decide(Active, Hour with { EndsAt = Start.AddHours(2) }, Start.AddMinutes(5)).State!;

        Assert.Equal(Outcome.Repeat, MaintenanceGrain.Decide(longer, new MaintenanceCommand.TimerFired("forget", Start.AddHours(1)), Start.AddHours(1)).Outcome);
    }

    [Fact]
    public void A_cancelled_or_deleted_one_leaves_the_policy_at_once()
    {
        var cancelled = MaintenanceGrain.Decide(Active, new MaintenanceCommand.Cancel("ann"), Start.AddMinutes(5));
        Assert.Equal(new PolicyChange.MaintenanceGone("m"), cancelled.Publish);
        Assert.Equal((true, Start.AddMinutes(5)), (cancelled.State!.Cancelled, cancelled.State.EndsAt));
        Assert.Equal(Outcome.Refused, MaintenanceGrain.Decide(cancelled.State, new MaintenanceCommand.Cancel("ann"), Start.AddMinutes(6)).Outcome);

        var deleted = MaintenanceGrain.Decide(Active, new MaintenanceCommand.Delete("ann"), Start.AddMinutes(5));
        Assert.Equal(new PolicyChange.MaintenanceGone("m"), deleted.Publish);
        Assert.Equal(
            Outcome.Refused,
            MaintenanceGrain.Decide(deleted.State, new MaintenanceCommand.Delete("ann"), Start.AddMinutes(6)).Outcome);
    }

    [Fact]
    public void One_that_would_be_over_is_refused() =>
        Assert.Equal(Outcome.Refused, MaintenanceGrain.Decide(null, Hour, Start.AddHours(1)).Outcome);

    [Fact]
    public void The_policy_keeps_it_over_a_new_configuration_beside_the_windows_of_the_files()
    {
        var file = Window with { Id = "f", ByApi = false };
        var policy = (Small with { Maintenance = [file] }).With(new PolicyChange.MaintenanceSet(Window));

        Assert.Equal([file, Window], policy.Maintenance);
        Assert.Equal([file], policy.OfFiles().Maintenance);
        Assert.Equal([Window], Small.WithMade(policy.Made).Maintenance);
        Assert.Equal([file], policy.With(new PolicyChange.MaintenanceGone("m")).Maintenance);
    }
}
