using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class QuietHoursReader
{
    private static readonly Format<QuietMode> Mode = Format.OneOf(
        ("email_only", QuietMode.EmailOnly),
        ("suppress", QuietMode.Suppress));

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

        // What is quiet all day is quiet for ever: that is a silence, and it should have an end.
        else if (quiet.Hours.Any(window => window.StartDay is null && window.LengthMinutes == TimeWindow.DayMinutes))
        {
            entry.Reading.Error(entry.Where("hours"), "never end", "a part of the day or of the week");
        }

        return quiet;
    }
}
