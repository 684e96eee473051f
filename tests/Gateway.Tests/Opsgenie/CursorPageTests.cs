using Correlation.Gateway.Opsgenie;
using Xunit;

namespace Correlation.Gateway.Tests.Opsgenie;

public sealed class CursorPageTests
{
    private static readonly string[] All = ["a", "b", "c", "d", "e"];

    [Theory]
    [InlineData("", true, 2, "ab", true)]
    [InlineData("b", true, 2, "cd", true)]
    [InlineData("d", true, 2, "e", false)]
    [InlineData("e", true, 2, "", false)]
    [InlineData("c", false, 2, "ab", false)]
    [InlineData("e", false, 2, "cd", true)]
    [InlineData("never was", true, 2, "", false)]
    public void A_page_lies_after_or_before_its_cursor(string cursor, bool forward, int limit, string expected,
        bool more)
    {
        var page = CursorPage.Of(All, x => x, cursor, forward, limit);
        Assert.Equal((expected, more), (string.Concat(page.Items), page.More));
    }
}
