using Correlation.Grains.Policy;

namespace Correlation.Grains.Resources;

/// <summary>Who names whom in a policy.</summary>
public static class References
{
    /// <summary>A script gone wild is stopped long before the policy becomes slow.</summary>
    public const int MostOfOneKind = 1_000;

    /// <summary>One that has its name, of a file or made. Policies may share theirs: nobody refers to them.</summary>
    internal static bool Namesake(PolicyVersion policy, Resource resource) =>
        IdsByName(policy, resource).Any(one => one.Id != resource.Id && Same(one.Name, resource.Name));

    internal static bool IsFull(PolicyVersion policy, Resource resource) =>
        policy.MadeResources.Count(made => made.Word == resource.Word && made.Id != resource.Id) >= MostOfOneKind;

    /// <summary>The first thing it names that is not there, such as "user 'ann'"; null when all are.</summary>
    internal static string? Missing(PolicyVersion policy, Resource resource) => resource switch
    {
        Resource.OfTeam(var team) => Unknown("user", team.Members.Select(member => member.User), policy.FindUser)
            ?? Unknown("escalation", EscalationsOf(team), policy.FindEscalation),
        Resource.OfEscalation(var ladder) =>
            ladder.Steps.Select(step => Missing(policy, step.Target)).FirstOrDefault(missing => missing is not null),
        Resource.OfKey({ Team: { } owner }) => Unknown("team", [owner], policy.FindTeam),
        Resource.OfAlertPolicy({ Team: { } owner }) => Unknown("team", [owner], policy.FindTeam),
        _ => null,
    };

    /// <summary>
    /// What was made through an API names what is not there any more, such as "the escalation 'night' names user
    /// 'ann'": a file had it. Such a step, turn or rule reaches nobody.
    /// </summary>
    public static IEnumerable<string> Dangling(PolicyVersion policy, DateTimeOffset at) =>
        policy.MadeResources.Select(made => (Of: $"the {made.Word} '{made.Name}'", Missing: Missing(policy, made)))
            .Concat(
                policy.MadeSchedules.Select(
                    made => (Of: $"the schedule '{made.Name}'", Missing: Missing(policy, made))))
            .Concat(AheadOf(policy, at).Select(one => (
                one.Of, Missing: FirstMissing(policy, one.Shifts.Select(shift => shift.Who)) ?? MissingRotation(one.Schedule, one.Shifts))))
            .Where(one => one.Missing is not null)
            .Select(one => $"{one.Of} names {one.Missing}, which is not there");

    /// <summary>
    /// A file's team has what one that was renamed was called, and no API could refuse it: "the team 'night' has the
    /// name that the team 'dusk' had, and is meant by it".
    /// </summary>
    public static IEnumerable<string> TakenNames(PolicyVersion policy) =>
        from renamed in policy.Teams
        from former in renamed.Formerly
        let team = policy.FindTeam(former)
        where team != renamed
        select $"the team '{team.Name}' has the name that the team '{renamed.Name}' had, and is meant by it";

    /// <summary>
    /// Something that names it, such as "the team 'serving'"; null when nothing does. Who stood in until now is free to
    /// go.
    /// </summary>
    public static string? To(PolicyVersion policy, Resource resource, DateTimeOffset at)
    {
        var name = resource.Name;
        return resource switch
        {
            Resource.OfUser => First(
                "team", policy.Teams.Where(t => t.Members.Any(m => Same(m.User, name))), t => t.Name)
                ?? Step(policy, name, StepTargetType.User)
                ?? Turn(policy, name, ParticipantType.User)
                ?? StandIn(policy, name, ParticipantType.User, at)
                ?? Responder(policy, "user", name),
            Resource.OfTeam(var team) => team.Formerly.Where(former => policy.FindTeam(former) is null or { ByApi: true })
                .Prepend(name)
                .Select(called => ToTeam(policy, called, at))
                .FirstOrDefault(other => other is not null),
            Resource.OfEscalation => First(
                "team", policy.Teams.Where(t => EscalationsOf(t).Any(e => Same(e, name))), t => t.Name)
                ?? First("route", policy.Routes.Where(r => Same(r.Escalation, name)), r => r.Name)
                ?? Step(policy, name, StepTargetType.Escalation)
                ?? Turn(policy, name, ParticipantType.Escalation)
                ?? StandIn(policy, name, ParticipantType.Escalation, at)
                ?? Responder(policy, "escalation", name),
            _ => null,
        };
    }

