using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class QuietHoursReader
{
    private static readonly Format<QuietMode> Mode = Format.OneOf(
        ("email_only", QuietMode.EmailOnly),
        ("suppress", QuietMode.Suppress));

    /// <summary>Any week without a clock change.</summary>
    private static readonly DateTimeOffset Monday = new(2026, 1, 12, 0, 0, 0, TimeSpan.Zero);

    public static QuietHours Read(Entry entry)
    {
        var quiet = new QuietHours(
            entry.Items("priorities").Select(item => entry.Read(item, Format.Priority)).ToValueList(),
            entry.Items("hours").Select(item => entry.Read(item, TimeWindowFormat.Of)).ToValueList(),
            entry.Required("time_zone", Format.TimeZone),
            entry.Required("mode", Mode));
        if (quiet.Priorities.Count == 0)
        {
            entry.Missing("priorities", "at least one of " + Format.Priority.Allowed);
        }

        if (quiet.Hours.Count == 0)
        {
            entry.Missing("hours", TimeWindowFormat.Of.Allowed);
        }

        return quiet;
    }

    /// <summary>
    /// What is quiet all the time, if by several parts, is quiet for ever: that is a silence, and it should have an
    /// end.
    /// </summary>
    public static void CheckThatTheyEnd(Entry team, string name, PolicyVersion policy)
    {
        // Hours that could not be read stand there as the whole day.
        var endless = team.Reading.HasErrors
            ? []
            : Enum.GetValues<Priority>().Where(priority => NeverEnd(policy, name, priority)).ToList();
        if (endless.Count > 0)
        {
            team.Reading.Error(
                team.Where("quiet_hours"), $"never end for {string.Join(", ", endless)}",
                "a part of the day or of the week");
        }
    }

    private static bool NeverEnd(PolicyVersion policy, string team, Priority priority)
    {
        var (at, end) = (Monday, Monday.AddDays(8));
        while (at < end && QuietHours.At(policy, team, priority, at) is { } spell)
        {
            at = spell.Until;
        }

        return at >= end;
    }
}
