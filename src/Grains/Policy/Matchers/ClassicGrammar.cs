using System.Text;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>
/// Alertmanager's older grammar. It takes what the newer one refuses: white space and most signs in bare values, empty
/// values, backslashes that escape nothing, one brace without the other.
/// </summary>
internal static class ClassicGrammar
{
    private const string NotAMatcher =
        "expected a matcher such as `name=\"value\"`, with one of the operators `=`, `!=`, `=~`, `!~`";

    public static List<MatcherText>? ReadList(string text, out MatcherError? error)
    {
        var matchers = new List<MatcherText>();
        foreach (var (start, end) in Split(text))
        {
            if (ReadOne(text, start, end, out error) is not { } matcher)
            {
                return null;
            }

            matchers.Add(matcher);
        }

        error = null;
        return matchers;
    }

    public static MatcherText? ReadOne(string text, int start, int end, out MatcherError? error)
    {
        var at = SkipSpace(text, start, end);
        var nameAt = at;
        while (at < end && (char.IsAsciiLetter(text[at]) || text[at] is '_' or ':'
            || (at > nameAt && char.IsAsciiDigit(text[at]))))
        {
            at++;
        }

        var name = text[nameAt..at];
        at = SkipSpace(text, at, end);
        if (name.Length == 0 || !MatcherSyntax.TryReadOperator(text, ref at, out var op))
        {
            error = new MatcherError(at, NotAMatcher);
            return null;
        }

        at = SkipSpace(text, at, end);
        while (end > at && IsSpace(text[end - 1]))
        {
            end--;
        }

        var value = Unescape(text, at, end, out error);
        return value is null ? null : new MatcherText(name, op, value, at);
    }

    // Commas inside double quotes do not separate; a quote after an unescaped backslash does not count.
    private static IEnumerable<(int Start, int End)> Split(string text)
    {
        var start = text.StartsWith('{') ? 1 : 0;
        var end = text.EndsWith('}') ? Math.Max(start, text.Length - 1) : text.Length;
        var (quoted, escaped) = (false, false);
        for (var at = start; at < end; at++)
        {
            if (text[at] != ',')
            {
                quoted ^= text[at] == '"' && !escaped;
                escaped = text[at] == '\\' && !escaped;
            }
            else if (!quoted)
            {
                yield return (start, at);
                start = at + 1;
            }
        }

        var last = text.AsSpan(start, end - start);
        var leading = last.Length - last.TrimStart().Length;
        if (last.Trim().Length is > 0 and var length)
        {
            yield return (start + leading, start + leading + length);
        }
    }

    private static string? Unescape(string text, int start, int end, out MatcherError? error)
    {
        var quoted = start < end && text[start] == '"';
        var value = new StringBuilder(end - start);
        for (var at = quoted ? start + 1 : start; at < end; at++)
        {
            if (text[at] == '"')
            {
                // Only the last character may be an unescaped quote, and only if the first was one.
                var closes = quoted && at == end - 1;
                error = closes ? null : new MatcherError(at, "expected `\\\"` for a double quote inside a value");
                return closes ? value.ToString() : null;
            }

            var escapes = text[at] == '\\' && at + 1 < end;
            value.Append((escapes, escapes ? text[at + 1] : '\0') switch
            {
                (true, 'n') => "\n",
                (true, '"') => "\"",
                (true, '\\') => "\\",
                (true, _) => text.AsSpan(at, 2),
                _ => text.AsSpan(at, 1),
            });
            at += escapes ? 1 : 0;
        }

        error = quoted ? new MatcherError(start, "expected a closing double quote for this one") : null;
        return quoted ? null : value.ToString();
    }

    private static int SkipSpace(string text, int at, int end)
    {
        while (at < end && IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\f' or '\r';
}
