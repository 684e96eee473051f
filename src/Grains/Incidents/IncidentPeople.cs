using System.Diagnostics;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Incidents;

/// <summary>What people say to an incident.</summary>
internal static class IncidentPeople
{
    private static readonly TimeSpan LongestSnooze = TimeSpan.FromDays(365);

    public static Decision<IncidentState> Decide(
        IncidentState state, IncidentCommand.ByPerson action, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        return (state.Status, action) switch
        {
            (_, IncidentCommand.AddNote c) => Done(draft, c, "Added note"),
            (_, IncidentCommand.Unlink c) => IncidentCause.Unlink(draft, c),
            (IncidentStatus.Resolved, IncidentCommand.Reopen c) => Reopen(draft, c),
            (IncidentStatus.Resolved, IncidentCommand.Resolve) => Incident.Unchanged("Incident is already resolved"),
            (IncidentStatus.Resolved, _) => Incident.Refuse("Incident is already resolved"),
            (_, IncidentCommand.Reopen) => Incident.Unchanged("Incident is open"),
            (IncidentStatus.Acknowledged, IncidentCommand.Acknowledge c) => Renew(draft, c),
            (_, IncidentCommand.Acknowledge c) => Acknowledge(draft, c),
            (IncidentStatus.Acknowledged, IncidentCommand.Unacknowledge c) => TakeBack(draft, c),
            (_, IncidentCommand.Unacknowledge) => Incident.Unchanged("Alert is not acknowledged"),
            (_, IncidentCommand.Snooze c) => Snooze(draft, c),
            (_, IncidentCommand.Assign c) => Assign(draft, c),
            (_, IncidentCommand.Escalate c) => Escalate(draft, c),
            (_, IncidentCommand.NotMe c) => IncidentPassing.NotMe(draft, c),
            (_, IncidentCommand.ReapplyEscalation c) => Reapply(draft, c),
            (_, IncidentCommand.Resolve c) => Resolve(draft, c),
            (_, IncidentCommand.Merge c) => IncidentMerge.Ask(draft, c),
            _ => throw new UnreachableException($"{state.Grain} does not know {action}."),
        };
    }

    public static Decision<IncidentState> AcknowledgementExpired(
        IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        TakeOutOfHand(draft, "The acknowledgement expired");
        IncidentLadder.Start(draft, TimeSpan.Zero);
        return draft.Done("The acknowledgement expired");
    }

    public static Decision<IncidentState> SnoozeEnded(IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        TakeOutOfHand(draft, "The snooze ended");
        IncidentLadder.Start(draft, TimeSpan.Zero);
        return draft.Done("The snooze ended");
    }

    public static void TakeOutOfHand(IncidentDraft draft, string text, string by = "")
    {
        var what = draft.State.Status == IncidentStatus.Snoozed ? "snooze ended" : "unacknowledged";
        draft.State = draft.State with
        {
            Status = IncidentStatus.Open,
            SnoozedUntil = null,
            AcknowledgedAt = null,
            AcknowledgedBy = null,
            AcknowledgedAtPriority = null,
            AcknowledgedUntil = null,
            SnoozedAtPriority = null,
        };
        draft.Note(what, text, by);
    }

    /// <summary>Somebody has it: pages that have not started are cancelled in the same commit.</summary>
    public static void TakeInHand(IncidentDraft draft, string by, string text)
    {
        IncidentPages.CancelPending(draft, "acknowledged");
        draft.State = draft.State with
        {
            Status = IncidentStatus.Acknowledged,
            SnoozedUntil = null,
            SnoozedAtPriority = null,
            AcknowledgedAt = draft.At,
            AcknowledgedBy = by,
            AcknowledgedAtPriority = MemberRows.InHand(draft.State),
            AcknowledgedUntil = draft.At + AcknowledgeTimeout(draft),
            Stopped = new Stopped(draft.At, draft.Policy.Version),
            Owner = draft.State.Owner ?? (by.Length > 0 ? by : null),
            PassedOn = IncidentPassing.Without(draft.State, by),
        };
        IncidentLadder.KeepUntilClosed(draft);
        draft.Note("acknowledged", text, by);
        PageResponders(draft, by);
    }

