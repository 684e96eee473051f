using Correlation.Benchmarks.Cascade.Cases;
using Correlation.Benchmarks.Cascade.Faults;
using Correlation.Benchmarks.Cascade.Sending;
using Correlation.Benchmarks.Cascade.Worlds;
using Correlation.Grains.Alerts;
using Xunit;

namespace Correlation.Simulation.Cascade;

/// <summary>Each knob alone, over two hundred problems.</summary>
public sealed class PostTests
{
    private static readonly DateTimeOffset At = CascadeCase.Start;

    [Fact]
    public void Undistorted_each_problem_fires_once_and_ends_once()
    {
        var sent = Carry(Distortions.None);
        Assert.Equal((200, 200), (sent.Count(one => one.Fires), sent.Count(one => !one.Fires)));
        Assert.Equal(sent.OrderBy(one => one.At), sent);
    }

    [Fact]
    public void Drops_lose_their_share() => Assert.InRange(Carry(new() { Drop = 0.25 }).Count, 260, 340);

    [Fact]
    public void Duplicates_come_again_with_the_same_words()
    {
        var sent = Carry(new() { Duplicate = 0.5 });
        Assert.InRange(sent.Count, 560, 640);
        Assert.All(
            sent.GroupBy(one => (one.Alias, one.Fires)),
            same => Assert.Single(same.Select(one => one.Command).Distinct()));
    }

    [Fact]
    public void What_is_delayed_can_be_hours_late_and_comes_out_of_order()
    {
        var sent = Carry(new() { Delay = 1 });
        var late = sent.Where(one => one.Fires).Select(one => one.At - StartOf(one)).ToList();
        Assert.Contains(late, time => time > TimeSpan.FromMinutes(20));
        Assert.Contains(late, time => time < TimeSpan.FromMinutes(1));
        Assert.Contains(sent.GroupBy(one => one.Alias), of => !of.First().Fires);
    }

    [Fact]
    public void Ends_that_are_lost_leave_the_firing() =>
        Assert.InRange(Carry(new() { LostEnds = 0.5 }).Count(one => !one.Fires), 70, 130);

    [Fact]
    public void Groups_are_posted_again_every_five_minutes() =>
        Assert.Equal(200 * 6, Carry(new() { Repost = TimeSpan.FromMinutes(5) }).Count(one => one.Fires));

    [Fact]
    public void A_flapping_problem_comes_and_goes() =>
        Assert.True(Carry(new() { Flapping = 1 }).Count(one => !one.Fires) > 400);

    [Fact]
    public void A_skewed_clock_moves_all_starts_of_a_sender_alike()
    {
        var off = Carry(new() { Skew = TimeSpan.FromMinutes(5) }).Where(one => one.Fires)
            .Select(one => (one.At - StartOf(one)).TotalSeconds).ToList();
        Assert.True(Math.Abs(off[0]) > 1);
        Assert.All(off, seconds => Assert.InRange(seconds, off[0] - 1, off[0] + 1));
    }

    [Fact]
    public void A_truncated_message_keeps_its_alias_and_loses_labels()
    {
        var cut = Carry(new() { Truncated = 1 }).Where(one => one.Fires).Select(SignalOf).ToList();
        var whole = Carry(Distortions.None).Where(one => one.Fires).Select(SignalOf).ToList();
        Assert.Equal(whole.Select(signal => signal.Alias), cut.Select(signal => signal.Alias));
        Assert.All(cut, signal => Assert.True(signal.Labels.Count < whole[0].Labels.Count));
    }

    [Fact]
    public void A_restart_sends_all_that_fires_again() =>
        Assert.InRange(Carry(new() { Restarts = 100 }).Count(one => one.Fires), 210, 2_000);

    [Fact]
    public void Truth_is_by_alias_and_time()
    {
        var problems = Problems().Take(2).Select((problem, i) => problem with
        {
            Asset = Problems().First().Asset,
            Incident = "incident-" + i,
            From = At.AddHours(i * 5),
            Until = At.AddHours((i * 5) + 1),
        });
        var (sent, truth) = Post.Carry(problems, Distortions.None, 1, At, At.AddDays(1));
        Assert.Equal("incident-0", truth.Of(sent[0].Alias, At.AddHours(4)).Incident);
        Assert.Equal("incident-1", truth.Of(sent[0].Alias, At.AddHours(6)).Incident);
    }

    private static IReadOnlyList<Sent> Carry(Distortions knobs) =>
        Post.Carry(Problems(), knobs, 1, At, At.AddDays(2)).Sent;

    private static IEnumerable<Problem> Problems()
    {
        var ill = new Ill("endpoint:e", "latency-high", At, At.AddMinutes(30), true, null);
        for (var i = 0; i < 200; i++)
        {
            var asset = new Asset($"endpoint:e{i}", Types.Endpoint, $"e{i}", "serve", "ml-infra", Pool: "p");
            yield return new Problem(
                asset, Detectors.All["latency-high"], At.AddMinutes(i), At.AddMinutes(i + 28), $"f{i}", ill);
        }
    }

    private static Signal SignalOf(Sent sent) => ((AlertCommand.Receive)sent.Command).Signal;

    private static DateTimeOffset StartOf(Sent sent) => SignalOf(sent).StartsAt!.Value;
}
