using Correlation.Grains.Policy;
using NodaTime;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>A user, whole on a create and in part on a PATCH.</summary>
internal static class UserBody
{
    private const int LongestFullName = 512;

    public static User Read(BodyObject body, User before)
    {
        var name = Names.Read(body, "username", before.Name);
        var fullName = body.Text("fullName") ?? (before.FullName.Length > 0 ? before.FullName : name);
        if (Texts.Length(fullName) > LongestFullName)
        {
            body.Errors.Add("fullName", $"fullName can not be longer than {LongestFullName} characters.");
        }

        return before with
        {
            Name = name,
            FullName = fullName,
            TimeZone = Zone(body) ?? before.TimeZone,
            Profile = UserProfile.Read(body, before.Profile),
        };
    }

    private static string? Zone(BodyObject body)
    {
        if (body.Text("timeZone") is not { } zone || DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not null)
        {
            return body.Text("timeZone");
        }

        body.Errors.Add(
            "timeZone", $"timeZone '{Texts.Cut(zone, Limits.Alias)}' is not a name of the IANA time zone database.");
        return null;
    }
}