    /// <summary>
    /// The step that would have called the responders does not come any more, and they are called whoever owns the
    /// incident; only who takes it in hand knows already.
    /// </summary>
    private static void PageResponders(IncidentDraft draft, string by)
    {
        draft.State = draft.State with
        {
            RespondersWaiting = draft.State.RespondersWaiting
                .Where(r => r.Type != "user" || !string.Equals(r.Name, by, StringComparison.OrdinalIgnoreCase))
                .ToValueList(),
        };
        IncidentQuiet.Forget(draft);
        IncidentResponders.PageIfBegun(draft);
    }

    private static Decision<IncidentState> Acknowledge(IncidentDraft draft, IncidentCommand.Acknowledge c)
    {
        TakeInHand(draft, c.User, "Acknowledged by " + Name(c.User));
        return Done(draft, c, "Acknowledged");
    }

    /// <summary>
    /// Who says again that they have it has it for as long as if they had said it now. A tool that names nobody, or its
    /// key, renews nothing, or one that repeats itself would keep everybody quiet for ever.
    /// </summary>
    private static Decision<IncidentState> Renew(IncidentDraft draft, IncidentCommand.Acknowledge c)
    {
        const string already = "Alert is already acknowledged";
        var until = draft.At + AcknowledgeTimeout(draft);
        var renews = c.User.Length > 0 && !IsKey(draft.Policy, c.User) && until > draft.State.AcknowledgedUntil;
        if (renews)
        {
            draft.State = draft.State with { AcknowledgedUntil = until, AcknowledgedAtPriority = MemberRows.InHand(draft.State) };
            draft.Note("acknowledged", $"Acknowledgement renewed by {c.User}", c.User);
        }

        return renews || c.Note.Length > 0 ? Done(draft, c, already) : Incident.Unchanged(already);
    }

    /// <summary>A key that is named as a person is that person's.</summary>
    private static bool IsKey(PolicyVersion policy, string name) =>
        policy.FindUser(name) is null &&
        policy.Keys.Select(key => key.Name)
            .Append(ApiKey.Administrator)
            .Contains(name, StringComparer.OrdinalIgnoreCase);

    private static Decision<IncidentState> TakeBack(IncidentDraft draft, IncidentCommand.Unacknowledge c)
    {
        TakeOutOfHand(draft, "Acknowledgement taken back by " + Name(c.User), c.User);
        draft.State = draft.State with { Owner = null };
        IncidentLadder.Start(draft, TimeSpan.Zero);
        return Done(draft, c, "Unacknowledged");
    }

    private static Decision<IncidentState> Snooze(IncidentDraft draft, IncidentCommand.Snooze c)
    {
        if (c.Until <= draft.At)
        {
            return Incident.Refuse($"Snooze must end in the future; it is {draft.At:O}, and the end would be {c.Until:O}");
        }

        if (c.Until > draft.At + LongestSnooze)
        {
            return Incident.Refuse($"Snooze must end within {LongestSnooze.TotalDays:0} days; the end would be {c.Until:O}");
        }

        IncidentPages.CancelPending(draft, "snoozed");
        IncidentLadder.Stop(draft);
        draft.State = draft.State with
        {
            Status = IncidentStatus.Snoozed,
            SnoozedUntil = c.Until,
            SnoozedAtPriority = MemberRows.InHand(draft.State),
            Stopped = new Stopped(draft.At, draft.Policy.Version),
            AcknowledgedAt = null,
            AcknowledgedBy = null,
            AcknowledgedAtPriority = null,
            AcknowledgedUntil = null,
        };
        draft.Note("snoozed", $"Snoozed until {c.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC by {Name(c.User)}", c.User);
        PageResponders(draft, c.User);
        return Done(draft, c, "Snoozed");
    }

    private static Decision<IncidentState> Assign(IncidentDraft draft, IncidentCommand.Assign c)
    {
        if (draft.Policy.FindUser(c.Owner) is not { } owner)
        {
            return Incident.Refuse($"There is no user '{c.Owner}'");
        }

        draft.State = draft.State with { Owner = owner.Name, PassedOn = IncidentPassing.Without(draft.State, owner.Name) };
        draft.Note("assigned", $"Assigned to {owner.Name} by {Name(c.User)}", c.User);
        if (!string.Equals(owner.Name, c.User, StringComparison.OrdinalIgnoreCase))
        {
            IncidentPages.Page(
                draft,
                IncidentLadder.OutsideLadder,
                new StepTarget(StepTargetType.User, owner.Name),
                "assigned by " + Name(c.User),
                PageCall.Person);
        }

        return Done(draft, c, "Assigned");
    }

