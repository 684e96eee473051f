namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>
/// What a path under /v2/schedules means: <c>[schedule[/part[/item]]]</c>, each percent-decoded. The on-calls of all
/// schedules win over a schedule of that name.
/// </summary>
/// <param name="Part">Such as rotations; empty for the schedule itself.</param>
/// <param name="Item">Of the part; empty for all of it.</param>
internal readonly record struct SchedulePath(string Schedule, string Part, string Item)
{
    public const string OnCalls = "on-calls";

    /// <summary>Null when there are more segments than any path has.</summary>
    public static SchedulePath? Of(string rest)
    {
        var segments = rest.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Texts.Decode).ToArray();
        return segments switch
        {
            [] => new SchedulePath("", "", ""),
            [OnCalls] => new SchedulePath("", OnCalls, ""),
            [var schedule] => new SchedulePath(schedule, "", ""),
            [var schedule, var part] => new SchedulePath(schedule, part, ""),
            [var schedule, var part, var item] => new SchedulePath(schedule, part, item),
            _ => null,
        };
    }
}
