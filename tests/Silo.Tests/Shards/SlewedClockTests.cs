using Correlation.Silo.Shards;
using Correlation.TestKit.Time;
using Xunit;

namespace Correlation.Silo.Tests.Shards;

public sealed class SlewedClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    private readonly ManualClock _time = new(Start);

    [Fact]
    public void It_follows_the_wall()
    {
        var clock = new SlewedClock(_time);

        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal(Start.AddSeconds(7), clock.Now);
    }

    [Fact]
    public void Time_that_passed_before_it_was_moved_on_is_not_added_to_the_later_time()
    {
        var clock = new SlewedClock(_time);
        _time.Advance(TimeSpan.FromSeconds(7));

        clock.NotBefore(Start.AddSeconds(7));

        Assert.Equal(Start.AddSeconds(7), clock.Now);
    }

    [Fact]
    public void Moved_ahead_of_the_wall_it_goes_on_from_there_a_little_slower()
    {
        var clock = new SlewedClock(_time);
        clock.NotBefore(Start.AddHours(1));

        _time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(Start.AddHours(1).AddSeconds(99), clock.Now);
    }
}
