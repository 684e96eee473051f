using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class ScheduleReader
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(30);

    public static Schedule Read(Entry entry)
    {
        var name = entry.Name(Section.Schedules);
        var layers = entry.Texts("layers");
        var schedule = new Schedule(
            name,
            DerivedId.Of("schedule", name, 0).ToString(),
            entry.Text("description"),
            entry.Required("time_zone", Format.TimeZone),
            entry.Entries("rotations", rotation => RotationReader.Read(rotation, name, layers)),
            entry.Reference("team", Section.Teams))
        {
            Layers = layers,
            Enabled = entry.Optional("enabled", Format.Flag, true),
        };
        if (schedule.Rotations.Count == 0)
        {
            entry.Missing("rotations", "at least one rotation");
        }

        RefuseTwice(entry, "rotations", schedule.Rotations.Select(rotation => rotation.Name));
        RefuseTwice(entry, "layers", layers);
        entry.Reading.OnceAllIsRead(policy => WarnOfGap(entry, Roster.Of(policy), schedule));
        return schedule;
    }

    /// <summary>
    /// Of the first gap to come. What is past cannot be covered any more, and what is meant to be nobody's is none.
    /// </summary>
    private static void WarnOfGap(Entry entry, Roster roster, Schedule schedule)
    {
        var now = entry.Reading.Now;
        if (!entry.Reading.HasErrors &&
            OnCallCalendar.Gaps(schedule, roster, now, now + Ahead).FirstOrDefault() is { } gap)
        {
            var until = gap.Until < now + Ahead ? $"until {gap.Until:yyyy-MM-dd'T'HH:mm'Z'}" : "on";
            entry.Reading.Warn(
                entry.Where("rotations"),
                $"leave nobody on call from {gap.From:yyyy-MM-dd'T'HH:mm'Z'} {until}",
                "a rotation that covers it, or one of 'none' where that is meant");
        }
    }

    private static void RefuseTwice(Entry entry, string key, IEnumerable<string> names)
    {
        var byName = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase);
        foreach (var twice in byName.Where(same => same.Count() > 1))
        {
            entry.Reading.Error(entry.Where(key), "has a name twice", "names used once", twice.Key);
        }
    }
}
