using Correlation.Grains.Model;
using NodaTime;

namespace Correlation.Grains.Policy;

public enum QuietMode : byte
{
    /// <summary>The ladder is climbed by what wakes nobody.</summary>
    EmailOnly = 1,

    /// <summary>Nobody is paged.</summary>
    Suppress = 2,
}

/// <summary>When a team does not want to be woken for some priorities.</summary>
/// <param name="Hours">Within any of them, on the wall clock of <paramref name="TimeZone"/>.</param>
public sealed record QuietHours(
    ValueList<Priority> Priorities, ValueList<TimeWindow> Hours, string TimeZone, QuietMode Mode)
{
    /// <summary>
    /// Those of the team that hold for the priority at the instant, and until when; null when none do. Of several the
    /// strictest: what remains when it ends is asked then.
    /// </summary>
    public static QuietSpell? At(PolicyVersion policy, string team, Priority priority, DateTimeOffset at) =>
        Strictest(policy, team, at, quiet => quiet.Priorities.Contains(priority));

    private static QuietSpell? Strictest(PolicyVersion policy, string team, DateTimeOffset at, Func<QuietHours, bool> counts) =>
        policy.FindTeam(team)?.QuietHours
            .Where(counts)
            .Select(quiet => quiet.At(team, at))
            .OfType<QuietSpell>()
            .OrderByDescending(spell => spell.Mode)
            .ThenByDescending(spell => spell.Until)
            .FirstOrDefault();

    /// <summary>
    /// It would ring now, and was decided when it might: its incident is to say what becomes of it, whatever priority
    /// the page names, for that may be of what is held back, or have changed since.
    /// </summary>
    public static QuietSpell? HoldsBack(PolicyVersion policy, Delivery page, DateTimeOffset now)
    {
        if (page.RingsInQuietHours || page.Updates is not null ||
            Strictest(policy, page.Text.Team, now, _ => true) is not { } spell)
        {
            return null;
        }

        return spell.Mode == QuietMode.EmailOnly && WakesNobody(policy, page.Target) ? null : spell;
    }

    /// <summary>A contact that makes no sound: e-mail, and the service's own log.</summary>
    public static bool WakesNobody(PolicyVersion policy, DeliveryTarget contact) =>
        policy.FindChannel(contact.Channel)?.Type is "email" or "log";

    public static bool IsTelephone(PolicyVersion policy, DeliveryTarget contact) =>
        policy.FindChannel(contact.Channel)?.Type is "sms" or "voice";

    private QuietSpell? At(string team, DateTimeOffset at)
    {
        var zone = DateTimeZoneProviders.Tzdb[TimeZone];
        var (inForce, _, until) = RotationSlice.Window(Hours, zone, Instant.FromDateTimeOffset(at));
        return inForce ? new QuietSpell(Mode, until.ToDateTimeOffset(), Say(team, until.InZone(zone))) : null;
    }

    private string Say(string team, ZonedDateTime until)
    {
        var wall = until.ToString("uuuu-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        return $"quiet hours of {team} until {wall} {TimeZone}, {(Mode == QuietMode.Suppress ? "nobody is paged" : "e-mail only")}";
    }
}

/// <param name="Says">Whose they are, until when, and what they mean.</param>
public sealed record QuietSpell(QuietMode Mode, DateTimeOffset Until, string Says);
