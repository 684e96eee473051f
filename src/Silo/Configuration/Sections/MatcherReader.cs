using Correlation.Grains.Policy.Matchers;

namespace Correlation.Silo.Configuration.Sections;

/// <summary>Matchers under a key: one text or a list of them, which must all hold.</summary>
internal static class MatcherReader
{
    private const string Form = "matchers such as severity=\"critical\" or team=~\"ml-.*\"";

    public static MatcherSet Read(Entry entry, string key) =>
        Read(entry, key, $"{Form}; leave '{key}' out to take every alert");

    /// <summary>For what would be an accident if it took every alert.</summary>
    public static MatcherSet ReadRequired(Entry entry, string key)
    {
        if (!entry.Items(key).Any())
        {
            entry.Missing(key, Form);
        }

        return Read(entry, key, Form);
    }

    private static MatcherSet Read(Entry entry, string key, string insteadOfEmpty)
    {
        var matchers = new List<Matcher>();
        foreach (var item in entry.Items(key))
        {
            var text = entry.Read(item, Format.Text);
            if (!MatcherParser.TryParse(text, out var set, out var error))
            {
                entry.Reading.Error(item, $"is not a matcher, {error}", Form);
                continue;
            }

            if (set.Matchers.Count == 0)
            {
                entry.Reading.Error(item, "is empty", insteadOfEmpty);
            }

            matchers.AddRange(set.Matchers);
            foreach (var matcher in set.Matchers)
            {
                if (matcher is { Name: "kind", Operator: MatchOperator.Equal, Value.Length: > 0 })
                {
                    entry.Reading.Refer(Section.Kinds, matcher.Value, item);
                }
            }
        }

        return new MatcherSet(matchers);
    }
}
