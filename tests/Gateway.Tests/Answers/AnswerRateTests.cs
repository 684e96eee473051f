using System.Net;
using Correlation.Gateway.Answers;
using Xunit;

namespace Correlation.Gateway.Tests.Answers;

public sealed class AnswerRateTests
{
    [Fact]
    public void Who_tries_out_links_keeps_nobody_else_from_answering()
    {
        using var rate = new AnswerRate();
        var (guesser, other) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));

        Assert.Contains(false, Enumerable.Range(0, 100 * AnswerRate.Burst).Select(_ => rate.Takes(guesser)));
        Assert.True(rate.Takes(other));
    }
}
