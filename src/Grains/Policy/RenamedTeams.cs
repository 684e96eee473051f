using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>
/// What was made through an API goes on naming a team as it was called then. In force it names the team as it is called
/// now.
/// </summary>
internal static class RenamedTeams
{
    public static bool AreIn(PolicyVersion policy) => policy.Teams.Any(team => team.Formerly.Count > 0);

    /// <summary>All but its schedules.</summary>
    public static PolicyVersion In(PolicyVersion policy) => policy with
    {
        Escalations = policy.Escalations.Select(ladder => ladder with
        {
            Team = Now(policy, ladder.Team),
            Steps = ladder.Steps.Select(step => step with { Target = Now(policy, step.Target) }).ToValueList(),
        }).ToValueList(),
        AlertPolicies = policy.AlertPolicies.Select(rule => In(policy, rule)).ToValueList(),
        NotificationPolicies = policy.NotificationPolicies.Select(rule => In(policy, rule)).ToValueList(),
        Keys = KeysIn(policy),
    };

    /// <summary>
    /// A key that was made is in the hands of those whom it was made for, also when a file's team takes what they were
    /// called: it neither sees nor closes what is the file's.
    /// </summary>
    private static ValueList<ApiKey> KeysIn(PolicyVersion policy)
    {
        var now = policy.Teams.ToLookup(team => team.Name, StringComparer.OrdinalIgnoreCase);
        var before = policy.Teams.SelectMany(team => team.Formerly, (team, former) => (team, former))
            .ToLookup(one => one.former, one => one.team, StringComparer.OrdinalIgnoreCase);
        return policy.Keys.Select(key =>
        {
            var name = key.Team ?? "";
            var (first, second) = key.ByApi && now[name].Any(team => !team.ByApi) ? (before, now) : (now, before);
            return (first[name].FirstOrDefault() ?? second[name].FirstOrDefault()) is { } team
                ? key with
                {
                    Team = team.Name,
                    FormerTeams = team.Formerly.Where(former => !now.Contains(former) && before[former].First() == team)
                        .ToValueList(),
                }
                : key with { FormerTeams = [] };
        }).ToValueList();
    }

    public static Schedule In(PolicyVersion policy, Schedule schedule) => !AreIn(policy) ? schedule : schedule with
    {
        Team = Now(policy, schedule.Team),
        Rotations = schedule.Rotations.Select(rotation => rotation with
        {
            Participants = rotation.Participants
                .Select(who => who.Type == ParticipantType.Team ? who with { Name = policy.TeamNow(who.Name) } : who)
                .ToValueList(),
        }).ToValueList(),
    };

    private static AlertPolicy In(PolicyVersion policy, AlertPolicy rule) => rule with
    {
        Team = Now(policy, rule.Team),
        Responders = rule.Responders
            .Select(who => who.Type == "team" ? who with { Name = policy.TeamNow(who.Name) } : who)
            .ToValueList(),
    };

    private static StepTarget Now(PolicyVersion policy, StepTarget target) =>
        target.Type is StepTargetType.Team or StepTargetType.Admins or StepTargetType.Random
            ? target with { Name = policy.TeamNow(target.Name) }
            : target;

    private static string? Now(PolicyVersion policy, string? team) => team is null ? null : policy.TeamNow(team);
}
