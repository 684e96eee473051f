using Correlation.Grains.Model;
using Route = Correlation.Grains.Policy.Route;

namespace Correlation.Silo.Configuration.Sections;

internal static class RouteReader
{
    private static readonly ValueList<string> DefaultGroupBy = ["alertname", "namespace", "service"];
    private static readonly TimeSpan DefaultGroupWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultRepeat = TimeSpan.FromMinutes(30);

    public static Route Read(Entry entry) => new(
        entry.Name(Section.Routes),
        MatcherReader.Read(entry, "match"),
        entry.Has("group_by") ? entry.Texts("group_by") : DefaultGroupBy,
        entry.Optional("group_wait", Format.Duration(TimeSpan.Zero, TimeSpan.FromHours(1)), DefaultGroupWait),
        entry.Optional("repeat", Format.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)), DefaultRepeat),
        entry.Reference("team", Section.Teams),
        entry.Reference("escalation", Section.Escalations),
        entry.Find("priority") is { } priority ? entry.Read(priority, Format.Priority) : null);

    /// <summary>An alert that no route takes would have no owner, so the last route takes all.</summary>
    public static void CheckOrder(Reading reading, Field at, IReadOnlyList<Entry> entries)
    {
        if (!reading.IsIncomplete && (entries.Count == 0 || !TakesAll(entries[^1])))
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
}
