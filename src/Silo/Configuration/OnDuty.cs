using Correlation.Grains.Policy;

namespace Correlation.Silo.Configuration;

/// <summary>Whom pages are meant for, and whether they wake them.</summary>
internal static class OnDuty
{
    /// <returns>The first schedule or escalation that names the user; null when none does.</returns>
    public static string? Of(PolicyVersion policy, string user, DateTimeOffset now) =>
        policy.Schedules
            .Where(schedule =>
                schedule.Enabled &&
                    IsAmong(OnCallPeople.Of(policy, schedule.Rotations.SelectMany(r => r.Participants), now), user))
            .Select(schedule => "schedule " + schedule.Name)
            .Concat(policy.Escalations
                .Where(escalation =>
                    escalation.Steps.Any(step => IsAmong(OnCallPeople.Named(policy, step.Target, now), user)))
                .Select(escalation => "escalation " + escalation.Name))
            .FirstOrDefault();

    /// <summary>
    /// People on duty whom nothing reaches but the service's own log. No mistake of the files, which are to be tried
    /// before anybody is woken, and so said only to who asks.
    /// </summary>
    public static IEnumerable<Problem> ByLogAlone(PolicyVersion policy, DateTimeOffset now) => policy.Users
        .Where(user =>
            user.Contacts.Count > 0 &&
                user.Contacts.All(contact => policy.FindChannel(contact.Channel)?.Type == "log"))
        .Select(user => (user.Name, Duty: Of(policy, user.Name, now)))
        .Where(person => person.Duty is not null)
        .Select(person => new Problem(
            Severity.Warning,
            policy.FileOf("users", person.Name) ?? "",
            0,
            0,
            $"users[{person.Name}].contacts",
            $"reach the service's own log alone, and {person.Duty} names this user: no page wakes them",
            "a contact by a channel of another type",
            null));

    private static bool IsAmong(IEnumerable<string> people, string user) =>
        people.Contains(user, StringComparer.OrdinalIgnoreCase);
}
