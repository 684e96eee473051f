using Correlation.Gateway.Seams;

namespace Correlation.Gateway.Query.Alerts;

/// <summary>How often an alert was sent again within one hour.</summary>
/// <param name="Hour">When the hour begins, in UTC.</param>
/// <param name="Count">Repeats in it; the alert's own count has them too.</param>
/// <param name="LongestGapSeconds">
/// The longest time between two repeats of the hour that follow one another; from hour to hour compare 'lastAt' with
/// 'firstAt'.
/// </param>
public sealed record RepeatHourShape(
    DateTimeOffset Hour, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, double LongestGapSeconds)
{
    internal static RepeatHourShape Of(RepeatsInHour hour) =>
        new(hour.Hour, hour.Count, hour.FirstAt, hour.LastAt, hour.LongestGap.TotalSeconds);
}
