using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>"Not me": who says so is out of the incident's next pages, and the next step is due at once.</summary>
internal static class IncidentPassing
{
    public static Decision<IncidentState> NotMe(IncidentDraft draft, IncidentCommand.NotMe c)
    {
        if (draft.Policy.FindUser(c.User) is not { } user)
        {
            return Incident.Refuse($"There is no user '{c.User}': 'user' must say who passes it on");
        }

        var before = draft.State;
        var inWhoseHand = InWhoseHand(before);
        var isTheirs = Same(inWhoseHand, user.Name);
        if (IsPassedOn(before, user.Name) && !isTheirs)
        {
            return Incident.Unchanged($"{user.Name} has passed it on already");
        }

        PutOut(draft, user.Name);
        var isInOtherHands = before.Status != IncidentStatus.Open && !isTheirs;
        if (!isInOtherHands)
        {
            GoOn(draft, user.Name);
        }

        if (!IsAnybodyLeft(draft))
        {
            return Incident.Refuse(
                $"Nobody else can be paged by {draft.State.Ladder.Policy}: assign it to somebody, or escalate to another escalation");
        }

        var then = isInOtherHands ? $"; {NameOf(inWhoseHand)} has it" : ": the next step is due now";
        draft.Note("passed on", $"{user.Name} passed it on{then}", user.Name);
        return IncidentPeople.Done(draft, c, "Passed on");
    }

    private static void GoOn(IncidentDraft draft, string user)
    {
        if (draft.State.Status != IncidentStatus.Open)
        {
            IncidentPeople.TakeOutOfHand(draft, "Passed on by " + user, user);
        }

        IncidentLadder.Hurry(draft);
    }

    public static bool IsPassedOn(IncidentState state, string user) =>
        state.PassedOn.Contains(user, StringComparer.OrdinalIgnoreCase);

    /// <summary>Who takes it after all, or is given it, is paged like anybody.</summary>
    public static ValueList<string> Without(IncidentState state, string user) =>
        state.PassedOn.Where(p => !Same(p, user)).ToValueList();

    private static void PutOut(IncidentDraft draft, string user)
    {
        IncidentPages.CancelPending(draft, "passed on", user);
        draft.State = draft.State with
        {
            PassedOn = IsPassedOn(draft.State, user) ? draft.State.PassedOn : draft.State.PassedOn.Add(user),
            RespondersWaiting = draft.State.RespondersWaiting
                .Where(r => r.Type != "user" || !Same(r.Name, user))
                .ToValueList(),
            Owner = Same(draft.State.Owner, user) ? null : draft.State.Owner,
        };
    }

    /// <summary>
    /// Else it would go round a ladder that pages nobody, now or when who has it lets go: then it stays with who says
    /// so.
    /// </summary>
    private static bool IsAnybodyLeft(IncidentDraft draft) => draft.State.Ladder.Steps.Any(step =>
        step.Target.Type != StepTargetType.Channel &&
        Recipients.Of(draft.Policy, step.Target, draft.At, draft.State.PassedOn, [], "").Any(r => r.NotPaged is null));

    private static string? InWhoseHand(IncidentState state) => state.Status switch
    {
        IncidentStatus.Acknowledged when state.AcknowledgedBy is { Length: > 0 } by => by,
        IncidentStatus.Acknowledged or IncidentStatus.Snoozed => state.Owner,
        _ => null,
    };

    private static string NameOf(string? who) => string.IsNullOrEmpty(who) ? "a tool" : who;

    private static bool Same(string? one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
