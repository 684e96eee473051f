using Correlation.Grains.Policy.Matchers;
using Xunit;

namespace Correlation.Grains.Tests.Policy.Matchers;

public sealed class MatcherTests
{
    private static readonly Dictionary<string, string> Churn = new()
    {
        ["alertname"] = "ModelLatencyHigh",
        ["model"] = "churn_model",
        ["env"] = "prod",
    };

    [Theory]
    [InlineData("model=churn_model", true)]
    [InlineData("model=churn", false)]
    [InlineData("model!=ranker", true)]
    [InlineData("model!=churn_model", false)]
    [InlineData("model=~\"churn_(model|flow)\"", true)]
    [InlineData("model!~\"churn_(model|flow)\"", false)]
    [InlineData("model=Churn_Model", false)]
    public void Each_operator_compares_the_label_with_the_value(string text, bool matches) =>
        Assert.Equal(matches, One(text).Matches(Churn));

    [Theory]
    [InlineData("team=\"\"", true)]
    [InlineData("team!=ml", true)]
    [InlineData("team!=\"\"", false)]
    [InlineData("team=~\".*\"", true)]
    [InlineData("team=~\"ml|\"", true)]
    [InlineData("team=~\".+\"", false)]
    [InlineData("team!~\"ml.*\"", true)]
    public void A_missing_label_behaves_as_the_empty_string(string text, bool matches) =>
        Assert.Equal(matches, One(text).Matches(Churn));

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{model=churn_model,env=prod}", true)]
    [InlineData("{model=churn_model,env=test}", false)]
    public void A_set_matches_when_all_its_matchers_do(string text, bool matches) =>
        Assert.Equal(matches, Set(text).Matches(Churn));

    [Fact]
    public void Matchers_with_the_same_content_are_equal()
    {
        Assert.Equal(One("model=~\"a.c\""), One("model =~ a.c"));
        Assert.Equal(One("model=~\"a.c\"").GetHashCode(), One("model =~ a.c").GetHashCode());
        Assert.NotEqual(One("model=a"), One("model!=a"));
        Assert.NotEqual(One("model=a"), One("model=b"));
        Assert.NotEqual(One("model=a"), One("name=a"));
    }

    [Fact]
    public void Sets_are_equal_whatever_the_order_of_their_matchers()
    {
        Assert.Equal(Set("a=1,b=2"), Set("{b=\"2\",a=\"1\"}"));
        Assert.Equal(Set("a=1,b=2").GetHashCode(), Set("{b=\"2\",a=\"1\"}").GetHashCode());
        Assert.NotEqual(Set("a=1,b=2"), Set("a=1"));
        Assert.NotEqual(Set("a=1"), Set("a=1,b=2"));
    }

    [Fact]
    public void A_set_keeps_the_order_it_was_written_in() =>
        Assert.Equal("{b=\"2\",a=~\"1\"}", Set("b=2,a=~1").ToString());

    [Fact]
    public void A_label_name_must_not_be_empty()
    {
        Assert.False(Matcher.TryCreate("", MatchOperator.Equal, "x", out _, out var error));
        Assert.Equal("at character 1: expected a label name, which is at least one character", error.ToString());
    }

    private static Matcher One(string text)
    {
        Assert.True(MatcherParser.TryParseOne(text, out var matcher, out var error), error?.ToString());
        return matcher;
    }

    private static MatcherSet Set(string text)
    {
        Assert.True(MatcherParser.TryParse(text, out var matchers, out var error), error?.ToString());
        return matchers;
    }
}
