using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Gateway.Query.Schedules;

/// <summary>How the native API spells what a schedule is made of: as the configuration does.</summary>
internal static class Words
{
    public static string Of(ParticipantType type) => type.ToString().ToLowerInvariant();

    public static string Of(Participant who) => who.ToString();

    public static string Of(RotationType type) => type.ToString().ToLowerInvariant();

    public static string Of(TimeWindow window) => window is { StartDay: { } first, EndDay: { } last }
        ? $"{Of(first)} {Time(window.Start)} - {Of(last)} {Time(window.End)}"
        : $"{Time(window.Start)}-{Time(window.End)}";

    private static string Of(IsoDayOfWeek day) => day.ToString().ToLowerInvariant();

    private static string Time(int minutes) => $"{minutes / 60:00}:{minutes % 60:00}";
}
