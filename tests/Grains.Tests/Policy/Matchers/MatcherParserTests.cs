using System.Diagnostics;
using Correlation.Grains.Policy.Matchers;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Policy.Matchers;

public sealed class MatcherParserTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("{}", "{}")]
    [InlineData("{", "{}")]
    [InlineData("foo=bar", "{foo=\"bar\"}")]
    [InlineData("{foo=bar}", "{foo=\"bar\"}")]
    [InlineData("{foo = \"bar\", dings != \"bums\", }", "{foo=\"bar\",dings!=\"bums\"}")]
    [InlineData("foo=bar,baz=~qu+x,", "{foo=\"bar\",baz=~\"qu+x\"}")]
    [InlineData("foo!~\"bar,baz\"", "{foo!~\"bar,baz\"}")]
    [InlineData("tricky=~~~", "{tricky=~\"~~\"}")]
    [InlineData("foo=\"a\\\"b\"", "{foo=\"a\\\"b\"}")]
    public void Lists_take_braces_spaces_quotes_and_a_trailing_comma(string text, string expected) =>
        Assert.Equal(expected, Set(text).ToString());

    [Theory]
    [InlineData("\"service name\"=\"feature store\"", "service name", "feature store")]
    [InlineData("größe=🙂", "größe", "🙂")]
    [InlineData("a-b=c", "a-b", "c")]
    [InlineData("\"foo\"=\"\\xf0\\x9f\\x99\\x82\\t\\u00e9\\101\"", "foo", "🙂\téA")]
    [InlineData("1st=\"x\"", "1st", "x")]
    public void The_newer_grammar_takes_any_name_in_quotes(string text, string name, string value) =>
        Assert.Equal((name, value), (One(text).Name, One(text).Value));

    [Theory]
    [InlineData("foo=", "")]
    [InlineData("foo=bar baz", "bar baz")]
    [InlineData("foo=a{b}c", "a{b}c")]
    [InlineData("foo=\\d+", "\\d+")]
    [InlineData("foo=a\\nb", "a\nb")]
    [InlineData("foo=it's", "it's")]
    [InlineData("foo=bar,baz=qux", "bar,baz=qux")]
    [InlineData(" foo = bar ", "bar")]
    public void What_only_the_classic_grammar_takes_is_read_by_it(string text, string value) =>
        Assert.Equal(value, One(text).Value);

    [Fact]
    public void Where_both_grammars_succeed_but_differ_the_classic_one_wins()
    {
        // The newer grammar reads \t as a tab, the classic one as a backslash and a t.
        Assert.Equal("a\\tb", One("foo=\"a\\tb\"").Value);
        Assert.Equal("a\tb", One("\"foo\"=\"a\\tb\"").Value);
    }

    [Fact]
    public void A_reading_whose_pattern_does_not_compile_gives_way_to_the_other()
    {
        // As the classic grammar reads it, \u is an escape that RE2 does not know.
        Assert.Equal("é", One("foo=~\"\\u00e9\"").Value);
        Assert.Equal("\\u00e9", One("foo=\"\\u00e9\"").Value);
    }

    [Theory]
    [InlineData("{foo=bar}")]
    [InlineData("{foo=bar")]
    [InlineData("foo=bar}")]
    public void A_single_matcher_refuses_braces(string text)
    {
        Assert.False(MatcherParser.TryParseOne(text, out _, out var error));
        Assert.Contains("without braces", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "at character 1: expected one matcher, found 0")]
    [InlineData("\"a\"=b,\"c\"=d", "at character 1: expected one matcher, found 2")]
    [InlineData("foo", "at character 4: expected one of the operators `=`, `!=`, `=~`, `!~`, found the end")]
    [InlineData("foo-bar", "at character 8: expected one of the operators `=`, `!=`, `=~`, `!~`, found the end")]
    [InlineData("=bar", "at character 1: expected a label name, bare or in double quotes, found `=`")]
    [InlineData("foo=\"bar", "at character 5: expected a closing double quote for this one")]
    [InlineData("foo=~\"(a\"", "at character 6: foo=~…: at character 1: expected `)` for this `(`")]
    public void An_error_names_the_position_and_what_was_expected(string text, string expected)
    {
        Assert.False(MatcherParser.TryParseOne(text, out _, out var error));
        Assert.Equal(expected, error.ToString());
    }

    [Theory]
    [InlineData(",", "at character 1: expected a label name, bare or in double quotes, found `,`")]
    [InlineData("\"foo\"=bar}", "at character 10: expected the end, since no `{` opened the list, found `}`")]
    [InlineData("{\"foo\"=bar", "at character 11: expected `}`, since the list began with `{`, found the end")]
    [InlineData("{\"foo\"=\"bar\"\"baz\"}", "at character 13: expected a comma or `}`, found `\"`")]
    [InlineData("\"foo\"=\"\\q\"", "at character 8: unknown escape")]
    [InlineData("\"foo\"=\"\\xf0\\x9f\"", "at character 8: the escaped bytes are not UTF-8")]
    [InlineData("{}x", "at character 3: expected the end, found `x`")]
    public void An_error_in_a_list_names_the_position_and_what_was_expected(string text, string expected)
    {
        Assert.False(MatcherParser.TryParse(text, out _, out var error));
        Assert.StartsWith(expected, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_are_bounded_in_length_and_number()
    {
        Assert.False(MatcherParser.TryParse(new string('a', MatcherParser.MaxLength + 1), out _, out var tooLong));
        Assert.Equal("expected at most 16384 characters, found 16385", tooLong.Message);
        var many = string.Concat(Enumerable.Repeat("a=b,", MatcherParser.MaxMatchers + 1));
        Assert.False(MatcherParser.TryParse(many, out _, out var tooMany));
        Assert.Equal("expected at most 128 matchers", tooMany.Message);
    }

    [Fact]
    public void The_printed_form_reads_back_as_the_same_matcher()
    {
        var texts = Gen.OneOf(
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get),
            Gen.Elements("a", "é", "{", "}", "\"", "\\", "\n", "\t", ",", "=", " ", "🙂", "\u2028", "\x7F", "\0")
                .ListOf()
                .Select(string.Concat));
        var matchers = from name in texts
                       from op in Gen.Elements(MatchOperator.Equal, MatchOperator.NotEqual)
                       from value in texts
                       let made = Matcher.TryCreate(name, op, value, out var matcher, out _) ? matcher : null
                       where made is not null
                       select made;
        Prop.ForAll(matchers.ToArbitrary(), matcher => Assert.Equal(matcher, One(matcher.ToString())))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
        Prop.ForAll(matchers.ListOf().Select(list => new MatcherSet(list)).ToArbitrary(), set =>
            Assert.Equal(set.Matchers, Set(set.ToString()).Matchers)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_gives_matchers_or_an_error_within_it()
    {
        var watch = Stopwatch.StartNew();
        var pieces = Gen.Elements(
            "foo", "a", "é", "🙂", "{", "}", ",", "=", "!=", "=~", "!~", "!", "~", "\"", "\\", "\\\"", "\\n", "\\x4",
            "\\u00", " ", "\n", "\t", "'", "(", "[", "*", "\uD83D", "\0");
        var built = pieces.ListOf().Select(string.Concat);
        var any = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get);
        Prop.ForAll(Gen.OneOf(built, any).ToArbitrary(), text =>
        {
            if (!MatcherParser.TryParse(text, out _, out var error))
            {
                Assert.InRange(error.Position, 0, text.Length);
            }

            if (!MatcherParser.TryParseOne(text, out _, out error))
            {
                Assert.InRange(error.Position, 0, text.Length);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(40));

        foreach (var piece in (string[])["{", "\"", "\\", ",", "a=b,", "a=", "\"\\\"", "=", " "])
        {
            _ = MatcherParser.TryParse(string.Concat(Enumerable.Repeat(piece, 16_384 / piece.Length)), out _, out _);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"expected bounded time, took {watch.Elapsed}");
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