    private static string? ToTeam(PolicyVersion policy, string name, DateTimeOffset at) =>
        Step(policy, name, StepTargetType.Team, StepTargetType.Admins, StepTargetType.Random)
            ?? Turn(policy, name, ParticipantType.Team)
            ?? StandIn(policy, name, ParticipantType.Team, at)
            ?? Responder(policy, "team", name)
            ?? First("integration", policy.Keys.Where(k => Same(k.Team, name)), k => k.Name)
            ?? First("policy", policy.AlertPolicies.Concat(policy.NotificationPolicies).Where(p => Same(p.Team, name)), p => p.Name)
            ?? First("route", policy.Routes.Where(r => Same(r.Team, name)), r => r.Name)
            ?? First("kind", policy.Kinds.Where(k => Same(k.Team, name)), k => k.Name);

    /// <summary>
    /// Another team that was called so: what names it as it was called then would mean this one. Null when there is
    /// none.
    /// </summary>
    internal static string? FormerNamesake(PolicyVersion policy, Resource resource) => resource is not Resource.OfTeam ? null
        : policy.Teams.FirstOrDefault(
            team => team.Id != resource.Id && team.Formerly.Contains(resource.Name, StringComparer.OrdinalIgnoreCase))?.Name;

    /// <summary>
    /// The team that was called as a file's is, whose keys that name means; null when there is none. What is made for
    /// the file's team would be that one's.
    /// </summary>
    internal static string? FormerOwner(PolicyVersion policy, Resource? before, Resource resource) =>
        resource is Resource.OfKey({ Team: { } owner }) && (before as Resource.OfKey)?.Key.Team != owner &&
            policy.FindTeam(owner) is { ByApi: false }
            ? policy.Teams.FirstOrDefault(team => team.Formerly.Contains(owner, StringComparer.OrdinalIgnoreCase))?.Name
            : null;

    /// <summary>Something that names the schedule; null when nothing does.</summary>
    public static string? ToSchedule(PolicyVersion policy, string name) =>
        Step(policy, name, StepTargetType.Schedule, StepTargetType.Next, StepTargetType.Previous)
        ?? First("team", policy.Teams.Where(team => EscalationsOf(team).Any(other => Same(Escalation.ScheduleOf(other), name))), team => team.Name)
        ?? Responder(policy, "schedule", name);

    /// <summary>
    /// A rotation that the change would do away with while an override that is not over is of it, such as "the rotation
    /// 'night' while the override 'o-1' is of it"; null when there is none. Nobody would stand in any more, and nobody
    /// would be told.
    /// </summary>
    public static string? ToRotationsGone(PolicyVersion policy, Schedule before, Schedule after, DateTimeOffset at) =>
        (from made in policy.Overrides
         where made.ScheduleId == before.Id && !made.TakenBack
         from shift in made.Shifts
         where shift.Until > at
         from named in shift.Rotations
         let rotation = before.FindRotation(named)
         where rotation is not null && after.FindRotation(rotation.Key) is null
         select $"the rotation '{rotation.Name}' while the override '{made.Id}' is of it").FirstOrDefault();

    private static string? Step(PolicyVersion policy, string name, params StepTargetType[] types) => First(
        "escalation",
        policy.Escalations.Where(e => e.Steps.Any(s => types.Contains(s.Target.Type) && Same(s.Target.Name, name))),
        e => e.Name);

    private static string? Turn(PolicyVersion policy, string name, ParticipantType type) => First(
        "schedule",
        policy.Schedules.Where(
            s => s.Rotations.Any(r => r.Participants.Any(p => p.Type == type && Same(p.Name, name)))),
        s => s.Name);

