namespace Correlation.Grains.Policy.Matchers;

/// <summary>
/// Alertmanager's newer grammar: name and value are either bare or Go string literals, commas between matchers, braces
/// around the list both or none.
/// </summary>
internal sealed class Utf8Grammar(string text)
{
    private readonly List<MatcherText> _matchers = [];
    private int _at;

    public static List<MatcherText>? Read(string text, out MatcherError? error)
    {
        var grammar = new Utf8Grammar(text);
        error = grammar.ReadList();
        return error is null ? grammar._matchers : null;
    }

    private MatcherError? ReadList()
    {
        var braced = Accept('{');
        var more = true;
        while (Peek() is not '}' && !AtEnd())
        {
            if (!more)
            {
                return Expected(braced ? "a comma or `}`" : "a comma or the end");
            }

            if (ReadMatcher() is { } error)
            {
                return error;
            }

            more = Accept(',');
        }

        if (Peek() is '}' != braced)
        {
            return Expected(braced ? "`}`, since the list began with `{`" : "the end, since no `{` opened the list");
        }

        _ = Accept('}');
        return AtEnd() ? null : Expected("the end");
    }

    private MatcherError? ReadMatcher()
    {
        if (ReadWord("a label name, bare or in double quotes", out var name) is { } badName)
        {
            return badName;
        }

        _ = Peek();
        if (!MatcherSyntax.TryReadOperator(text, ref _at, out var op))
        {
            return Expected("one of the operators `=`, `!=`, `=~`, `!~`");
        }

        _ = Peek();
        var valueAt = _at;
        if (ReadWord("a value, bare or in double quotes", out var value) is { } badValue)
        {
            return badValue;
        }

        _matchers.Add(new MatcherText(name, op, value, valueAt));
        return null;
    }

    private MatcherError? ReadWord(string expected, out string word)
    {
        word = "";
        if (Peek() == '"')
        {
            return ReadQuoted(out word);
        }

        var start = _at;
        while (_at < text.Length && MatcherSyntax.IsBare(text[_at]))
        {
            _at++;
        }

        word = text[start.._at];
        return word.Length == 0 ? Expected(expected) : null;
    }

    private MatcherError? ReadQuoted(out string word)
    {
        var start = _at++;
        while (_at < text.Length && text[_at] != '"')
        {
            _at += text[_at] == '\\' ? 2 : 1;
        }

        if (_at >= text.Length)
        {
            word = "";
            return new MatcherError(start, "expected a closing double quote for this one");
        }

        _ = GoString.TryUnescape(text, start + 1, _at++, out word, out var error);
        return error;
    }

    private bool Accept(char c)
    {
        var found = Peek() == c;
        _at += found ? 1 : 0;
        return found;
    }

    private bool AtEnd() => Peek() == '\0' && _at >= text.Length;

    // The next character that is not white space.
    private char Peek()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        return _at < text.Length ? text[_at] : '\0';
    }

    private MatcherError Expected(string what) =>
        new(_at, $"expected {what}, found {(AtEnd() ? "the end" : $"`{text[_at]}`")}");
}
