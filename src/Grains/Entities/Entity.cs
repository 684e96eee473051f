using System.Diagnostics;
using Correlation.Grains.Alerts;
using Correlation.Grains.Causes;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Entities;

/// <summary>
/// Decides which incident takes an alert: alerts of one entity share its open incident, alerts without an entity share
/// their route's group. Where alerts look for causes, one that nothing explains joins only what is near in time as
/// well. The only place that makes this choice. What it knows of causes is in <see cref="EntityCauses"/>.
/// </summary>
public static class Entity
{
    public static Decision<EntityState> Decide(
        EntityState? state, EntityCommand command, string key, PolicyVersion policy, DateTimeOffset at)
    {
        var now = state ?? new EntityState { Key = key };
        return command switch
        {
            EntityCommand.Started started => IsAlone(started.Member, policy)
                ? Alone(now, started)
                : Place(now, started.Member, started.Prefers, policy, at),
            EntityCommand.JoinRefused refused => now.IncidentId == refused.IncidentId && !IsAlone(
                refused.Member, policy)
                ? OpenNew(now, refused.Member)
                : Place(now with { PlacedAt = at }, refused.Member, "", policy, at),
            EntityCommand.Follow follow => Lead(now, follow, policy, at),
            EntityCommand.IncidentResolved resolved when now.IncidentId == resolved.IncidentId =>
                Change(now with { ResolvedAt = at }, "Its incident is resolved"),
            EntityCommand.IncidentReopened reopened when now.IncidentId == reopened.IncidentId =>
                Change(now with { ResolvedAt = null }, "Its incident is open again"),
            EntityCommand.IncidentMerged merged when now.IncidentId == merged.IncidentId =>
                Change(now with { IncidentId = merged.Into, ResolvedAt = null }, $"Its incident is now {merged.Into}"),
            EntityCommand.IncidentLed led when now.IncidentId == led.IncidentId =>
                Change(
                    now with { IncidentId = null, ResolvedAt = null, LedBy = null },
                    "Its incident has a cause elsewhere"),
            EntityCommand.IncidentResolved or EntityCommand.IncidentReopened or EntityCommand.IncidentMerged or
            EntityCommand.IncidentLed =>
                new Decision<EntityState> { Outcome = Outcome.Repeat, Reason = "Not its current incident" },
            EntityCommand.Began or EntityCommand.Ended or EntityCommand.Changed or EntityCommand.Register or
            EntityCommand.Unregister
                or EntityCommand.Explained or EntityCommand.TimerFired => EntityCauses.Decide(now, command, policy, at),
            _ => throw new UnreachableException($"{now.Grain} does not know {command}."),
        };
    }

    private static Decision<EntityState> Place(
        EntityState state, Member member, string prefers, PolicyVersion policy, DateTimeOffset at)
    {
        if (IsAlone(member, policy))
        {
            return Alone(state, new EntityCommand.Started(member, prefers));
        }

        var isNear = member.Link is null || state.PlacedAt is null || policy.Settings.Causes is not { } causes ||
            at - state.PlacedAt <= causes.SymptomWindow;
        var now = member.Link is null ? state : state with { PlacedAt = at };
        var isChange = member.Link is { Nature: KindNature.Change };
        return isNear && IsJoinable(state, policy, at)
            ? Change(
                isChange ? now with { LedBy = member.AlertId } : now,
                $"Joins incident {state.IncidentId}",
                Join(state.Key, state.IncidentId!, member))
            : prefers.Length > 0
                ? Change(
                    now with { IncidentId = prefers, ResolvedAt = null, LedBy = isChange ? member.AlertId : null },
                    $"Joins incident {prefers}, where it belongs",
                    Join(state.Key, prefers, member))
                : OpenNew(now, member);
    }

    /// <summary>
    /// What comes and goes by itself has nothing to do with what else is the matter here, unless that explains it.
    /// </summary>
    private static Decision<EntityState> Alone(EntityState state, EntityCommand.Started started) => started is { Prefers: { Length: > 0 } prefers }
        ? Change(state, $"Joins incident {prefers}, where it was before", Tell(
            prefers, new IncidentCommand.Join(state.Key, prefers, started.Member) { OpensAgain = started.GoesOn }))
        : OpenNew(state, started.Member, isShared: false);

    private static bool IsAlone(Member member, PolicyVersion policy) =>
        member.Link is { Parent: null } && KindIndex.Of(policy).Find(member.Kind)?.Watch is not null;

    private static Message Join(string key, string incident, Member member) =>
        Tell(incident, new IncidentCommand.Join(key, incident, member));

    private static bool IsJoinable(EntityState state, PolicyVersion policy, DateTimeOffset at) =>
        state.IncidentId is not null &&
            (state.ResolvedAt is null || at - state.ResolvedAt <= policy.Settings.ReopenWindow);

    /// <summary>Who follows goes where the first one is; the first one opens it.</summary>
    private static Decision<EntityState> Lead(
        EntityState state, EntityCommand.Follow follow, PolicyVersion policy, DateTimeOffset at)
    {
        if (!follow.PassedOn && Suspicion.Of(state, policy)
            .FirstOrDefault(s => s.PointsTo.Length > 0 && Scoring.SuspectId(state.Key, s.PointsTo) == follow.Cause) is { } passing)
        {
            return Change(
                state,
                $"Passed on to {passing.PointsTo}",
                new Message(new GrainId(GrainKind.Entity, passing.PointsTo), follow with { PassedOn = true }));
        }

        // What followed a change before is where all that follows it belongs, however long ago it was over.
        var isJoinable = IsJoinable(state, policy, at) || (state.IncidentId is not null && state.LedBy == follow.Cause &&
            state.Signals.Any(
                s => s.Id == follow.Cause && s.Nature == KindNature.Change && s.Onset <= state.ResolvedAt));
        var next = (isJoinable ? state
            : follow.Incident.Length > 0 ? state with { IncidentId = follow.Incident, ResolvedAt = null }
            : Reserved(state)) with
        {
            LedBy = follow.PassedOn ? state.LedBy : follow.Cause,
        };
        return Change(
            next,
            $"Led to incident {next.IncidentId}",
            new Message(
                new GrainId(GrainKind.Alert, follow.Alias),
                new AlertCommand.Led(follow.AlertId, follow.Cause, next.IncidentId!, state.Key, IsOpen: true, MergedFrom: "")));
    }

    private static Decision<EntityState> OpenNew(EntityState state, Member member, bool isShared = true)
    {
        var next = Reserved(state) with { LedBy = member.Link is { Nature: KindNature.Change } ? member.AlertId : null };
        return Change(
            isShared ? next : state with { Opened = next.Opened },
            $"Opens incident {next.IncidentId}",
            Tell(next.IncidentId!, new IncidentCommand.Open(state.Key, member)));
    }

    /// <summary>With an incident that the first member makes.</summary>
    private static EntityState Reserved(EntityState state) => state with
    {
        IncidentId = DerivedId.Of("incident", state.Key, state.Opened + 1).ToString(),
        ResolvedAt = null,
        LedBy = null,
        Opened = state.Opened + 1,
    };

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
