using Correlation.Gateway.Requests;
using Correlation.Gateway.Seams;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Resources;
using Correlation.Grains.Schedules;
using NodaTime;

namespace Correlation.Gateway.Opsgenie.Configuration;

/// <summary>
/// What Opsgenie makes with every team, and Terraform looks for by name: a schedule of its members, week by week, and
/// an escalation that notifies who is on call, then the next, then all. A crash between the steps leaves a team that
/// the default team's escalation pages for.
/// </summary>
internal sealed class TeamDefaults(IGrains grains, ResourceWrites writes, FreshIds ids, TimeProvider time)
{
    public async ValueTask MakeAsync(ApiCall call, Team team)
    {
        var (schedule, escalation) = (team.Name + "_schedule", team.Name + "_escalation");
        // One of that name that is another team's, or nobody's, is not taken over.
        if ((grains.Policy.FindSchedule(schedule) is { } known && known.Team != team.Name) ||
            (grains.Policy.FindEscalation(escalation) is { } other && other.Team != team.Name))
        {
            return;
        }

        if (grains.Policy.FindSchedule(schedule) is null)
        {
            var id = ids.Next("schedule").ToString();
            var made = new Schedule(schedule, id, "", "UTC", Turns(team), team.Name) { ByApi = true };
            await grains.SendAsync(
                new GrainId(GrainKind.Schedule, id), new ScheduleCommand.Create(made), CommandClass.Person);
            await grains.PolicyInForceAsync(call.Aborted);
        }

        if (grains.Policy.FindEscalation(escalation) is null)
        {
            var made = new Escalation(escalation, "", team.Name, Steps(team, schedule)) { Id = writes.NewId() };
            await writes.CreateAsync(call, new Resource.OfEscalation(made));
        }

        await writes.ChangeAsync(
            call, team.Id,
            before => (new Resource.OfTeam(((Resource.OfTeam)before).Team with { Escalation = escalation }), null),
            "Updated");
    }

    /// <summary>
    /// A member who has left has no turn any more in the schedule that was made with the team; others keep theirs as
    /// they are.
    /// </summary>
    public async ValueTask LeaveAsync(ApiCall call, Team team, string user)
    {
        if (ScheduleOf(team) is not { } found ||
            await grains.ReadAsync(new GrainId(GrainKind.Schedule, found.Id)) is not ScheduleState { Schedule: { } schedule, Revision: var revision })
        {
            return;
        }

        var without = schedule with
        {
            Rotations = schedule.Rotations.Select(rotation => rotation with
            {
                Participants = rotation.Participants
                    .Where(who =>
                        who.Type != ParticipantType.User ||
                            !who.Name.Equals(user, StringComparison.OrdinalIgnoreCase))
                    .ToValueList(),
            }).Where(rotation => rotation.Participants.Count > 0).ToValueList(),
        };
        if (without != schedule)
        {
            await grains.SendAsync(
                new GrainId(GrainKind.Schedule, schedule.Id),
                new ScheduleCommand.Update(without, revision),
                CommandClass.Person);
            await grains.PolicyInForceAsync(call.Aborted);
        }
    }

    /// <returns>Why the team cannot be deleted; null when all that was made with it is gone.</returns>
    public async ValueTask<ApiAnswer?> DeleteAsync(ApiCall call, Team team)
    {
        var (policy, own) = (grains.Policy, EscalationOf(team));
        var without = policy.With(new PolicyChange.ResourceSet(new Resource.OfTeam(Bare(team))));
        without = own is null ? without : without.With(new PolicyChange.ResourceGone(own.Id));
        var now = time.GetUtcNow();
        if ((References.To(without, new Resource.OfTeam(team), now) ??
             (own is null ? null : References.To(without, new Resource.OfEscalation(own), now))) is { } other)
        {
            return new ApiAnswer(428) { Message = $"The team '{team.Name}' or its escalation is used by {other}." };
        }

        var bare = await writes.ChangeAsync(
            call, team.Id, before => (new Resource.OfTeam(Bare(((Resource.OfTeam)before).Team)), null), "Updated");
        if (bare.Status != 200)
        {
            return bare;
        }

        if (own is not null && await writes.DeleteAsync(call, own.Id) is { Status: not 200 } kept)
        {
            return kept;
        }

        if (ScheduleOf(team) is { } schedule)
        {
            // One that others still name stays: it is theirs then.
            await grains.SendAsync(
                new GrainId(GrainKind.Schedule, schedule.Id), new ScheduleCommand.Delete(), CommandClass.Person);
        }

        return null;
    }

    /// <summary>Without what names its own schedule and escalation.</summary>
    private static Team Bare(Team team) => team with { Escalation = "", RoutingRules = [] };

    /// <summary>What was made with it is called as it was then.</summary>
    private Schedule? ScheduleOf(Team team) => Names(team, "_schedule").Select(grains.Policy.FindSchedule)
        .FirstOrDefault(schedule => schedule is { ByApi: true } && schedule.Team == team.Name);

    private Escalation? EscalationOf(Team team) => Names(team, "_escalation").Select(grains.Policy.FindEscalation)
        .FirstOrDefault(escalation => escalation is { ByApi: true } && escalation.Team == team.Name);

    private static IEnumerable<string> Names(Team team, string end) =>
        team.Formerly.Reverse().Prepend(team.Name).Select(name => name + end);

    private ValueList<Rotation> Turns(Team team)
    {
        var today = LocalDateTime.FromDateTime(time.GetUtcNow().UtcDateTime.Date);
        return team.Members.Count == 0 ? [] :
        [
            new Rotation(
                "Rot1",
                today,
                RotationType.Weekly,
                1,
                team.Members.Select(member => Participant.User(member.User)).ToValueList())
            {
                Id = ids.Next("rotation").ToString(),
            },
        ];
    }

    private static ValueList<EscalationStep> Steps(Team team, string schedule) =>
    [
        new(TimeSpan.Zero, StepCondition.IfNotAcknowledged, new(StepTargetType.Schedule, schedule)),
        new(TimeSpan.FromMinutes(5), StepCondition.IfNotAcknowledged, new(StepTargetType.Next, schedule)),
        new(TimeSpan.FromMinutes(10), StepCondition.IfNotAcknowledged, new(StepTargetType.Team, team.Name)),
    ];
}
