using System.Diagnostics;
using Correlation.Grains.Policy.Matchers;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Correlation.Grains.Tests.Policy.Matchers;

public sealed class MatcherPatternTests
{
    [Theory]
    [InlineData("a|b", "a", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("a|b", "xb", false)]
    [InlineData("prod", "prod\n", false)]
    [InlineData("prod.?", "prod\n", false)]
    [InlineData("^prod$", "prod", true)]
    [InlineData("[a-z]+$", "prod\n", false)]
    [InlineData("(?m)a$(?s).*", "a\nb", true)]
    public void A_pattern_is_anchored_at_both_ends(string pattern, string value, bool matches) =>
        Assert.Equal(matches, Compile(pattern).Matches(value));

    [Theory]
    [InlineData(".*", "", true)]
    [InlineData(".*", "a\nb", false)]
    [InlineData(".+", "", false)]
    [InlineData("gpu-.*", "gpu-", true)]
    [InlineData("gpu-.+", "gpu-", false)]
    [InlineData("gpu-.+", "gpu-7", true)]
    [InlineData(".*-prod", "us-prod", true)]
    [InlineData(".*-prod", "us-prod-2", false)]
    [InlineData(".+prod.+", "xprod", false)]
    [InlineData(".+prod.+", "xprodx", true)]
    [InlineData(".*(a|b).*", "xbx", true)]
    [InlineData(".*a|b", "xb", false)]
    [InlineData(".*a|b", "xa", true)]
    [InlineData("(a|b)", "b", true)]
    [InlineData("(?:a|b)-.*", "b-1", true)]
    [InlineData("a\\.*", "a...", true)]
    [InlineData("a\\.b", "a.b", true)]
    [InlineData("a\\.b", "axb", false)]
    public void Plain_text_with_any_text_around_it_matches_as_a_pattern(string pattern, string value, bool matches) =>
        Assert.Equal(matches, Compile(pattern).Matches(value));

    [Theory]
    [InlineData("(?P<tier>gold|silver)-\\d+", "gold-12", true)]
    [InlineData("(?<tier>gold|silver)-\\d+", "gold-12", true)]
    [InlineData("\\pL+\\pN", "é1", true)]
    [InlineData("\\p{Lu}\\P{Lu}\\p{^Lu}", "Aaa", true)]
    [InlineData("a\\z", "a", true)]
    [InlineData("\\Qa.b\\E+", "a.bb", true)]
    [InlineData("\\Qa.b\\E+", "axb", false)]
    [InlineData("[[:alpha:]_]+", "churn_model", true)]
    [InlineData("[[:^digit:]]", "1", false)]
    [InlineData("\\x41\\x{2192}\\101", "A→A", true)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData("[a-z-[b]]", "a]", true)]
    [InlineData("x{,2}", "x{,2}", true)]
    [InlineData("x{2,3}?", "xxx", true)]
    [InlineData("(?i)CHURN(?-i)_m", "churn_m", true)]
    [InlineData("(?i:CHURN)_M", "churn_m", false)]
    [InlineData("(?i)\\W", "k", false)]
    [InlineData("(?i)[^\\W]", "k", true)]
    [InlineData("(?i)[[:^upper:]]", "k", false)]
    [InlineData("(?s).", "\n", true)]
    [InlineData("(?U)a+", "aa", true)]
    public void Syntax_that_RE2_spells_otherwise_is_understood(string pattern, string value, bool matches) =>
        Assert.Equal(matches, Compile(pattern).Matches(value));

    [Theory]
    [InlineData("\\d", "٣", false)]
    [InlineData("\\w", "é", false)]
    [InlineData("\\W", "é", true)]
    [InlineData("\\s", "\u00A0", false)]
    [InlineData("[\\D]", "é", true)]
    [InlineData(".", "🙂", true)]
    [InlineData("..", "🙂", false)]
    [InlineData("[^a]", "🙂", true)]
    [InlineData("[^\\D]", "🙂", false)]
    [InlineData("🙂+", "🙂🙂", true)]
    [InlineData("\\x{1F642}", "🙂", true)]
    public void Characters_are_code_points_and_short_classes_are_ASCII(string pattern, string value, bool matches) =>
        Assert.Equal(matches, Compile(pattern).Matches(value));

    [Theory]
    [InlineData("a(b", 1, "expected `)`")]
    [InlineData("a)(b", 1, "expected a `(`")]
    [InlineData("ab[c", 2, "expected `]`")]
    [InlineData("*a", 0, "something to repeat")]
    [InlineData("a**", 2, "no second repetition")]
    [InlineData("a{2}{3}", 4, "no second repetition")]
    [InlineData("a{1001}", 1, "counts up to 1000")]
    [InlineData("a{3,2}", 1, "the smaller first")]
    [InlineData("[z-a]", 1, "the smaller one")]
    [InlineData("(?=a)", 0, "no look-around")]
    [InlineData("x(?<!a)", 1, "no look-around")]
    [InlineData("(a)\\1", 3, "no back-references")]
    [InlineData("a\\Z", 1, "unknown escape")]
    [InlineData("a\\", 1, "a character after this backslash")]
    [InlineData("\\p{Greek}", 0, "names of scripts are not supported")]
    [InlineData("[[:vowel:]]", 10, "alnum, alpha")]
    [InlineData("[🙂]", 1, "up to U+FFFF")]
    [InlineData("(?P<n>a)(?P<n>b)", 12, "`n` again")]
    [InlineData("(?P<n>a)(?P<n", 12, "then `>`")]
    [InlineData("\\Qa", 0, "expected `\\E`")]
    public void What_RE2_does_not_know_is_refused_with_position_and_reason(string pattern, int position, string reason)
    {
        Assert.False(Matcher.TryCreate("model", MatchOperator.Regex, pattern, out _, out var error));
        Assert.Equal(position, error.Position);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_has_at_most_4096_characters()
    {
        Assert.True(Matcher.TryCreate("host", MatchOperator.Regex, new string('a', 4096), out _, out _));
        Assert.False(Matcher.TryCreate("host", MatchOperator.Regex, new string('a', 4097), out _, out var error));
        Assert.Equal("expected a regular expression of at most 4096 characters, found 4097", error.Message);
    }

    [Fact]
    public void A_thousand_alternatives_are_no_problem()
    {
        var hosts = Compile(string.Join('|', Enumerable.Range(0, 600).Select(i => $"gpu{i}")));
        Assert.True(hosts.Matches("gpu599"));
        Assert.False(hosts.Matches("gpu600"));
    }

    [Theory]
    [InlineData("(?:a{1000}){1000}")]
    [InlineData("(?:(?:a?){100}b?){100}")]
    public void A_pattern_that_would_need_too_much_memory_is_refused(string pattern)
    {
        Assert.False(Matcher.TryCreate("host", MatchOperator.Regex, pattern, out _, out var error));
        Assert.Equal("the regular expression is too large; lower its repetition counts", error.Message);
    }

    [Fact]
    public void Groups_nest_two_hundred_deep_and_no_deeper()
    {
        Assert.True(Compile(Nested(200)).Matches("a"));
        Assert.False(Matcher.TryCreate("host", MatchOperator.Regex, Nested(201), out _, out var error));
        Assert.Equal(200, error.Position);

        static string Nested(int depth) => new string('(', depth) + "a" + new string(')', depth);
    }

    [Fact]
    public void Patterns_that_make_backtracking_engines_hang_do_not()
    {
        var watch = Stopwatch.StartNew();
        foreach (var pattern in (string[])["(a+)+b", "(a|aa)+b", "(.*)*b", "(a?){25}a{25}b", "((a*)*)*b"])
        {
            Assert.False(Compile(pattern).Matches(new string('a', 5000)));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"expected linear time, took {watch.Elapsed}");
    }

    [Fact]
    public void Any_text_is_a_pattern_or_an_error_within_it()
    {
        var pieces = Gen.Elements(
            "a", "b", "é", "🙂", "\n", ".", ".*", "|", "(", ")", "(?:", "(?i)", "(?-s:", "(?P<n>", "(?=", "(?", "*", "+",
            "?", "{2}", "{1,3}", "{9,}", "{", "}", "[", "]", "[^", "-", "[:alpha:]", "[:^", ":]", "\\", "\\d",
            "\\W", "\\pL", "\\p{", "\\x{", "\\x4", "\\0", "\\1", "\\Q", "\\E", "\\b", "\\z", "^", "$",
            "\uD83D", "\uDE42", "\0");
        var built = pieces.ListOf().Select(string.Concat);
        var any = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get);
        Prop.ForAll(Gen.OneOf(built, any).ToArbitrary(), pattern =>
        {
            if (Matcher.TryCreate("x", MatchOperator.Regex, pattern, out var matcher, out var error))
            {
                _ = matcher.Matches(pattern);
            }
            else
            {
                Assert.InRange(error.Position, 0, pattern.Length);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(30));
    }

    private static Matcher Compile(string pattern)
    {
        var compiled = Matcher.TryCreate("x", MatchOperator.Regex, pattern, out var matcher, out var error);
        Assert.True(compiled, error?.ToString());
        return matcher!;
    }
}
