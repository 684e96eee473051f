using System.Text.Json;
using Correlation.Grains.Policy.Matchers;

namespace Correlation.Gateway.Query.Silences;

/// <summary>Reads a silence's matchers, as a text or as a list.</summary>
internal static class MatcherBody
{
    private const string Field = "matchers";

    public static MatcherSet Read(JsonElement? matchers, Fields fields) => Checked(
        matchers switch
        {
            { ValueKind: JsonValueKind.String } text => Parse(text.GetString()!, fields),
            { ValueKind: JsonValueKind.Array } list => OfList(list, fields),
            null or { ValueKind: JsonValueKind.Null } => MatcherSet.Empty,
            _ => Wrong(fields, "'matchers' must be a text or a list."),
        },
        fields);

    public static MatcherSet OfText(string text, Fields fields) => Checked(Parse(text, fields), fields);

    /// <summary>
    /// A silence that hides everything is an accident; so is one that hides what has no labels at all.
    /// </summary>
    private static MatcherSet Checked(MatcherSet set, Fields fields) => set.Matches(new Dictionary<string, string>())
        ? Wrong(fields, "'matchers' must hold at least one matcher that an empty label does not satisfy.")
        : set;

    private static MatcherSet Parse(string text, Fields fields) =>
        MatcherParser.TryParse(text, out var set, out var error) ? set : Wrong(fields, $"'matchers': {error}");

    private static MatcherSet OfList(JsonElement list, Fields fields)
    {
        if (list.GetArrayLength() > MatcherParser.MaxMatchers)
        {
            return Wrong(fields, $"'matchers' holds more than {MatcherParser.MaxMatchers}.");
        }

        var found = new List<Matcher>();
        foreach (var (index, element) in list.EnumerateArray().Index())
        {
            if (Shape(element) is not { Name: { } name, Value: { } value } shape)
            {
                return Wrong(fields, $"'matchers[{index}]' must be an object of name, value, isRegex and isEqual.");
            }

            if (!Matcher.TryCreate(name, shape.Operator, value, out var matcher, out var error))
            {
                return Wrong(fields, $"'matchers[{index}]': {error}");
            }

            found.Add(matcher);
        }

        return new MatcherSet(found);
    }

    private static MatcherShape? Shape(JsonElement element)
    {
        try
        {
            return element.Deserialize<MatcherShape>(NativeJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static MatcherSet Wrong(Fields fields, string detail)
    {
        fields.Wrong(Field, detail);
        return MatcherSet.Empty;
    }
}
