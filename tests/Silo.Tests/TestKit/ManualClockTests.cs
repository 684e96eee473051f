using Correlation.TestKit.Time;
using Xunit;

namespace Correlation.Silo.Tests.TestKit;

public sealed class ManualClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    private readonly ManualClock _clock = new(Start);
    private readonly List<(string Name, TimeSpan At)> _fired = [];

    [Fact]
    public void Timers_fire_in_order_and_each_at_its_own_time()
    {
        using var late = Timer("late", 3);
        using var early = Timer("early", 1);
        using var never = Timer("never", 9);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("early", TimeSpan.FromSeconds(1)), ("late", TimeSpan.FromSeconds(3))], _fired);
        Assert.Equal(Start.AddSeconds(5), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(5), _clock.GetElapsedTime(0));
        Assert.Equal(Start.AddSeconds(9), _clock.NextDue);
    }

    [Fact]
    public void A_periodic_timer_fires_at_each_period()
    {
        using var timer = _clock.CreateTimer(_ => Note("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([1, 3, 5], _fired.Select(f => (int)f.At.TotalSeconds));
    }

    [Fact]
    public void A_timer_armed_by_another_fires_in_the_same_advance()
    {
        ITimer? second = null;
        using var first = _clock.CreateTimer(
            _ => second = Timer("second", 1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([("second", TimeSpan.FromSeconds(2))], _fired);
        second!.Dispose();
    }

    [Fact]
    public void A_timer_that_is_disposed_or_moved_does_not_fire()
    {
        Timer("gone", 1).Dispose();
        using var moved = Timer("moved", 1);
        moved.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(_fired);
    }

    private ITimer Timer(string name, int seconds) =>
        _clock.CreateTimer(_ => Note(name), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);

    private void Note(string name) => _fired.Add((name, _clock.GetUtcNow() - Start));
}
