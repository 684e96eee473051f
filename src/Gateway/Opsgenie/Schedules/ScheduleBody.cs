using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Gateway.Opsgenie.Schedules;

/// <summary>
/// A schedule, whole on a create and in part on a PATCH; rotations that are given replace all there were.
/// </summary>
internal static class ScheduleBody
{
    private const int LongestName = 100;
    private const int LongestDescription = 10_000;
    private const int MostRotations = 100;

    public static Schedule Create(BodyObject body, PolicyVersion policy, string id, Func<string> newId)
    {
        if (body.Text("name") is null)
        {
            body.Errors.Add("name", "Name can not be empty.");
        }

        return Change(body, new Schedule("", id, "", "UTC", [], null) { ByApi = true }, policy, newId);
    }

    public static Schedule Change(BodyObject body, Schedule before, PolicyVersion policy, Func<string> newId)
    {
        var zone = Zone(body) ?? before.TimeZone;
        var after = before with
        {
            Name = body.Text("name") ?? before.Name,
            Description = Texts.Cut(body.Text("description") ?? before.Description, LongestDescription),
            TimeZone = zone,
            Enabled = body.Flag("enabled") ?? before.Enabled,
            Team = Team(body, policy) ?? before.Team,
            Rotations = before.Rotations.Select(rotation => RotationBody.Moved(rotation, before.TimeZone, zone))
                .ToValueList(),
        };
        if (Texts.Length(after.Name) > LongestName)
        {
            body.Errors.Add("name", $"Name can not be longer than {LongestName} characters.");
        }

        return body.Objects("rotations") is { } rotations
            ? WithRotations(after, before, rotations, policy, newId)
            : after;
    }

    /// <summary>A rotation that is sent with its id keeps it, and what else only we know of it.</summary>
    private static Schedule WithRotations(
        Schedule schedule, Schedule before,
        IReadOnlyList<BodyObject> rotations, PolicyVersion policy, Func<string> newId)
    {
        var moved = schedule;
        schedule = schedule with { Rotations = [] };
        foreach (var rotation in rotations.Take(MostRotations))
        {
            var known = (rotation.Text("id") ?? rotation.Text("name")) is { } named ? moved.FindRotation(named) : null;
            var read = known is null || schedule.FindRotation(known.Key) is not null
                ? RotationBody.Create(rotation, schedule, policy, newId())
                : RotationBody.Change(rotation, known, schedule, policy);
            schedule = schedule with { Rotations = schedule.Rotations.Add(read) };
        }

        if (rotations.Count > MostRotations)
        {
            rotations[0].Errors.Add(
                "rotations",
                $"rotations must hold at most {MostRotations}; '{before.Name}' would have {rotations.Count}.");
        }

        return schedule;
    }

    private static string? Zone(BodyObject body)
    {
        if (body.Text("timezone") is not { } text)
        {
            return null;
        }

        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(text) is not null)
        {
            return text;
        }

        body.Errors.Add(
            "timezone", $"timezone '{Texts.Cut(text, LongestName)}' is not a name of the IANA time zone database.");
        return null;
    }

    private static string? Team(BodyObject body, PolicyVersion policy)
    {
        if (body.Object("ownerTeam") is not { } team || (team.Text("name") ?? team.Text("id")) is not { } stated)
        {
            return null;
        }

        var name = team.Text("name") ?? People.NameOf(policy, "team", stated);
        if (policy.FindTeam(name) is { } found)
        {
            return found.Name;
        }

        body.Errors.Add("ownerTeam", $"There is no team '{Texts.Cut(name, LongestName)}'.");
        return null;
    }
}
