using System.Diagnostics;
using System.Text;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>What the two grammars and the printed form share.</summary>
internal static class MatcherSyntax
{
    public static bool IsBare(char c) =>
        !char.IsWhiteSpace(c) && c is not ('{' or '}' or '!' or '=' or '~' or ',' or '\\' or '"' or '\'' or '`');

    public static string Symbol(MatchOperator op) => op switch
    {
        MatchOperator.Equal => "=",
        MatchOperator.NotEqual => "!=",
        MatchOperator.Regex => "=~",
        MatchOperator.NotRegex => "!~",
        _ => throw new UnreachableException($"no operator {op}"),
    };

    /// <summary>Reads `=`, `!=`, `=~` or `!~`; the longer one wins.</summary>
    public static bool TryReadOperator(string text, ref int at, out MatchOperator op)
    {
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        (var length, op) = (at < text.Length ? text[at] : '\0', next) switch
        {
            ('=', '~') => (2, MatchOperator.Regex),
            ('=', _) => (1, MatchOperator.Equal),
            ('!', '=') => (2, MatchOperator.NotEqual),
            ('!', '~') => (2, MatchOperator.NotRegex),
            _ => (0, MatchOperator.Equal),
        };
        at += length;
        return length > 0;
    }

    /// <summary>Only what both grammars unescape alike: backslash, quote and line feed.</summary>
    public static string QuoteClassic(string text) =>
        $"\"{text.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\"", "\\\"")}\"";

    public static MatcherError? NotUnicode(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return new MatcherError(at, "expected Unicode text, found half a surrogate pair");
            }

            at += rune.Utf16SequenceLength;
        }

        return null;
    }
}
