using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>
/// A rotation, whole on a create and in part on a PATCH. Its times are instants; ours are on the wall of its zone.
/// </summary>
internal static class RotationBody
{
    private const int LongestName = 100;
    private const int MostParticipants = 100;
    private const int LongestTurn = 10_000;

    public static Rotation Create(BodyObject body, Schedule schedule, PolicyVersion policy, string id)
    {
        foreach (var field in (string[])["type", "startDate", "participants"])
        {
            if (!body.Has(field))
            {
                body.Errors.Add(body.PathOf(field), $"{field} can not be empty.");
            }
        }

        var name = Enumerable.Range(1, schedule.Rotations.Count + 1)
            .Select(number => $"Rot{number}")
            .First(free => schedule.FindRotation(free) is null);
        return Change(body, new Rotation(name, default, RotationType.Weekly, 1, []) { Id = id }, schedule, policy);
    }

    /// <summary>What is not given stays as it is.</summary>
    public static Rotation Change(BodyObject body, Rotation before, Schedule schedule, PolicyVersion policy)
    {
        var zone = DateTimeZoneProviders.Tzdb[before.TimeZone ?? schedule.TimeZone];
        var after = before with
        {
            Name = body.Text("name") ?? before.Name,
            Start = Local(body.Time("startDate"), zone) ?? before.Start,
            End = body.Has("endDate") ? Local(body.Time("endDate"), zone) ?? before.End : before.End,
            Type = Type(body) ?? before.Type,
            Length = body.Number("length") ?? before.Length,
            Participants = Participants(body, policy) ?? before.Participants,
            Restrictions = body.Has("timeRestriction")
                ? RestrictionJson.Read(body.Object("timeRestriction"))
                : before.Restrictions,
        };
        if (Texts.Length(after.Name) > LongestName || schedule.FindRotation(after.Name) is { } same &&
            same.Key != after.Key)
        {
            body.Errors.Add(
                body.PathOf("name"), $"name must be the rotation's own and have at most {LongestName} characters.");
        }

        if (after.Length is < 1 or > LongestTurn)
        {
            body.Errors.Add(body.PathOf("length"), $"length must be from 1 to {LongestTurn}.");
        }

        if (after.End <= after.Start)
        {
            body.Errors.Add(body.PathOf("endDate"), "endDate must be after startDate.");
        }

        return after;
    }

    /// <summary>Where its times are on the wall of another zone: the instants stay.</summary>
    public static Rotation Moved(Rotation rotation, string from, string to)
    {
        if (rotation.TimeZone is not null)
        {
            return rotation;
        }

        var (old, now) = (DateTimeZoneProviders.Tzdb[from], DateTimeZoneProviders.Tzdb[to]);
        return rotation with
        {
            Start = Local(rotation.Start, old, now),
            End = rotation.End is { } end ? Local(end, old, now) : null,
        };
    }

    private static LocalDateTime Local(LocalDateTime local, DateTimeZone from, DateTimeZone to) =>
        from.AtLeniently(local).ToInstant().InZone(to).LocalDateTime;

    private static LocalDateTime? Local(DateTimeOffset? time, DateTimeZone zone) =>
        time is { } instant ? Instant.FromDateTimeOffset(instant).InZone(zone).LocalDateTime : null;

    private static RotationType? Type(BodyObject body)
    {
        switch (body.Text("type")?.ToLowerInvariant())
        {
            case null:
                return null;
            case "hourly":
                return RotationType.Hourly;
            case "daily":
                return RotationType.Daily;
            case "weekly":
                return RotationType.Weekly;
            default:
                body.Errors.Add(body.PathOf("type"), "type must be one of daily, weekly, hourly.");
                return null;
        }
    }

    private static ValueList<Participant>? Participants(BodyObject body, PolicyVersion policy)
    {
        if (body.Objects("participants") is not { } list)
        {
            return null;
        }

        if (list.Count is 0 or > MostParticipants)
        {
            body.Errors.Add(body.PathOf("participants"), $"participants must hold 1 to {MostParticipants}.");
        }

        return list.Select(one => RecipientReader.Read(one, body.PathOf("participants"), policy))
            .OfType<Participant>()
            .ToValueList();
    }
}
