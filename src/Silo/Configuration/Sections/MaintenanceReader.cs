using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Silo.Configuration.Sections;

internal static class MaintenanceReader
{
    private static readonly Format<Recurrence> Recurs = Format.OneOf(
        ("once", Recurrence.Once),
        ("daily", Recurrence.Daily),
        ("weekly", Recurrence.Weekly),
        ("monthly", Recurrence.Monthly));

    private static readonly Format<IsoDayOfWeek> Day = Format.OneOf(
        [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).Select(d => (d.ToString().ToLowerInvariant(), d))]);

    public static MaintenanceWindow Read(Entry entry)
    {
        var name = entry.Name(Section.Maintenance);
        var window = new MaintenanceWindow(
            DerivedId.Of("maintenance", name, 0).ToString(),
            name,
            entry.Text("description"),
            ReadScope(entry),
            entry.Required("time_zone", Format.TimeZone),
            entry.Required("start", Format.LocalDateTime),
            entry.Required("duration", Format.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(31))),
            entry.Optional("recurrence", Recurs, Recurrence.Once),
            entry.Items("days").Select(day => entry.Read(day, Day)).ToValueList(),
            entry.Find("until") is { } until ? entry.Read(until, Format.LocalDateTime) : null);
        CheckTimes(entry, window);
        return window;
    }

    /// <summary>A window over everything is an accident.</summary>
    private static MaintenanceScope ReadScope(Entry entry)
    {
        var scope = new MaintenanceScope(
            MatcherReader.Read(entry, "match"), entry.References("teams", Section.Teams), entry.Texts("entities"), []);
        if (scope.Match.Matchers.Count + scope.Teams.Count + scope.Entities.Count == 0)
        {
            entry.Missing("match", "matchers, or 'teams' or 'entities': what pages nobody while it lasts");
        }

        return scope;
    }

    private static void CheckTimes(Entry entry, MaintenanceWindow window)
    {
        if (window.Days.Count > 0 && window.Recurrence != Recurrence.Weekly)
        {
            entry.Reading.Error(
                entry.Where("days"), "are the days of a weekly window only", "recurrence: weekly, or no 'days'");
        }

        if (window.Until is { Year: >= 1970 } until && until <= window.Start)
        {
            entry.Reading.Error(entry.Where("until"), "is not after 'start'", "a later time, or none");
        }

        // One that reaches the next one would never end.
        if (Shortest(window) is { } distance && window.Duration >= distance)
        {
            entry.Reading.Error(
                entry.Where("duration"), "reaches the next occurrence", $"less than {Durations.Format(distance)}");
        }
    }

    /// <summary>The least time from one to the next; clocks that are put forward take up to an hour of it.</summary>
    private static TimeSpan? Shortest(MaintenanceWindow window)
    {
        var days = window.Recurrence switch
        {
            Recurrence.Once => (int?)null,
            Recurrence.Daily => 1,
            Recurrence.Weekly => Closest([.. window.Days.Select(day => (int)day).Distinct().Order()]),
            Recurrence.Monthly => 28,
            _ => throw new System.Diagnostics.UnreachableException($"No distance of {window.Recurrence}."),
        };
        return days is { } known ? TimeSpan.FromDays(known) - TimeSpan.FromHours(1) : null;
    }

    private static int Closest(int[] days) => days.Length < 2
        ? 7
        : days.Zip([.. days.Skip(1), days[0] + 7], (day, next) => next - day).Min();
}
