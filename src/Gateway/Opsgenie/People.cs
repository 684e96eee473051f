using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Gateway.Opsgenie;

/// <summary>
/// Ids of users, teams, escalations and schedules, which Opsgenie clients may send in place of names and insist on
/// reading. What the configuration gives no id has one derived from its name.
/// </summary>
internal static class People
{
    public static string IdOf(PolicyVersion policy, string type, string name) => type switch
    {
        "team" when policy.FindTeam(name) is { } team => IdOf(team),
        "schedule" when policy.FindSchedule(name) is { Id.Length: > 0 } schedule => schedule.Id,
        "user" when policy.FindUser(name) is { } user => IdOf(user),
        "escalation" when policy.FindEscalation(name) is { } escalation => IdOf(escalation),
        _ => DerivedIdOf(type, name),
    };

    public static string IdOf(Team team) => Own(team.Id, "team", team.Name);

    public static string IdOf(User user) => Own(user.Id, "user", user.Name);

    public static string IdOf(Escalation escalation) => Own(escalation.Id, "escalation", escalation.Name);

    /// <summary>
    /// An id that nothing has is taken for a name, so that the alert's history shows what was asked for.
    /// </summary>
    public static string NameOf(PolicyVersion policy, string type, string id) =>
        NamesOf(policy, type)
            .FirstOrDefault(name => IdOf(policy, type, name).Equals(id, StringComparison.OrdinalIgnoreCase)) ?? id;

    private static IEnumerable<string> NamesOf(PolicyVersion policy, string type) => type switch
    {
        "team" => policy.Teams.Select(t => t.Name),
        "schedule" => policy.Schedules.Select(s => s.Name),
        "escalation" => policy.Escalations.Select(e => e.Name),
        "user" => policy.Users.Select(u => u.Name),
        _ => [],
    };

    private static string Own(string id, string type, string name) => id.Length > 0 ? id : DerivedIdOf(type, name);

    public static string DerivedIdOf(string type, string name) =>
        DerivedId.Of(type, name.ToUpperInvariant(), 0).ToString();
}
