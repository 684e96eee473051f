using Correlation.Grains.Alerts;
using Correlation.Grains.Model;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Alerts;

/// <summary>
/// Two Prometheus servers that watch the same thing post the same labels, each with its own start. That is one problem,
/// which began when the first of them saw it.
/// </summary>
public sealed class AlertStartTests
{
    private static readonly DateTimeOffset Early = Start.AddSeconds(-60);
    private static readonly DateTimeOffset Late = Start.AddSeconds(-40);
    private static readonly DateTimeOffset ClosedAt = Start.AddMinutes(3);

    public static readonly TheoryData<DateTimeOffset, DateTimeOffset> BothOrders = new() { { Early, Late }, { Late, Early } };

    [Theory]
    [MemberData(nameof(BothOrders))]
    public void The_second_servers_start_is_written_once_and_then_both_repeat(
        DateTimeOffset first, DateTimeOffset second)
    {
        var alert = Held(Opened(From(first)));

        var written = Receive(alert, second, Start.AddSeconds(20));

        Assert.Equal(
            new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "Repeat of an open alert, with another start",
                State = alert with { OtherStarts = [second], Count = new AlertTally(2, Start.AddSeconds(20), null, null) },
            },
            written);
        foreach (var start in new[] { first, second, first, second })
        {
            Assert.Equal(Repeat(Start.AddSeconds(80)), Receive(written.State!, start, Start.AddSeconds(80)));
        }
    }

    [Theory]
    [MemberData(nameof(BothOrders))]
    public void It_began_when_the_first_of_them_saw_it(DateTimeOffset first, DateTimeOffset second)
    {
        var alert = Both(first, second);

        Assert.Equal((Early, Late), (alert.StartsAt, alert.LatestStart));
        Assert.Equal(Early, MemberOf(alert).StartsAt);
    }

    [Theory]
    [MemberData(nameof(BothOrders))]
    public void A_persons_close_holds_against_both(DateTimeOffset first, DateTimeOffset second)
    {
        var closed = Close(Both(first, second));

        foreach (var start in new[] { first, second, second, first })
        {
            Assert.Equal(Held(), Receive(closed, start, ClosedAt.AddMinutes(1)));
        }
    }

    [Theory]
    [MemberData(nameof(BothOrders))]
    public void A_persons_close_holds_also_against_the_server_that_is_heard_only_after_it(
        DateTimeOffset first, DateTimeOffset second) =>
        Assert.Equal(Held(), Receive(Close(Held(Opened(From(first)))), second, ClosedAt.AddMinutes(1)));

    [Fact]
    public void A_start_after_a_persons_close_is_a_new_episode()
    {
        var closed = Close(Both(Early, Late));

        Assert.Equal(Held(), Receive(closed, ClosedAt.AddMilliseconds(-1), ClosedAt.AddMinutes(1)));
        Assert.Equal(2, Receive(closed, ClosedAt, ClosedAt.AddMinutes(1)).State!.Episode);
    }

    [Fact]
    public void A_start_ahead_of_our_clock_that_was_known_before_the_close_holds_as_well()
    {
        var ahead = ClosedAt.AddMinutes(10);
        var closed = Close(Both(Early, ahead));

        Assert.Equal(Held(), Receive(closed, ahead, ClosedAt.AddMinutes(1)));
        Assert.Equal(2, Receive(closed, ahead.AddSeconds(1), ClosedAt.AddMinutes(20)).State!.Episode);
    }

    [Fact]
    public void Of_many_starts_the_first_and_the_latest_are_kept()
    {
        var alert = Held(Opened(From(Early)));
        for (var n = 1; n <= 100; n++)
        {
            alert = After(alert, new AlertCommand.Receive(From(Early.AddSeconds(n))), Start);
        }

        Assert.Equal(8, alert.OtherStarts.Count);
        Assert.Equal(
            (Early, Early.AddSeconds(1), Early.AddSeconds(100)),
            (alert.StartsAt, alert.OtherStarts[0], alert.LatestStart));
    }

    [Fact]
    public void The_next_episode_knows_only_its_own_start()
    {
        var next = Receive(Close(Both(Early, Late)), ClosedAt, ClosedAt).State!;

        Assert.Equal((0, ClosedAt), (next.OtherStarts.Count, next.StartsAt));
    }

    [Fact]
    public void Without_a_start_it_began_when_we_heard_of_it() =>
        Assert.Equal(
            (Start, null),
            Opened(Firing with { StartsAt = null }) is var alert ? (alert.StartsAt, alert.LatestStart) : default);

    private static Signal From(DateTimeOffset start) => Firing with { StartsAt = start };

    private static AlertState Both(DateTimeOffset first, DateTimeOffset second) =>
        After(Given.Held(Opened(From(first))), new AlertCommand.Receive(From(second)), Start.AddSeconds(20));

    private static AlertState Close(AlertState state) =>
        After(state, new AlertCommand.Close(null, "ann", "", "", ByPerson: true), ClosedAt);

    private static AlertState Held(AlertState state) => Given.Held(state);

    private static Decision<AlertState> Held() =>
        new() { Outcome = Outcome.Repeat, Reason = "Closed by a person; the source still fires the same problem" };

    private static Decision<AlertState> Repeat(DateTimeOffset at) =>
        new() { Outcome = Outcome.Repeat, Reason = "Repeat of an open alert", Delta = new AlertDelta(1, at, null, null) };

    private static Decision<AlertState> Receive(AlertState state, DateTimeOffset start, DateTimeOffset at) =>
        Alert.Decide(state, new AlertCommand.Receive(From(start)), Small, at);
}
