using System.Globalization;
using System.Text;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>RE2's escapes of a single character: `\.`, `\n`, `\x7F`, `\x{2192}`, `\101`.</summary>
internal static class Re2Escape
{
    private const string Letters = "afnrtv";
    private const string Meanings = "\a\f\n\r\t\v";

    /// <summary>The code point, with `at` on the backslash before and behind the escape after.</summary>
    public static int Read(string pattern, ref int at, out MatcherError? error)
    {
        var start = at;
        var rest = pattern.AsSpan(at + 1);
        error = null;
        switch (rest)
        {
            case [var letter, ..] when Letters.Contains(letter):
                at += 2;
                return Meanings[Letters.IndexOf(letter)];
            case ['x', '{', ..]:
                var close = rest.IndexOf('}');
                at += close + 2;
                return close < 0 ? Bad(start, out error) : Hex(rest[2..close], start, out error);
            case ['x', _, _, ..]:
                at += 4;
                return Hex(rest.Slice(1, 2), start, out error);
            case ['0', ..] or [>= '1' and <= '7', >= '0' and <= '7', ..]:
                return Octal(pattern, ref at);
            case [>= '1' and <= '9', ..]:
                error = new MatcherError(start, "RE2 knows no back-references");
                return 0;
            case [< '\x80' and var sign, ..] when !char.IsAsciiLetterOrDigit(sign):
                at += 2;
                return sign;
            default:
                return Bad(start, out error);
        }
    }

    private static int Octal(string pattern, ref int at)
    {
        var value = 0;
        var end = Math.Min(pattern.Length, at + 4);
        for (at++; at < end && pattern[at] is >= '0' and <= '7'; at++)
        {
            value = (value * 8) + pattern[at] - '0';
        }

        return value;
    }

    private static int Hex(ReadOnlySpan<char> digits, int start, out MatcherError? error)
    {
        error = null;
        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && Rune.IsValid(value) ? value : Bad(start, out error);
    }

    private static int Bad(int start, out MatcherError? error)
    {
        error = new MatcherError(
            start,
            @"unknown escape; expected one of \d \s \w \b \pL \A \z \Q \n \t \r \f \v \a \xHH \x{H…} \OOO "
            + "or a backslash before a sign");
        return 0;
    }
}
