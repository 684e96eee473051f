using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Correlation.Grains.Policy.Matchers;

/// <summary>One condition on one label. Equal when name, operator and value are.</summary>
public sealed record Matcher
{
    private readonly AnchoredPattern? _pattern;

    private Matcher(string name, MatchOperator op, string value, AnchoredPattern? pattern)
    {
        Name = name;
        Operator = op;
        Value = value;
        _pattern = pattern;
    }

    public string Name { get; }

    public MatchOperator Operator { get; }

    public string Value { get; }

    /// <summary>A regular expression is compiled here, once. An error's position is one in the value.</summary>
    public static bool TryCreate(
        string name,
        MatchOperator op,
        string value,
        [NotNullWhen(true)] out Matcher? matcher,
        [NotNullWhen(false)] out MatcherError? error)
    {
        matcher = null;
        error = name.Length == 0
            ? new MatcherError(0, "expected a label name, which is at least one character")
            : MatcherSyntax.NotUnicode(name) ?? MatcherSyntax.NotUnicode(value);
        if (error is not null)
        {
            return false;
        }

        AnchoredPattern? pattern = null;
        if (op is MatchOperator.Regex or MatchOperator.NotRegex
            && !AnchoredPattern.TryCompile(value, out pattern, out error))
        {
            return false;
        }

        matcher = new Matcher(name, op, value, pattern);
        error = null;
        return true;
    }

    /// <summary>A missing label behaves as the empty string, so `team!="ml"` matches an alert without team.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) =>
        Matches(labels.TryGetValue(Name, out var value) ? value : "");

    public bool Matches(string value) => Operator switch
    {
        MatchOperator.Equal => value == Value,
        MatchOperator.NotEqual => value != Value,
        MatchOperator.Regex => _pattern!.IsMatch(value),
        MatchOperator.NotRegex => !_pattern!.IsMatch(value),
        _ => throw new UnreachableException($"matcher on {Name}: no operator {Operator}"),
    };

    public bool Equals(Matcher? other) =>
        other is not null && Name == other.Name && Operator == other.Operator && Value == other.Value;

    public override int GetHashCode() => HashCode.Combine(Name, Operator, Value);

    /// <summary>
    /// Alertmanager's form: the name bare where the grammar allows it, the value always in quotes. It reads back as the
    /// same matcher.
    /// </summary>
    public override string ToString() => Name.All(MatcherSyntax.IsBare)
        ? $"{Name}{MatcherSyntax.Symbol(Operator)}{MatcherSyntax.QuoteClassic(Value)}"
        : $"{GoString.Quote(Name)}{MatcherSyntax.Symbol(Operator)}{GoString.Quote(Value)}";
}
