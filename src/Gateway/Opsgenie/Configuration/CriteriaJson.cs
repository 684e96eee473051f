using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>A filter or criteria: <c>{type, conditions[{field, key?, not, operation, expectedValue?}]}</c>.</summary>
internal static class CriteriaJson
{
    private const int Most = 50;
    private const int LongestValue = 15_000;

    private static readonly (string Word, CriteriaType Type)[] Types =
    [
        ("match-all", CriteriaType.MatchAll),
        ("match-any-condition", CriteriaType.MatchAnyCondition),
        ("match-all-conditions", CriteriaType.MatchAllConditions),
    ];

    private static readonly (string Word, CriteriaField Field)[] Fields =
        [.. Enum.GetValues<CriteriaField>().Select(field => (Kebab(field.ToString()), field))];

    private static readonly (string Word, CriteriaOperation Operation)[] Operations =
        [.. Enum.GetValues<CriteriaOperation>().Select(operation => (Kebab(operation.ToString()), operation))];

    /// <summary>All alerts when there are none.</summary>
    public static AlertCriteria Read(BodyObject body, string name)
    {
        if (body.Object(name) is not { } criteria)
        {
            return AlertCriteria.All;
        }

        var type = Choice(criteria, "type", Types, CriteriaType.MatchAll);
        var conditions = criteria.Objects("conditions") ?? [];
        if (conditions.Count > Most || conditions.Count == 0 != (type == CriteriaType.MatchAll))
        {
            criteria.Errors.Add(
                criteria.PathOf("conditions"),
                $"conditions must hold 1 to {Most} conditions, and none with match-all.");
        }

        return type == CriteriaType.MatchAll
            ? AlertCriteria.All
            : new AlertCriteria(type, conditions.Take(Most).Select(Condition).ToValueList());
    }

    public static void Write(Utf8JsonWriter json, string name, AlertCriteria criteria)
    {
        json.WriteStartObject(name);
        json.WriteString("type", WordOf(Types, criteria.Type));
        if (criteria.Type != CriteriaType.MatchAll)
        {
            json.WriteStartArray("conditions");
            foreach (var (condition, place) in criteria.Conditions.Select((condition, place) => (condition, place)))
            {
                json.WriteStartObject();
                json.WriteString("field", WordOf(Fields, condition.Field));
                if (condition.Key.Length > 0)
                {
                    json.WriteString("key", condition.Key);
                }

                json.WriteBoolean("not", condition.Not);
                json.WriteString("operation", WordOf(Operations, condition.Operation));
                json.WriteString("expectedValue", condition.Expected);
                json.WriteNumber("order", condition.Order ?? place);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static AlertCondition Condition(BodyObject body)
    {
        var expected = body.Text("expectedValue") ?? "";
        var condition = new AlertCondition(
            Choice(body, "field", Fields, default),
            body.Text("key") ?? "",
            Choice(body, "operation", Operations, default),
            expected,
            body.Flag("not") ?? false)
        {
            Order = body.Number("order"),
        };
        if (expected.Length > LongestValue ||
            (expected.Length == 0 && condition.Operation != CriteriaOperation.IsEmpty))
        {
            body.Errors.Add(
                body.PathOf("expectedValue"),
                $"expectedValue can not be empty, and has at most {LongestValue} characters.");
        }
        else if (condition is { Field: not default(CriteriaField), Operation: not default(CriteriaOperation), Problem: { } problem })
        {
            body.Errors.Add(body.PathOf("operation"), $"A condition must be one that can be asked: {problem}.");
        }

        return condition;
    }

    private static T Choice<T>(BodyObject body, string name, (string Word, T Value)[] all, T otherwise)
        where T : struct
    {
        if (body.Text(name) is not { } text)
        {
            if (otherwise.Equals(default(T)))
            {
                body.Errors.Add(body.PathOf(name), $"{name} can not be empty.");
            }

            return otherwise;
        }

        foreach (var (word, value) in all)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        body.Errors.Add(body.PathOf(name), $"{name} must be one of {string.Join(", ", all.Select(one => one.Word))}.");
        return otherwise;
    }

    private static string WordOf<T>((string Word, T Value)[] all, T value)
        where T : struct => Array.Find(all, one => one.Value.Equals(value)).Word;

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
