using System.Diagnostics;
using Correlation.Grains.Model;
using NodaTime;

namespace Correlation.Grains.Policy;

public enum Recurrence : byte
{
    Once = 1,
    Daily = 2,
    Weekly = 3,
    Monthly = 4,
}

/// <summary>
/// A time of planned work, in which what it covers pages nobody. It begins at a local time, whatever the clocks do: one
/// that they skip is later by as much, of one that comes twice it is the first. It lasts as long as it says.
/// </summary>
/// <param name="Start">The first one, in the zone; later ones keep its time of day.</param>
/// <param name="Days">Of a weekly one; empty for the day of the start.</param>
/// <param name="Until">No more of them begin from then on.</param>
public sealed record MaintenanceWindow(
    string Id,
    string Name,
    string Description,
    MaintenanceScope Scope,
    string TimeZone,
    LocalDateTime Start,
    TimeSpan Duration,
    Recurrence Recurrence,
    ValueList<IsoDayOfWeek> Days,
    LocalDateTime? Until)
{
    public bool ByApi { get; init; }

    /// <summary>The one that is in force; of several the one that ends last.</summary>
    public MaintenanceOccurrence? At(DateTimeOffset at) =>
        Since(at)
            .TakeWhile(o => o.Start <= at)
            .Where(o => o.IsActive(at))
            .Select(o => (MaintenanceOccurrence?)o)
            .LastOrDefault();

    /// <summary>When one next begins or ends after this time; null when none ever does.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset after)
    {
        DateTimeOffset? next = null;
        foreach (var (start, end) in Since(after))
        {
            if (start > after)
            {
                return next < start ? next : start;
            }

            next = end > after && !(next < end) ? end : next;
        }

        return next;
    }

    /// <summary>Those that end after this time, in order; without end for one that recurs for ever.</summary>
    public IEnumerable<MaintenanceOccurrence> From(DateTimeOffset at) => Since(at).Where(o => o.End > at);

    /// <summary>Those that may not have ended by then, and some before.</summary>
    private IEnumerable<MaintenanceOccurrence> Since(DateTimeOffset at)
    {
        var zone = DateTimeZoneProviders.Tzdb[TimeZone];
        var local = Instant.FromDateTimeOffset(at).InZone(zone).Date;
        return Dates(local, (int)Math.Ceiling(Duration.TotalDays) + 2)
            .Select(date => date + Start.TimeOfDay)
            .TakeWhile(start => !(start >= Until))
            .Select(start => start.InZoneLeniently(zone).ToInstant().ToDateTimeOffset())
            .Select(start => new MaintenanceOccurrence(start, start + Duration));
    }

    private IEnumerable<LocalDate> Dates(LocalDate now, int daysBack)
    {
        if (Recurrence == Recurrence.Once)
        {
            return [Start.Date];
        }

        // A recurring one lasts a month at most, a single one may last for ever.
        var back = now.PlusDays(-daysBack);
        var from = back > Start.Date ? back : Start.Date;
        return Recurrence switch
        {
            Recurrence.Daily => EachDay(from),
            Recurrence.Weekly =>
                EachDay(from)
                    .Where(date => Days.Count == 0 ? date.DayOfWeek == Start.DayOfWeek : Days.Contains(date.DayOfWeek)),
            Recurrence.Monthly => Months(from.ToYearMonth()).Select(InMonth).SkipWhile(date => date < from),
            _ => throw new UnreachableException($"No dates of {Recurrence}."),
        };
    }

    private static IEnumerable<LocalDate> EachDay(LocalDate from)
    {
        for (var date = from; ; date = date.PlusDays(1))
        {
            yield return date;
        }
    }

    private static IEnumerable<YearMonth> Months(YearMonth from)
    {
        for (var month = from; ; month = month.PlusMonths(1))
        {
            yield return month;
        }
    }

    /// <summary>The 31st of a shorter month is its last day.</summary>
    private LocalDate InMonth(YearMonth month) => month.OnDayOfMonth(
        Math.Min(Start.Day, CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month)));
}

public readonly record struct MaintenanceOccurrence(DateTimeOffset Start, DateTimeOffset End)
{
    public bool IsActive(DateTimeOffset at) => Start <= at && at < End;
}
