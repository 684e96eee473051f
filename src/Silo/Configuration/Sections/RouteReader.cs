using Correlation.Grains.Model;
using Correlation.Grains.Policy.Matchers;
using Route = Correlation.Grains.Policy.Route;

namespace Correlation.Silo.Configuration.Sections;

internal static class RouteReader
{
    private const string MatcherForm = "matchers such as severity=\"critical\" or team=~\"ml-.*\"";

    private static readonly ValueList<string> DefaultGroupBy = ["alertname", "namespace", "service"];
    private static readonly TimeSpan DefaultGroupWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultRepeat = TimeSpan.FromMinutes(30);

    public static Route Read(Entry entry) => new(
        entry.Name(Section.Routes),
        ReadMatch(entry),
        entry.Has("group_by") ? entry.Texts("group_by") : DefaultGroupBy,
        entry.Optional("group_wait", Format.Duration(TimeSpan.Zero, TimeSpan.FromHours(1)), DefaultGroupWait),
        entry.Optional("repeat", Format.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)), DefaultRepeat),
        entry.Reference("team", Section.Teams),
        entry.Reference("escalation", Section.Escalations),
        entry.Find("priority") is { } priority ? entry.Read(priority, Format.Priority) : null);

    /// <summary>An alert that no route takes would have no owner, so the last route takes all.</summary>
    public static void CheckOrder(Reading reading, Field at, IReadOnlyList<Entry> entries)
    {
        if (entries.Count == 0 || !TakesAll(entries[^1]))
        {
            reading.Error(
                entries.Count == 0 ? at : entries[^1].Where("match"),
                "leaves alerts that no route takes",
                "a last route without 'match'");
        }

        foreach (var shadowing in entries.SkipLast(1).Where(TakesAll))
        {
            shadowing.WarnMissing("match", "no route after this one is ever used", "matchers, or the last place");
        }
    }

    private static bool TakesAll(Entry entry) => !entry.Items("match").Any();

    private static MatcherSet ReadMatch(Entry entry)
    {
        var matchers = new List<Matcher>();
        foreach (var item in entry.Items("match"))
        {
            var text = entry.Read(item, Format.Text);
            if (!MatcherParser.TryParse(text, out var set, out var error))
            {
                entry.Reading.Error(item, $"is not a matcher, {error}", MatcherForm);
                continue;
            }

            if (set.Matchers.Count == 0)
            {
                entry.Reading.Error(item, "is empty", $"{MatcherForm}; leave 'match' out to take every alert");
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
