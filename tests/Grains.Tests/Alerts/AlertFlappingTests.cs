using Correlation.Grains.Alerts;
using Correlation.Grains.Policy;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

public sealed class AlertFlappingTests
{
    private static readonly PolicyVersion Three = Small with { Settings = Small.Settings with { FlapCount = 3 } };

    [Fact]
    public void By_default_the_second_opening_within_the_window_flaps()
    {
        var second = After(Close(Open(null, 0), 5), new AlertCommand.Receive(Firing), Start.AddMinutes(29));

        Assert.True(second.Flapping);
        Assert.False(After(Close(Open(null, 0), 5), new AlertCommand.Receive(Firing), Start.AddMinutes(30)).Flapping);
    }

    [Fact]
    public void The_third_opening_within_the_window_flaps()
    {
        AlertState? state = null;
        for (var opening = 0; opening < 3; opening++)
        {
            state = Open(state, 10 * opening);
            Assert.Equal(opening == 2, state.Flapping);
            state = Close(state, (10 * opening) + 5);
        }

        Assert.Equal([Start, Start.AddMinutes(10), Start.AddMinutes(20)], state!.Openings);
    }

    [Fact]
    public void Openings_outside_the_window_are_forgotten()
    {
        var state = Close(Open(Close(Open(null, 0), 5), 10), 15);

        var next = Open(state, 30);

        Assert.False(next.Flapping);
        Assert.Equal([Start.AddMinutes(10), Start.AddMinutes(30)], next.Openings);
    }

    [Fact]
    public void However_often_it_opens_no_more_openings_are_kept_than_make_it_flap()
    {
        AlertState? state = null;
        for (var opening = 0; opening < 50; opening++)
        {
            state = Close(Open(state, opening * 0.5), (opening * 0.5) + 0.2);
        }

        Assert.Equal([Start.AddMinutes(23.5), Start.AddMinutes(24), Start.AddMinutes(24.5)], state!.Openings);
        Assert.True(state.Flapping);
        Assert.False(Open(state, 54).Flapping);
    }

    [Fact]
    public void A_flapping_member_says_so()
    {
        var flapping = Open(Close(Open(Close(Open(null, 0), 1), 2), 3), 4);

        Assert.True(MemberOf(flapping).Flapping);
    }

    private static AlertState Open(AlertState? state, double minute) =>
        After(state, new AlertCommand.Receive(Firing), Start.AddMinutes(minute), Three);

    private static AlertState Close(AlertState state, double minute) =>
        After(state, new AlertCommand.Receive(Firing with { Resolved = true }), Start.AddMinutes(minute), Three);
}
