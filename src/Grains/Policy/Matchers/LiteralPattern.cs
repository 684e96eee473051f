using System.Text;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>
/// A pattern that is literal text, alternatives of it in one pair of parentheses or none, or one such with `.*` or `.+`
/// before or after it: `job-1|job-2`, `(a|b)`, `prod-.*`, `.+timeout.*`.
/// </summary>
internal sealed class LiteralPattern
{
    private readonly HashSet<string> _literals;
    private readonly int? _atLeastBefore;
    private readonly int? _atLeastAfter;

    private LiteralPattern(List<string> literals, int? atLeastBefore, int? atLeastAfter)
    {
        _literals = [.. literals];
        _atLeastBefore = atLeastBefore;
        _atLeastAfter = atLeastAfter;
    }

    /// <summary>Null when the pattern is anything else, which includes every pattern that is wrong.</summary>
    public static LiteralPattern? Read(string pattern)
    {
        var inside = pattern.AsSpan();
        var before = TakeAny(ref inside, inside.StartsWith(".*") || inside.StartsWith(".+"), fromStart: true);
        var after = TakeAny(ref inside, inside.EndsWith(".*") || inside.EndsWith(".+"), fromStart: false);
        var grouped = inside is ['(', .., ')'];
        inside = grouped ? inside[1..^1] : inside;
        inside = grouped && inside.StartsWith("?:") ? inside[2..] : inside;
        var literals = ReadAlternatives(inside);

        if (literals is null)
        {
            return null;
        }

        // `.*a|b` is not `.*(a|b)`; and with nothing between them `.+.+` counts code points, which this does not.
        var loose = literals.Count > 1 && !grouped && (before ?? after) is not null;
        var empty = literals.Contains("") && before is not null && after is not null;
        return loose || empty ? null : new LiteralPattern(literals, before, after);
    }

    public bool IsMatch(string value)
    {
        if (_atLeastBefore is null && _atLeastAfter is null)
        {
            return _literals.Contains(value);
        }

        // A dot does not match a line feed, and no literal holds one.
        if (value.Contains('\n'))
        {
            return false;
        }

        foreach (var literal in _literals)
        {
            if (Surrounds(value, literal))
            {
                return true;
            }
        }

        return false;
    }

    private bool Surrounds(string value, string literal)
    {
        var from = _atLeastBefore ?? 0;
        var until = value.Length - (_atLeastAfter ?? 0);
        if (until - from < literal.Length)
        {
            return false;
        }

        var middle = value.AsSpan(from, until - from);
        return (_atLeastBefore, _atLeastAfter) switch
        {
            (null, _) => middle.StartsWith(literal),
            (_, null) => middle.EndsWith(literal),
            _ => middle.Contains(literal, StringComparison.Ordinal),
        };
    }

    private static int? TakeAny(ref ReadOnlySpan<char> pattern, bool found, bool fromStart)
    {
        if (!found)
        {
            return null;
        }

        var atLeast = pattern[fromStart ? 1 : ^1] == '+' ? 1 : 0;
        pattern = fromStart ? pattern[2..] : pattern[..^2];
        return atLeast;
    }

    private static List<string>? ReadAlternatives(ReadOnlySpan<char> pattern)
    {
        var literals = new List<string>();
        var literal = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            var c = pattern[at];
            if (c == '|')
            {
                literals.Add(literal.ToString());
                literal.Clear();
            }
            else if (c == '\\' && at + 1 < pattern.Length && IsSign(pattern[at + 1]))
            {
                literal.Append(pattern[++at]);
            }
            else if (@"\.+*?()[]{}^$".Contains(c) || c == '\n')
            {
                return null;
            }
            else
            {
                literal.Append(c);
            }
        }

        literals.Add(literal.ToString());
        return literals;
    }

    private static bool IsSign(char c) => c is > ' ' and < '\x7F' && !char.IsAsciiLetterOrDigit(c);
}
