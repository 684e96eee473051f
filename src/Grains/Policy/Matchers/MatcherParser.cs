using System.Diagnostics.CodeAnalysis;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>
/// Reads matchers as Alertmanager does in its default mode, so that what worked there works here: both grammars are
/// tried, and where both succeed but disagree the classic one wins.
/// </summary>
public static class MatcherParser
{
    public const int MaxLength = 16_384;

    /// <summary>A compiled pattern may hold some 300 KB, so a list is bounded in number as well.</summary>
    public const int MaxMatchers = 128;

    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out MatcherSet? matchers,
        [NotNullWhen(false)] out MatcherError? error)
    {
        matchers = null;
        error = Unreadable(text);
        if (error is not null)
        {
            return false;
        }

        var utf8 = Utf8Grammar.Read(text, out var syntaxError);
        var classic = ClassicGrammar.ReadList(text, out _);
        var created = Choose(utf8, classic, syntaxError, out error);
        matchers = created is null ? null : new MatcherSet(created);
        return matchers is not null;
    }

    /// <summary>One matcher, as in a `filter` parameter: braces around it are refused.</summary>
    public static bool TryParseOne(
        string text,
        [NotNullWhen(true)] out Matcher? matcher,
        [NotNullWhen(false)] out MatcherError? error)
    {
        matcher = null;
        error = Unreadable(text) ?? Braced(text);
        if (error is not null)
        {
            return false;
        }

        var utf8 = Utf8Grammar.Read(text, out var syntaxError);
        if (utf8 is not null and not [_])
        {
            syntaxError = new MatcherError(0, $"expected one matcher, found {utf8.Count}");
            utf8 = null;
        }

        List<MatcherText>? classic = ClassicGrammar.ReadOne(text, 0, text.Length, out _) is { } one ? [one] : null;
        matcher = Choose(utf8, classic, syntaxError, out error)?[0];
        return matcher is not null;
    }

    // A pattern that does not compile counts as a failure of its grammar, as it does there.
    private static List<Matcher>? Choose(
        List<MatcherText>? utf8,
        List<MatcherText>? classic,
        MatcherError? syntaxError,
        out MatcherError? error)
    {
        if (utf8 is null && classic is null)
        {
            error = syntaxError;
            return null;
        }

        var agreed = utf8 is not null && classic is not null && Same(utf8, classic);
        var first = agreed ? utf8! : classic ?? utf8!;
        var second = agreed || classic is null ? null : utf8;
        return Create(first, out error) ?? (second is null ? null : Create(second, out error));
    }

    private static bool Same(List<MatcherText> utf8, List<MatcherText> classic) =>
        utf8.Select(matcher => matcher with { ValueAt = 0 })
            .SequenceEqual(classic.Select(matcher => matcher with { ValueAt = 0 }));

    private static List<Matcher>? Create(List<MatcherText> texts, out MatcherError? error)
    {
        if (texts.Count > MaxMatchers)
        {
            error = new MatcherError(texts[MaxMatchers].ValueAt, $"expected at most {MaxMatchers} matchers");
            return null;
        }

        var matchers = new List<Matcher>(texts.Count);
        foreach (var (name, op, value, valueAt) in texts)
        {
            if (!Matcher.TryCreate(name, op, value, out var matcher, out var problem))
            {
                error = new MatcherError(valueAt, $"{name}{MatcherSyntax.Symbol(op)}…: {problem}");
                return null;
            }

            matchers.Add(matcher);
        }

        error = null;
        return matchers;
    }

    private static MatcherError? Unreadable(string text)
    {
        if (text.Length > MaxLength)
        {
            return new MatcherError(MaxLength, $"expected at most {MaxLength} characters, found {text.Length}");
        }

        return MatcherSyntax.NotUnicode(text);
    }

    private static MatcherError? Braced(string text) => text switch
    {
        ['{', ..] => new MatcherError(0, "expected one matcher without braces, found `{`"),
        [.., '}'] => new MatcherError(text.Length - 1, "expected one matcher without braces, found `}`"),
        _ => null,
    };
}
