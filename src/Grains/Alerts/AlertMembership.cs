using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Grains.Alerts;

/// <summary>The alert and the incident that holds it.</summary>
internal static class AlertMembership
{
    public static Member MemberOf(AlertState state) => new()
    {
        AlertId = state.Id,
        Alias = state.Alias,
        Title = state.Message,
        Entity = state.Class.Entity,
        Kind = state.Class.Kind,
        Priority = state.Priority,
        Team = state.Class.Team,
        Escalation = state.Class.Escalation,
        StartsAt = state.Signal.StartsAt ?? state.CreatedAt,
        Open = state.Status == AlertStatus.Open,
        SuppressedBy = state.SuppressedBy,
        Responders = state.Signal.Responders,
        Runbook = state.Class.Runbook,
        Description = state.Description,
        GroupWait = state.Class.GroupWait,
        Repeat = state.Class.Repeat,
        Reason = state.Class.Entity.Length > 0 ? $"same entity {state.Class.Entity}" : $"same group {state.Class.GroupKey}",
    };

    public static Message Tell(string incident, IncidentCommand command) =>
        new(new GrainId(GrainKind.Incident, incident), command);

    public static Decision<AlertState> Confirm(AlertState? state, AlertCommand.Confirmed confirmed)
    {
        var (told, incident) = (confirmed.Member, confirmed.IncidentId);
        if (state is null || state.Id != told.AlertId)
        {
            // The episode closed and another began before the incident answered: let it go there.
            return new Decision<AlertState>
            {
                Outcome = Outcome.Refused,
                Reason = "Another episode of the alias is current",
                Messages = [Tell(incident, new IncidentCommand.MemberClosed(told with { Open = false }, ClosedHow.ResolvedBySource, false))],
            };
        }

        if (state.IncidentId == incident)
        {
            return Alert.Unchanged("Already held by this incident");
        }

        if (state.IncidentId is not null)
        {
            return Say(state, $"Already held by incident {state.IncidentId}", Tell(incident, new IncidentCommand.MemberLeft(told)));
        }

        if (state.Status != AlertStatus.Open)
        {
            var closed = new IncidentCommand.MemberClosed(
                told with { Open = false }, state.ClosedHow ?? ClosedHow.ResolvedBySource, state.Flapping);
            return Say(state with { IncidentId = incident }, "Closed before the incident held it", Tell(incident, closed));
        }

        var now = MemberOf(state);
        var changed = now.Priority != told.Priority || !now.SuppressedBy.Equals(told.SuppressedBy);
        return Say(
            state with { IncidentId = incident, HoldUntil = null, Waiting = [] },
            $"Held by incident {incident}",
            [
                .. changed ? [Tell(incident, new IncidentCommand.MemberChanged(told, now))] : Array.Empty<Message>(),
                .. state.Waiting.Select(action => Tell(incident, new IncidentCommand.Person(action))),
            ]);
    }

    private static Decision<AlertState> Say(AlertState state, string reason, params Message[] messages) => new()
    {
        Outcome = Outcome.Material,
        Reason = reason,
        State = state,
        Messages = messages.ToValueList(),
    };

    /// <summary>No incident has confirmed it in time: it opens its own, which pages. Repeated until one confirms.</summary>
    public static Decision<AlertState> OpenOwnIncident(AlertState state, DateTimeOffset at) =>
        state.Status != AlertStatus.Open || state.IncidentId is not null
            ? Alert.Unchanged("An incident holds it")
            : new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = "No incident confirmed it in time: it opens its own",
                State = state with { HoldUntil = at + state.Class.Hold },
                Messages =
                [
                    Tell(
                        DerivedId.Of("own incident", state.Alias, state.Episode).ToString(),
                        new IncidentCommand.Open("", MemberOf(state))),
                ],
            };

    public static Decision<AlertState> Move(AlertState state, AlertCommand.Moved moved) =>
        state.Id != moved.Episode
            ? Alert.Unchanged("Another episode of the alias is current")
            : new Decision<AlertState>
            {
                Outcome = Outcome.Material,
                Reason = $"Moved to incident {moved.IncidentId}",
                State = state with { IncidentId = moved.IncidentId },
            };

    public static Decision<AlertState> CloseWithIncident(AlertState state, AlertCommand.IncidentResolved resolved, DateTimeOffset at) =>
        state.Id != resolved.Episode || state.Status != AlertStatus.Open || state.IncidentId != resolved.IncidentId
            ? Alert.Unchanged("Alert is already closed")
            : Alert.Close(
                state, ClosedHow.ClosedByPerson, resolved.User, at, "Closed with its incident", tellIncident: false);
}
