using System.Text;

namespace Correlation.Gateway.Opsgenie.Search;

/// <summary>The words and signs of a query, and how far the parser has come. Keeps the error it stopped at.</summary>
internal sealed class AlertQueryScanner(string text)
{
    private static readonly string[] Keywords = ["AND", "OR", "NOT"];

    public int At { get; private set; }

    public AlertQueryError? Error { get; private set; }

    /// <summary>Null at the end. Skips white space first.</summary>
    public char? Next
    {
        get
        {
            while (At < text.Length && char.IsWhiteSpace(text[At]))
            {
                At++;
            }

            return At < text.Length ? text[At] : null;
        }
    }

    /// <summary>What stands here, as an error shows it.</summary>
    public string Found
    {
        get
        {
            if (Next is null)
            {
                return "the end";
            }

            var length = text.AsSpan(At).IndexOfAny(' ', '(', ')');
            return $"`{text.Substring(At, length < 0 ? text.Length - At : Math.Max(length, 1))}`";
        }
    }

    public bool SeesAnyKeyword => Array.Exists(Keywords, SeesKeyword);

    public bool SeesOperator => Next is ':' or '=' or '<' or '>';

    public void Fail(int position, string message) => Error ??= new AlertQueryError(position, message);

    public string Since(int start) => text[start..At];

    public bool Take(char sign)
    {
        var found = Next == sign;
        At += found ? 1 : 0;
        return found;
    }

    public bool TakeKeyword(string keyword)
    {
        var found = SeesKeyword(keyword);
        At += found ? keyword.Length : 0;
        return found;
    }

    /// <summary>In any letter case. `or:x` is a field and `orange` a word; `(a)or(b)` needs no spaces.</summary>
    public bool SeesKeyword(string keyword)
    {
        _ = Next;
        var rest = text.AsSpan(At);
        return rest.StartsWith(keyword, StringComparison.OrdinalIgnoreCase)
            && (rest.Length == keyword.Length || EndsWord(rest[keyword.Length]) || rest[keyword.Length] == '"');
    }

    /// <summary>The name before an operator. Null, and nothing is taken, where none stands.</summary>
    public string? TakeField()
    {
        var start = At;
        while (At < text.Length && !EndsWord(text[At]) && text[At] is not (':' or '=' or '<' or '>' or '"'))
        {
            At++;
        }

        var name = text[start..At];
        if (SeesOperator)
        {
            return name;
        }

        At = start;
        return null;
    }

    public CompareOperator TakeOperator()
    {
        var first = text[At++];
        var orEqual = first is '<' or '>' && At < text.Length && text[At] == '=';
        At += orEqual ? 1 : 0;
        return (first, orEqual) switch
        {
            ('<', false) => CompareOperator.Less,
            ('<', true) => CompareOperator.LessOrEqual,
            ('>', false) => CompareOperator.Greater,
            ('>', true) => CompareOperator.GreaterOrEqual,
            _ => CompareOperator.Is,
        };
    }

    /// <summary>A word, or a phrase in double quotes, with or without `*` behind it. Null after an error.</summary>
    public CompareValue.Word? TakeWord()
    {
        var start = At;
        if (text[At] == '"')
        {
            return TakePhrase(start);
        }

        while (At < text.Length && !EndsWord(text[At]))
        {
            At++;
        }

        var word = text[start..At];
        var star = word.IndexOf('*');
        if (star >= 0 && star < word.Length - 1)
        {
            Fail(start + star, "expected `*` only at the end of a word; put a text that contains one in double quotes");
            return null;
        }

        return new CompareValue.Word(star < 0 ? word : word[..^1], Prefix: star >= 0);
    }

    private CompareValue.Word? TakePhrase(int start)
    {
        var phrase = new StringBuilder();
        for (At++; At < text.Length && text[At] != '"'; At++)
        {
            // A backslash takes its meaning from a quote or another backslash.
            var escapes = text[At] == '\\' && At + 1 < text.Length && text[At + 1] is '"' or '\\';
            At += escapes ? 1 : 0;
            phrase.Append(text[At]);
        }

        if (At == text.Length)
        {
            Fail(start, "expected a closing double quote for this one");
            return null;
        }

        At++;
        var prefix = At < text.Length && text[At] == '*';
        At += prefix ? 1 : 0;
        return new CompareValue.Word(phrase.ToString(), prefix);
    }

    private static bool EndsWord(char c) => char.IsWhiteSpace(c) || c is '(' or ')';
}
