using System.Net;
using Correlation.Gateway.Answers;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Correlation.Gateway.Tests.Answers;

public sealed class AnswerRateTests
{
    [Fact]
    public void Who_tries_out_links_changes_nothing_for_anybody_else()
    {
        using var rate = new AnswerRate();

        Assert.Contains(429, Enumerable.Range(0, 100 * AnswerRate.Burst).Select(_ => Refused(rate, "192.0.2.1")));
        Assert.Equal(404, Refused(rate, "192.0.2.2"));
    }

    private static int? Refused(AnswerRate rate, string address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return ((IStatusCodeHttpResult)rate.Refuses(context, 404, "no")).StatusCode;
    }
}
