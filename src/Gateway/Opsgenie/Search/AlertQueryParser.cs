using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Correlation.Gateway.Opsgenie.Search;

/// <summary>
/// Reads Opsgenie's alert search language:
/// <code>
/// or    := and { OR and }        and := not { [AND] not }        not := [NOT] term       in any letter case
/// term  := "(" or ")" | field op value | field op "(" or of values ")" | word | "phrase"
/// op    := ":" | "=" | "&lt;" | "&lt;=" | ">" | ">="
/// </code>
/// White space and parentheses end a word; an operator does so only where a field can stand, so that
/// `entity:model:churn` and `createdAt:01-10-2020T10:30` need no quotes.
/// </summary>
internal sealed class AlertQueryParser
{
    public const int MaxLength = 1000;
    public const int MaxDepth = 32;

    private readonly AlertQueryScanner _scanner;

    private AlertQueryParser(string text) => _scanner = new AlertQueryScanner(text);

    /// <summary>Null and white space are the query for everything.</summary>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out AlertQuery? query,
        [NotNullWhen(false)] out AlertQueryError? error)
    {
        query = null;
        error = Unreadable(text ?? "");
        if (error is not null)
        {
            return false;
        }

        var parser = new AlertQueryParser(text ?? "");
        query = parser.Read();
        error = parser._scanner.Error;
        return query is not null;
    }

    private static AlertQueryError? Unreadable(string text)
    {
        if (text.Length > MaxLength)
        {
            return new AlertQueryError(MaxLength, $"expected at most {MaxLength} characters, found {text.Length}");
        }

        for (var at = 0; at < text.Length;)
        {
            // PostgreSQL's texts cannot hold a NUL.
            if (!Rune.TryGetRuneAt(text, at, out var rune) || rune.Value == 0)
            {
                return new AlertQueryError(at, "expected Unicode text without NUL");
            }

            at += rune.Utf16SequenceLength;
        }

        return null;
    }

    private AlertQuery? Read()
    {
        if (_scanner.Next is null)
        {
            return new AlertQuery.All();
        }

        var query = ReadOr(null, MaxDepth);
        return query is null || _scanner.Next is null ? query : Fail("expected a `(` before this `)`");
    }

    // Inside `field:( … )` the words are values of that field.
    private AlertQuery? ReadOr(Comparison? values, int depth)
    {
        var left = ReadAnd(values, depth);
        while (left is not null && _scanner.TakeKeyword("OR"))
        {
            var right = ReadAnd(values, depth);
            left = right is null ? null : new AlertQuery.Or(left, right);
        }

        return left;
    }

    private AlertQuery? ReadAnd(Comparison? values, int depth)
    {
        var left = ReadNot(values, depth);
        while (left is not null && (_scanner.TakeKeyword("AND") || SeesAnother()))
        {
            var right = ReadNot(values, depth);
            left = right is null ? null : new AlertQuery.And(left, right);
        }

        return left;
    }

    // Terms side by side are joined by AND.
    private bool SeesAnother() => _scanner.Next is not (null or ')') && !_scanner.SeesKeyword("OR");

    private AlertQuery? ReadNot(Comparison? values, int depth)
    {
        if (!_scanner.TakeKeyword("NOT"))
        {
            return ReadTerm(values, depth);
        }

        var operand = depth == 0 ? TooDeep() : ReadNot(values, depth - 1);
        return operand is null ? null : new AlertQuery.Not(operand);
    }

    private AlertQuery? ReadTerm(Comparison? values, int depth)
    {
        if (_scanner.Next == '(')
        {
            return ReadGroup(values, depth);
        }

        if (values is { } comparison)
        {
            return ReadValue(comparison);
        }

        if (_scanner.Next is null or ')' || _scanner.SeesAnyKeyword)
        {
            return Fail($"expected a word or `field:value`, found {_scanner.Found}");
        }

        var start = _scanner.At;
        if (_scanner.TakeField() is { } name)
        {
            return name.Length > 0
                ? ReadComparison(name, start, depth)
                : Fail($"expected a field before {_scanner.Found}; put a text that begins so in double quotes");
        }

        return _scanner.TakeWord() switch
        {
            null => null,
            { Text: "", Prefix: true } => new AlertQuery.All(),
            var word => new AlertQuery.Text(word),
        };
    }

    private AlertQuery? ReadGroup(Comparison? values, int depth)
    {
        if (depth == 0)
        {
            return TooDeep();
        }

        var open = _scanner.At;
        _ = _scanner.Take('(');
        var inside = ReadOr(values, depth - 1);
        return inside is null || _scanner.Take(')') ? inside : Fail(open, "expected `)` for this `(`");
    }

    private AlertQuery? ReadComparison(string name, int start, int depth)
    {
        if (AlertFields.IsOfPages(name))
        {
            return Fail(
                start,
                $"expected another field than `{name}`: who was paged is not searched for; `responders` are whom an alert names");
        }

        var field = AlertFields.Find(name) ?? AlertField.Detail(name);
        var comparison = new Comparison(field, _scanner.TakeOperator());
        if (comparison.Operator is not CompareOperator.Is && !field.IsOrdered)
        {
            var ordered = string.Join(", ", AlertFields.All.Where(f => f.IsOrdered).Select(f => f.Name));
            return Fail(start, $"expected `:` or `=` after `{name}`; only {ordered} have an order");
        }

        return _scanner.Next == '(' ? ReadGroup(comparison, depth) : ReadValue(comparison);
    }

    private AlertQuery? ReadValue(Comparison comparison)
    {
        var (field, op) = comparison;
        if (_scanner.Next is null or ')' || _scanner.SeesAnyKeyword)
        {
            return Fail($"`{field.Name}`: expected {AlertQueryValue.Expected(field)}, found {_scanner.Found}");
        }

        var start = _scanner.At;
        if (_scanner.TakeWord() is not { } word)
        {
            return null;
        }

        var expected = AlertQueryValue.Expected(field);
        return AlertQueryValue.Read(field, word) is { } value
            ? new AlertQuery.Compare(field, op, value)
            : Fail(start, $"`{field.Name}`: expected {expected}, found `{_scanner.Since(start)}`");
    }

    private AlertQuery? TooDeep() => Fail($"expected at most {MaxDepth} parentheses and NOTs inside one another");

    private AlertQuery? Fail(string message) => Fail(_scanner.At, message);

    private AlertQuery? Fail(int position, string message)
    {
        _scanner.Fail(position, message);
        return null;
    }

    private readonly record struct Comparison(AlertField Field, CompareOperator Operator);
}
