using Correlation.Grains.Policy;
using Correlation.Grains.Silences;
using Correlation.TestKit;
using Xunit;
using static Correlation.Grains.Tests.Given;

namespace Correlation.Grains.Tests.Silences;

public sealed class SilenceAttentionTests
{
    private static readonly Silencing Long = new("s", Policies.Match("a=b"), Start, Start.AddDays(400), "ann", "");
    private static readonly SilenceState State = Silence.Decide(null, new SilenceCommand.Set(Long), Start).State!;

    [Fact]
    public void One_that_is_in_force_for_more_than_a_week_is_forgotten()
    {
        Assert.Empty(Of(State, Start.AddDays(7).AddSeconds(-1)));
        Assert.Equal(["It is in force for 7d2h."], Of(State, Start.AddDays(7).AddHours(2.5)));
        Assert.True(SilenceAttention.IsLong(Long, Small.Settings, Start.AddDays(7)));
    }

    [Fact]
    public void One_whose_end_is_moved_on_again_and_again_never_ends()
    {
        Assert.Empty(Of(State with { Extensions = 2 }, Start));
        Assert.Equal(["Its end was moved 3 times."], Of(State with { Extensions = 3 }, Start));
    }

    [Fact]
    public void One_over_what_fires_for_more_than_a_day_hides_a_fire()
    {
        Assert.Empty(SilenceAttention.Of(State, 2, Start, Small.Settings, Start.AddHours(23)));
        Assert.Equal(
            ["It hides 2 open alerts, the oldest of which fires under it for 1d."],
            SilenceAttention.Of(State, 2, Start, Small.Settings, Start.AddHours(24)));
    }

    [Fact]
    public void One_that_is_over_or_to_come_needs_nobody()
    {
        Assert.Empty(Of(State with { Extensions = 9 }, Start.AddDays(400)));
        Assert.Empty(Of(State with { Extensions = 9 }, Start.AddDays(-1)));
    }

    private static IEnumerable<string> Of(SilenceState state, DateTimeOffset at) =>
        SilenceAttention.Of(state, 0, null, Small.Settings, at);
}