    private static Decision<IncidentState> Escalate(IncidentDraft draft, IncidentCommand.Escalate c)
    {
        if (c.Escalation is not null && draft.Policy.FindEscalation(c.Escalation) is null)
        {
            return Incident.Refuse($"There is no escalation '{c.Escalation}'");
        }

        if (!draft.State.MayPage)
        {
            // A silence holds for whoever has not looked at it; who wants a person all the same can say which one.
            return Incident.Refuse(draft.State.OpenMembers > 0
                ? $"Silenced by {string.Join(", ", draft.State.SuppressedBy)}: end the silence, or assign it to whom to page"
                : "No alert of it fires now: assign it to whom to page");
        }

        if (draft.State.Status != IncidentStatus.Open)
        {
            TakeOutOfHand(draft, "Escalated by " + Name(c.User), c.User);
        }

        var ladder = c.Escalation is null ? null
            : c.Escalation == draft.State.Ladder.Policy ? draft.State.Ladder with { IsNamed = true, ChosenBy = null }
            : IncidentLadder.Pin(
                draft.Policy,
                new LadderChoice(draft.State.Team, c.Escalation, IsNamed: true),
                draft.State.Priority,
                draft.State.Ladder.Repeat);
        draft.State = draft.State with { IgnoresQuietHours = true, HeldBack = null };
        IncidentLadder.Hurry(draft, ladder);
        draft.Note(
            "escalated",
            $"Escalated to step {draft.State.Ladder.Next + 1} of {draft.State.Ladder.Policy} by {Name(c.User)}",
            c.User);
        return Done(draft, c, "Escalated");
    }

    private static Decision<IncidentState> Reapply(IncidentDraft draft, IncidentCommand.ReapplyEscalation c)
    {
        var newest = IncidentLadder.Newest(draft);
        if (newest.IsConfiguredAs(draft.State.Ladder))
        {
            return Incident.Unchanged($"Escalation {newest.Policy} is as it is configured now");
        }

        IncidentLadder.Replace(draft, newest);
        var ladder = draft.State.Ladder;
        var next = ladder.Next < ladder.Steps.Count
            ? $"step {ladder.Next + 1} is next"
            : "all of its steps were climbed";
        draft.Note(
            "reapplied", $"Escalation {ladder.Policy} as configured now, applied by {Name(c.User)}: {next}", c.User);
        return Done(draft, c, "Escalation re-applied");
    }

    private static Decision<IncidentState> Resolve(IncidentDraft draft, IncidentCommand.Resolve c)
    {
        IncidentEnd.ResolveWithItsAlerts(draft, c.User, "Resolved by " + Name(c.User));
        return Done(draft, c, "Resolved");
    }

    private static Decision<IncidentState> Reopen(IncidentDraft draft, IncidentCommand.Reopen c)
    {
        IncidentEnd.Reopen(draft, "Reopened by " + Name(c.User), c.User);
        draft.State = draft.State with { KeptOpen = true, HeldBack = draft.State.HeldBack is { HasEnded: true } ? null : draft.State.HeldBack };
        IncidentEnd.TakeBack(draft);
        IncidentLadder.Start(draft, TimeSpan.Zero);
        return Done(draft, c, "Reopened");
    }

    public static Decision<IncidentState> Done(IncidentDraft draft, IncidentCommand.ByPerson action, string reason)
    {
        if (action.Note.Length > 0)
        {
            var number = draft.State.NoteCount + 1;
            draft.State = draft.State with { NoteCount = number };
            draft.Put(new ItemChange("notes", $"{number:D8}", NoteText.Write(action.Note, action.User, draft.At)));
            draft.Note("note", action.Note, action.User);
        }

        return draft.Done(reason);
    }

    private static TimeSpan AcknowledgeTimeout(IncidentDraft draft) =>
        draft.State.Ladder.AcknowledgeTimeout ?? draft.Policy.Settings.AcknowledgeTimeout;

    private static string Name(string user) => user.Length > 0 ? user : "an API call";
}
