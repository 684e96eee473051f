using Correlation.Grains.Model;
using Correlation.Silo.Storage;
using Xunit;

namespace Correlation.Silo.Tests.Storage;

public abstract partial class StoreContract
{
    private static readonly GrainId Ladder = new(GrainKind.Incident, "i-1");

    [Fact]
    public void Due_timers_come_earliest_first_and_no_more_than_asked()
    {
        Set(
            new GrainTimer("late", Given.At(30)), new GrainTimer("early", Given.At(10)),
            new GrainTimer("later", Given.At(40)));
        Assert.Equal(["early", "late"], Due(at: 39, limit: 9));
        Assert.Equal(["early"], Due(at: 39, limit: 1));
        Assert.Empty(Due(at: 9, limit: 9));
    }

    [Fact]
    public void No_timer_is_due_before_its_time()
    {
        var due = Given.At(10).AddTicks(1);
        Set(new GrainTimer("step", due));
        Assert.Empty(Store.DueTimers(Given.At(10), TimeSpan.MaxValue, 9));
        Assert.True(Store.NextDue().Duty >= due);
        Assert.Single(Store.DueTimers(Given.At(10).AddMilliseconds(1), TimeSpan.MaxValue, 9));
    }

    [Fact]
    public void An_absence_timer_is_due_only_after_we_have_listened_as_long_as_it_measures()
    {
        Set(
            new GrainTimer("duty", Given.At(10)),
            GrainTimer.Absence("expiry", Given.At(5), TimeSpan.FromMinutes(2)),
            GrainTimer.Absence("slow", Given.At(5), TimeSpan.FromMinutes(60)));
        Assert.Equal(["duty"], Due(at: 10, limit: 9, listened: TimeSpan.FromSeconds(119)));
        Assert.Equal(["duty", "expiry"], Due(at: 10, limit: 9, listened: TimeSpan.FromMinutes(2)));
        Assert.Equal(["duty"], Due(at: 10, limit: 1, listened: TimeSpan.FromMinutes(2)));
        Assert.Equal(3, Due(at: 10, limit: 9, listened: GrainTimer.LongestQuiet).Count());
    }

    [Fact]
    public void The_next_duty_and_the_next_absence_are_told_apart()
    {
        Assert.Equal((null, null), Store.NextDue());
        Set(new GrainTimer("step", Given.At(20)), GrainTimer.Absence("expiry", Given.At(5), TimeSpan.FromMinutes(2)));
        Assert.Equal((Given.At(20), Given.At(5)), Store.NextDue());
    }

    [Fact]
    public void A_timer_is_moved_by_its_name_and_removed_by_null()
    {
        Set(new GrainTimer("step", Given.At(10)), new GrainTimer("quiet", Given.At(11)));
        Set(new GrainTimer("step", Given.At(50)));
        Assert.Equal(["quiet"], Due(at: 20, limit: 9));
        Commit(turn => turn.Timers.Add(new TimerWrite(1, Ladder, "quiet", null)));
        Assert.Equal(["step"], Due(at: 60, limit: 9));
    }

    [Fact]
    public void The_last_write_of_a_timer_in_one_turn_stands()
    {
        Commit(turn => turn.Timers.AddRange(
        [
            new TimerWrite(1, Ladder, "step", new GrainTimer("step", Given.At(10))),
            new TimerWrite(1, Ladder, "step", null),
            new TimerWrite(1, Ladder, "quiet", null),
            new TimerWrite(1, Ladder, "quiet", new GrainTimer("quiet", Given.At(9))),
        ]));
        Assert.Equal(["quiet"], Due(at: 60, limit: 9));
    }

    [Fact]
    public void A_timer_keeps_the_page_of_items_it_wants_to_see()
    {
        var timer = new GrainTimer("tell", Given.At(1), Read: new ItemRange("members", "", 500));
        Set(timer);
        Assert.Equal(new StoredTimer(Ladder, timer), Assert.Single(Store.DueTimers(Given.At(2), TimeSpan.Zero, 9)));
    }

    [Fact]
    public void Timers_that_want_rows_can_be_left_out_and_leave_their_place_to_others()
    {
        Set(
            new GrainTimer("tell", Given.At(1), Read: new ItemRange("members", "", 500)),
            GrainTimer.Absence("look", Given.At(1), TimeSpan.FromMinutes(2)) with { Read = new ItemRange("members", "", 500) },
            new GrainTimer("step", Given.At(2)));
        Assert.Equal(["tell"], Due(at: 3, limit: 1, listened: TimeSpan.MaxValue));
        Assert.Equal(
            ["step"],
            Store.DueTimers(Given.At(3), TimeSpan.MaxValue, limit: 1, walks: false).Select(timer => timer.Timer.Name));
        Assert.Single(Store.DueTimers(Given.At(3), TimeSpan.MaxValue, limit: 9, walks: false));
        Assert.Equal(
            ["tell", "look"],
            Store.DueTimers(Given.At(3), TimeSpan.MaxValue, limit: 9, walks: true).Select(timer => timer.Timer.Name));
    }

    [Fact]
    public void An_absence_timer_is_read_back_whole()
    {
        var timer = GrainTimer.Absence("expiry", Given.At(5), TimeSpan.FromMinutes(2));
        Set(timer);
        Assert.Equal(timer, Assert.Single(Store.DueTimers(Given.At(9), TimeSpan.MaxValue, 9)).Timer);
    }

    private void Set(params GrainTimer[] timers) =>
        Commit(turn => turn.Timers.AddRange(timers.Select(timer => new TimerWrite(1, Ladder, timer.Name, timer))));

    private IEnumerable<string> Due(double at, int limit, TimeSpan? listened = null) =>
        Store.DueTimers(Given.At(at), listened ?? TimeSpan.Zero, limit).Select(timer => timer.Timer.Name);
}
