using Correlation.Gateway.Requests;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration.Sections;

internal static class RotationReader
{
    private static readonly Format<RotationType> Type = Format.OneOf(
        ("hourly", RotationType.Hourly),
        ("daily", RotationType.Daily),
        ("weekly", RotationType.Weekly),
        ("custom", RotationType.Custom));

    private static readonly Format<TimeSpan> CustomLength =
        Format.Duration(TimeSpan.FromMinutes(30), TimeSpan.FromDays(366));

    public static Rotation Read(Entry entry, string schedule, ValueList<string> layers)
    {
        var name = entry.Required("name", Format.Name);
        var start = entry.Required("start", Format.LocalDateTime);
        var type = entry.Required("type", Type);
        var rotation = new Rotation(name, start, type, ReadLength(entry, type), ReadParticipants(entry, schedule))
        {
            Id = DerivedId.Of("rotation", $"{schedule}\n{name}", 0).ToString(),
            End = entry.Find("end") is { } end ? entry.Read(end, Format.LocalDateTime) : null,
            TimeZone = entry.Find("time_zone") is { } zone ? entry.Read(zone, Format.TimeZone) : null,
            Layer = ReadLayer(entry, layers),
            Restrictions = entry.Items("restrictions")
                .Select(item => entry.Read(item, TimeWindowFormat.Of))
                .ToValueList(),
        };
        if (rotation.Participants.Count == 0)
        {
            entry.Missing("participants", "users, team:<name>, escalation:<name> or none, in the order of their turns");
        }

        if (rotation.End <= start && entry.Where("end") is { Text: { } written } at &&
            Format.LocalDateTime.Read(written, out _) is null)
        {
            entry.Reading.Error(at, "is not after the start", "a local date and time after 'start', or nothing");
        }

        return rotation;
    }

    private static int ReadLength(Entry entry, RotationType type) => type == RotationType.Custom
        ? (int)entry.Required("length", CustomLength).TotalMinutes
        : entry.Optional("length", Format.Number(1, 366), 1);

    private static ValueList<Participant> ReadParticipants(Entry entry, string schedule) => entry.Items("participants")
        .Select(item => ReadParticipant(entry, item, schedule))
        .ToValueList();

    /// <summary>Mostly a user's bare name.</summary>
    private static Participant ReadParticipant(Entry entry, Field item, string schedule)
    {
        var who = Participant.Parse(entry.Read(item, Format.Name));
        Section? section = who.Type switch
        {
            ParticipantType.User => Section.Users,
            ParticipantType.Team => Section.Teams,
            ParticipantType.Escalation => Section.Escalations,
            _ => null,
        };
        if (section is { } named && item.Text is { Length: > 0 })
        {
            entry.Reading.Refer(named, who.Name, item);
            entry.Reading.OnceAllIsRead(policy => WarnOfNobody(entry.Reading, policy, who, item));
            entry.Reading.OnceAllIsRead(policy => RefuseCircle(entry.Reading, policy, schedule, who, item));
        }

        return who;
    }

    /// <summary>Their turn is that of the layer below it, or nobody's.</summary>
    private static void WarnOfNobody(Reading reading, PolicyVersion policy, Participant who, Field item)
    {
        if (policy.Find(who) is not null && OnCallPeople.Of(policy, [who], reading.Now).Count == 0)
        {
            reading.Warn(
                item,
                "names no people, so that a layer below answers in this turn, or nobody",
                "a team with members, an escalation whose first step notifies people, or none where nobody is meant");
        }
    }

    /// <summary>Those of escalations alone are found where the escalations are read.</summary>
    private static void RefuseCircle(
        Reading reading, PolicyVersion policy, string schedule, Participant who, Field item)
    {
        if (Circle.By(policy, schedule, who, reading.Now) is { } circle)
        {
            reading.Error(
                item,
                "leads in a circle: " + circle,
                "an escalation that does not notify this schedule, nor another that leads to it");
        }
    }

    private static string? ReadLayer(Entry entry, ValueList<string> layers)
    {
        if (entry.Find("layer") is not { } field)
        {
            return null;
        }

        var layer = entry.Read(field, Format.Name);
        if (!layers.Contains(layer))
        {
            var allowed = layers.Count == 0 ? "none, for the schedule has no 'layers'" : string.Join(", ", layers);
            entry.Reading.Error(field, "is none of the schedule's layers" + Spelling.Hint(layer, layers), allowed);
        }

        return layer;
    }
}
