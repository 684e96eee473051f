using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class ScheduleReader
{
    private static readonly Format<RotationType> Type = Format.OneOf(
        ("hourly", RotationType.Hourly),
        ("daily", RotationType.Daily),
        ("weekly", RotationType.Weekly));

    public static Schedule Read(Entry entry)
    {
        var name = entry.Name(Section.Schedules);
        var schedule = new Schedule(
            name,
            DerivedId.Of("schedule", name, 0).ToString(),
            entry.Text("description"),
            entry.Required("time_zone", Format.TimeZone),
            entry.Entries("rotations", ReadRotation),
            entry.Reference("team", Section.Teams));
        if (schedule.Rotations.Count == 0)
        {
            entry.Missing("rotations", "at least one rotation");
        }

        var byName = schedule.Rotations.GroupBy(rotation => rotation.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var twice in byName.Where(same => same.Count() > 1))
        {
            entry.Reading.Error(entry.Where("rotations"), "has a name twice", "names used once", twice.Key);
        }

        return schedule;
    }

    private static Rotation ReadRotation(Entry entry)
    {
        var rotation = new Rotation(
            entry.Required("name", Format.Name),
            entry.Required("start", Format.LocalDateTime),
            entry.Required("type", Type),
            entry.Optional("length", Format.Number(1, 366), 1),
            entry.References("participants", Section.Users));
        if (rotation.Participants.Count == 0)
        {
            entry.Missing("participants", "at least one user, in the order of their turns");
        }

        return rotation;
    }
}
