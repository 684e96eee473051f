using System.Diagnostics;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Entities;

/// <summary>
/// Decides which incident takes an alert: alerts of one entity share its open incident, alerts without an entity share
/// their route's group. The only place that makes this choice.
/// </summary>
public static class Entity
{
    public static Decision<EntityState> Decide(
        EntityState? state, EntityCommand command, string key, PolicyVersion policy, DateTimeOffset at)
    {
        var now = state ?? new EntityState { Key = key };
        return command switch
        {
            EntityCommand.Started started => Place(now, started.Member, policy, at),
            EntityCommand.JoinRefused refused => now.IncidentId == refused.IncidentId
                ? OpenNew(now, refused.Member)
                : Place(now, refused.Member, policy, at),
            EntityCommand.Changed changed => Change(now, $"Changed: {changed.Title}"),
            EntityCommand.IncidentResolved resolved when now.IncidentId == resolved.IncidentId =>
                Change(now with { ResolvedAt = at }, "Its incident is resolved"),
            EntityCommand.IncidentReopened reopened when now.IncidentId == reopened.IncidentId =>
                Change(now with { ResolvedAt = null }, "Its incident is open again"),
            EntityCommand.IncidentMerged merged when now.IncidentId == merged.IncidentId =>
                Change(now with { IncidentId = merged.Into, ResolvedAt = null }, $"Its incident is now {merged.Into}"),
            EntityCommand.IncidentResolved or EntityCommand.IncidentReopened or EntityCommand.IncidentMerged =>
                new Decision<EntityState> { Outcome = Outcome.Repeat, Reason = "Not its current incident" },
            _ => throw new UnreachableException($"{now.Grain} does not know {command}."),
        };
    }

    private static Decision<EntityState> Place(EntityState state, Member member, PolicyVersion policy, DateTimeOffset at)
    {
        var joinable = state.IncidentId is not null &&
            (state.ResolvedAt is null || at - state.ResolvedAt <= policy.Settings.ReopenWindow);
        return joinable
            ? Change(state, $"Joins incident {state.IncidentId}", Tell(state.IncidentId!, new IncidentCommand.Join(state.Key, state.IncidentId!, member)))
            : OpenNew(state, member);
    }

    private static Decision<EntityState> OpenNew(EntityState state, Member member)
    {
        var opened = state.Opened + 1;
        var incident = DerivedId.Of("incident", state.Key, opened).ToString();
        return Change(
            state with { IncidentId = incident, ResolvedAt = null, Opened = opened },
            $"Opens incident {incident}",
            Tell(incident, new IncidentCommand.Open(state.Key, member)));
    }

    private static Message Tell(string incident, IncidentCommand command) =>
        new(new GrainId(GrainKind.Incident, incident), command);

    private static Decision<EntityState> Change(EntityState state, string reason, params Message[] messages) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = state,
        Messages = messages.ToValueList(),
    };
}
