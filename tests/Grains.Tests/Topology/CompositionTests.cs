using Correlation.Grains.Topology;
using Correlation.TestKit;
using Xunit;

namespace Correlation.Grains.Tests.Topology;

/// <summary>By the URN that is made: that is where it counts.</summary>
public sealed class CompositionTests
{
    [Theory]
    [InlineData("A\u030A", "\u00C5")]
    [InlineData("o\u0308\u0304", "\u022B")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("s\u0307\u0323", "\u1E69")]
    [InlineData("\u1E61\u0323", "\u1E69")]
    [InlineData("a\u0323\u0302", "\u1EAD")]
    [InlineData("a\u0305\u0301", "a\u0305\u0301")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\u30AB\u3099", "\u30AC")]
    [InlineData("\u0301a", "\u0301a")]
    [InlineData("\uD83D\uDE80e\u0301", "\uD83D\uDE80\u00E9")]
    public void What_is_one_character_is_written_as_one(string apart, string composed)
    {
        Assert.Equal("model:" + composed, Urn(apart));
        Assert.Equal("model:" + composed, Urn(composed));
    }

    [Fact]
    public void A_name_of_nothing_but_marks_costs_no_more_than_its_length()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 200_000));

        Assert.Equal(Urn(marks), Urn(string.Concat(Enumerable.Repeat("\u0323\u0301", 200_000))));
    }

    private static string Urn(string name) => EntityUrn.Of("model:" + name, Policies.Small);
}
