using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>
/// An RE2 pattern that must match a whole value. Matching takes time linear in the value, whatever the pattern, and
/// reads no clock: a backtracking engine would need a timeout, and a decision must not depend on one.
/// </summary>
internal sealed class AnchoredPattern
{
    public const int MaxLength = 4096;

    private readonly LiteralPattern? _literal;
    private readonly Regex? _regex;

    private AnchoredPattern(LiteralPattern? literal, Regex? regex)
    {
        _literal = literal;
        _regex = regex;
    }

    public static bool TryCompile(
        string pattern,
        [NotNullWhen(true)] out AnchoredPattern? compiled,
        [NotNullWhen(false)] out MatcherError? error)
    {
        compiled = null;
        if (pattern.Length > MaxLength)
        {
            error = new MatcherError(
                MaxLength, $"expected a regular expression of at most {MaxLength} characters, found {pattern.Length}");
            return false;
        }

        // A compiled automaton holds some 300 KB, so the shapes that nearly all patterns have do without.
        if (LiteralPattern.Read(pattern) is { } literal)
        {
            compiled = new AnchoredPattern(literal, null);
            error = null;
            return true;
        }

        if (!Re2Translator.TryTranslate(pattern, out var translated, out error))
        {
            return false;
        }

        try
        {
            var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
            compiled = new AnchoredPattern(null, new Regex($@"\A(?:{translated})\z", options));
            return true;
        }
        catch (NotSupportedException)
        {
            // The engine's bound on the size of an automaton is the only thing translated patterns can run into.
            error = new MatcherError(0, "the regular expression is too large; lower its repetition counts");
            return false;
        }
    }

    public bool IsMatch(string value) => _literal?.IsMatch(value) ?? _regex!.IsMatch(value);
}
