using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Grains.Tests.Schedules;

/// <summary>Schedules of people with short names, and who is on call by them.</summary>
internal static class Calendars
{
    public const string Berlin = "Europe/Berlin";

    public static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    public static Schedule Daily(string zone, LocalDateTime start, params string[] people) =>
        One(zone, RotationType.Daily, 1, start, people);

    public static Schedule One(
        string zone, RotationType type, int length, LocalDateTime start, params string[] people) =>
        Of(zone, Rotation("only", start, type, length, people));

    public static Schedule Of(string zone, params Rotation[] rotations) =>
        new("duty", "id", "", zone, rotations.ToValueList(), Team: null);

    public static Rotation Rotation(
        string name, LocalDateTime start, RotationType type, int length, params string[] people) =>
        new(name, start, type, length, people.Select(Participant.Parse).ToValueList());

    /// <summary>The names of those on call; nobody, by name, is <c>none</c>.</summary>
    public static IEnumerable<string> On(Schedule schedule, DateTimeOffset at, params Override[] overrides) =>
        OnCall.At(schedule, [.. overrides], at).OnCall.Select(duty => Short(duty.Who));

    public static IEnumerable<string> On(Schedule schedule, string at, params Override[] overrides) =>
        On(schedule, Utc(at), overrides);

    public static string Short(Participant who) => who.ToString();
}