    private static string? StandIn(PolicyVersion policy, string name, ParticipantType type, DateTimeOffset at) => AheadOf(policy, at)
        .FirstOrDefault(one => one.Shifts.Any(shift => shift.Who.Type == type && Same(shift.Who.Name, name))).Of;

    /// <summary>
    /// Shifts of overrides that are not over. Whom they replace is named by the turns; without one there is nobody to
    /// replace.
    /// </summary>
    private static IEnumerable<(string Of, Schedule Schedule, IEnumerable<OverrideShift> Shifts)> AheadOf(
        PolicyVersion policy, DateTimeOffset at) =>
        from made in policy.Overrides
        where !made.TakenBack && made.Until > at
        let schedule = policy.Schedules.FirstOrDefault(schedule => schedule.Id == made.ScheduleId)
        where schedule is not null
        select ($"the override '{made.Id}' of the schedule '{schedule.Name}'", schedule, made.Shifts.Where(shift => shift.Until > at));

    private static string? Responder(PolicyVersion policy, string type, string name) =>
        First(
            "policy",
            policy.AlertPolicies.Where(p => p.Responders.Any(r => r.Type == type && Same(r.Name, name))),
            p => p.Name);

    private static IEnumerable<string> EscalationsOf(Team team) => team.ByPriority.Select(one => one.Escalation)
        .Concat(team.RoutingRules.Select(rule => rule.Escalation))
        .Prepend(team.Escalation)
        .Where(name => name.Length > 0);

    private static string? Missing(PolicyVersion policy, StepTarget target) => target.Type switch
    {
        StepTargetType.User => Unknown("user", [target.Name], policy.FindUser),
        StepTargetType.Schedule or StepTargetType.Next or StepTargetType.Previous =>
            Unknown("schedule", [target.Name], policy.FindSchedule),
        StepTargetType.Channel => Unknown("channel", [target.Name], policy.FindChannel),
        StepTargetType.Escalation => Unknown("escalation", [target.Name], policy.FindEscalation),
        _ => Unknown("team", [target.Name], policy.FindTeam),
    };

    private static string? Missing(PolicyVersion policy, Schedule schedule) =>
        FirstMissing(policy, schedule.Rotations.SelectMany(rotation => rotation.Participants));

    private static string? FirstMissing(PolicyVersion policy, IEnumerable<Participant> participants) =>
        participants.Select(who => Missing(policy, who)).FirstOrDefault(missing => missing is not null);

    private static string? MissingRotation(Schedule schedule, IEnumerable<OverrideShift> shifts) =>
        Unknown("rotation", shifts.SelectMany(shift => shift.Rotations), schedule.FindRotation);

    private static string? Missing(PolicyVersion policy, Participant who) => who.Type switch
    {
        ParticipantType.User => Unknown("user", [who.Name], policy.FindUser),
        ParticipantType.Team => Unknown("team", [who.Name], policy.FindTeam),
        ParticipantType.Escalation => Unknown("escalation", [who.Name], policy.FindEscalation),
        _ => null,
    };

    private static IEnumerable<(string Id, string Name)> IdsByName(PolicyVersion policy, Resource resource) => resource switch
    {
        Resource.OfUser => policy.Users.Select(user => (user.Id, user.Name)),
        Resource.OfTeam => policy.Teams.Select(team => (team.Id, team.Name)),
        Resource.OfEscalation => policy.Escalations.Select(ladder => (ladder.Id, ladder.Name)),
        Resource.OfKey => policy.Keys.Select(key => (key.Id, key.Name)),
        _ => [],
    };

    private static string? Unknown<T>(string word, IEnumerable<string> names, Func<string, T?> find)
        where T : class =>
        names.FirstOrDefault(name => find(name) is null) is { } missing ? $"{word} '{missing}'" : null;

    private static string? First<T>(string word, IEnumerable<T> all, Func<T, string> nameOf)
        where T : class =>
        all.FirstOrDefault() is { } first ? $"the {word} '{nameOf(first)}'" : null;

    private static bool Same(string? one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
