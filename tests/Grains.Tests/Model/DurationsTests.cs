using Correlation.Grains.Model;
using Xunit;

namespace Correlation.Grains.Tests.Model;

public class DurationsTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("42ms", 42)]
    [InlineData("30s", 30_000)]
    [InlineData("1m500ms", 60_500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1d", 86_400_000)]
    public void A_duration_is_read_and_written_alike(string text, long milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
        Assert.Equal(text, Durations.Format(duration));
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("1.5s")]
    [InlineData("500ms1s")]
    [InlineData("-1s")]
    public void What_is_no_duration_is_not_read(string text) => Assert.False(Durations.TryParse(text, out _));
}
