using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class ScheduleReader
{
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
        return schedule;
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
