using NodaTime;

namespace Correlation.Grains.Policy;

/// <summary>What a notification policy makes of the pages for an alert. The alert itself stays as it is.</summary>
public sealed record PagingRule
{
    /// <summary>Nobody is paged while it holds; what still fires when its hours end pages then.</summary>
    public bool Suppresses { get; init; }

    /// <summary>The first page waits for it.</summary>
    public PagingDelay? Delay { get; init; }

    /// <summary>An alert of which its source says nothing for so long is over.</summary>
    public TimeSpan? ClosesAfter { get; init; }

    /// <summary>In what unit the API it was made by says that; empty for minutes. Nothing goes by it.</summary>
    public string ClosesAfterUnit { get; init; } = "";
}

public enum DelayUntil : byte
{
    Elapsed = 1,

    /// <summary>The next time that the clock shows it.</summary>
    Time = 2,

    /// <summary>The same from Monday to Friday.</summary>
    Weekday = 3,

    /// <summary>The same on the one day of the week.</summary>
    Day = 4,
}

/// <param name="For">Of <see cref="DelayUntil.Elapsed"/>.</param>
/// <param name="Minute">Of the others: of the day, in UTC.</param>
/// <param name="On">Of <see cref="DelayUntil.Day"/>.</param>
public sealed record PagingDelay(DelayUntil Until, TimeSpan For, int Minute, IsoDayOfWeek On)
{
    private const int DaysOfWeek = 7;

    /// <summary>Of <see cref="For"/>: as <see cref="PagingRule.ClosesAfterUnit"/>.</summary>
    public string Unit { get; init; } = "";

    /// <summary>From an instant on; what is to come at this very instant comes the next time.</summary>
    public TimeSpan After(DateTimeOffset at)
    {
        if (Until == DelayUntil.Elapsed)
        {
            return For;
        }

        var midnight = new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero);
        return Enumerable.Range(0, DaysOfWeek + 1)
            .Select(days => midnight.AddDays(days).AddMinutes(Minute))
            .First(then => then > at && IsOn(then.DayOfWeek)) - at;
    }

    private bool IsOn(DayOfWeek day) => Until switch
    {
        DelayUntil.Weekday => day is not (DayOfWeek.Saturday or DayOfWeek.Sunday),
        DelayUntil.Day => day == (DayOfWeek)((int)On % DaysOfWeek),
        _ => true,
    };
}
