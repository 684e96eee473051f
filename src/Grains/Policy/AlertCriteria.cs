using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy.Matchers;

namespace Correlation.Grains.Policy;

public enum CriteriaType : byte
{
    MatchAll = 1,
    MatchAnyCondition = 2,
    MatchAllConditions = 3,
}

/// <summary>Opsgenie's filter: conditions on the fields of an alert as it opens.</summary>
public sealed record AlertCriteria(CriteriaType Type, ValueList<AlertCondition> Conditions)
{
    public static readonly AlertCriteria All = new(CriteriaType.MatchAll, []);
}

public enum CriteriaField : byte
{
    Message = 1,
    Alias = 2,
    Description = 3,
    Source = 4,
    Entity = 5,
    Tags = 6,
    Actions = 7,

    /// <summary>One of the details, by its key.</summary>
    ExtraProperties = 8,
    Details = 9,
    Recipients = 10,
    Responders = 11,
    Teams = 12,
    Priority = 13,
}

public enum CriteriaOperation : byte
{
    /// <summary>A regular expression (RE2) over the whole value.</summary>
    Matches = 1,
    Contains = 2,
    StartsWith = 3,
    EndsWith = 4,
    Equals = 5,
    EqualsIgnoreWhitespace = 6,
    ContainsKey = 7,
    ContainsValue = 8,

    /// <summary>More urgent: P1 is greater than P2.</summary>
    GreaterThan = 9,
    LessThan = 10,
    IsEmpty = 11,
}

/// <param name="Key">Of <see cref="CriteriaField.ExtraProperties"/> only.</param>
/// <param name="Expected">Texts are compared without regard to letter case.</param>
public sealed record AlertCondition(
    CriteriaField Field, string Key, CriteriaOperation Operation, string Expected, bool Not)
{
    /// <summary>The number that the API it was made by gives it: nothing goes by it. Null: its place.</summary>
    public int? Order { get; init; }

    /// <summary>Beside the condition and not in it, which is compared by value.</summary>
    private static readonly ConditionalWeakTable<AlertCondition, AnchoredPattern> Patterns = [];

    /// <summary>Why it can never be asked; null when it can.</summary>
    [JsonIgnore]
    public string? Problem => Operation switch
    {
        _ when Field == CriteriaField.Priority && !IsAboutPriority =>
            "a priority equals, or is greater or less than, one of P1 to P5",
        _ when Field == CriteriaField.ExtraProperties && Key.Length == 0 => "extra-properties need a key",
        CriteriaOperation.Matches =>
            AnchoredPattern.TryCompile(Expected, out _, out var error)
                ? null
                : $"expectedValue is no regular expression: {error}",
        CriteriaOperation.GreaterThan or CriteriaOperation.LessThan when Field != CriteriaField.Priority =>
            "only a priority is greater or less",
        CriteriaOperation.ContainsKey or CriteriaOperation.ContainsValue when Field != CriteriaField.Details =>
            "only details contain keys and values",
        _ => null,
    };

    internal AnchoredPattern Pattern => Patterns.GetValue(this, static condition =>
        AnchoredPattern.TryCompile(condition.Expected, out var pattern, out _)
            ? pattern
            : throw new InvalidOperationException(
                $"The stored condition '{condition.Expected}' is no regular expression: validation let it pass."));

    private bool IsAboutPriority =>
        Operation is CriteriaOperation.Equals or CriteriaOperation.GreaterThan or CriteriaOperation.LessThan &&
        PriorityRules.TryParse(Expected, out _);
}
