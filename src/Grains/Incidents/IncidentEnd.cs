using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>When an incident ends, is quiet, is silenced, and when it comes back.</summary>
internal static class IncidentEnd
{
    /// <summary>A member has gone: the last open one resolves the incident, unless it flaps.</summary>
    public static void Settle(IncidentDraft draft, bool couldPage, string how, bool flapping)
    {
        var state = draft.State;
        if (state.Status == IncidentStatus.Resolved)
        {
            return;
        }

        if (state.OpenMembers > 0 || state.Adopting.Count > 0 || state.KeptOpen)
        {
            Follow(draft, couldPage);
        }
        else if (flapping)
        {
            // Pages on their way go on: an alert that comes and goes faster than they arrive would be told to nobody.
            IncidentLadder.Hold(draft);
            draft.State = draft.State with { QuietUntil = draft.At + draft.Policy.Settings.FlapWindow };
            draft.Note(
                "flapping",
                $"The alert flaps: resolves when quiet for {draft.Policy.Settings.FlapWindow.TotalMinutes:0} min");
        }
        else
        {
            Resolve(draft, "", "Resolved: " + how);
        }
    }

    /// <summary>The ladder follows the silences: what all of them hold back stops, what one lets go goes on.</summary>
    /// <param name="wait">Before the first page of what is let go before it paged anybody.</param>
    /// <param name="isNews">Nobody was told of what is let go.</param>
    public static void Follow(IncidentDraft draft, bool couldPage, TimeSpan wait = default, bool isNews = true)
    {
        var state = draft.State;
        switch (state.Status)
        {
            case IncidentStatus.Open when couldPage && !state.MayPage:
                IncidentPages.CancelPending(draft, "silenced");
                IncidentLadder.Hold(draft);
                IncidentDecisions.Suppressed(draft);
                break;
            case IncidentStatus.Open when state.MayPage && state.Ladder.NextAt is null && !couldPage && !isNews:
                IncidentLadder.LetGo(draft, wait);
                break;
            case IncidentStatus.Open when state.MayPage && state.Ladder.NextAt is null:
                IncidentLadder.Start(draft, wait);
                break;

            // Steps "if not closed" go on where they were: who has it in hand is not paged from the start.
            case IncidentStatus.Acknowledged when !state.MayPage:
                IncidentLadder.Hold(draft);
                break;
            case IncidentStatus.Acknowledged:
                IncidentLadder.Release(draft);
                break;
            default:
                break;
        }
    }

    public static Decision<IncidentState> QuietEnded(IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state with { QuietUntil = null }, policy, at);
        Settle(draft, couldPage: false, "the flapping alert stayed quiet", flapping: false);
        return draft.Done("Quiet spell ended");
    }

    /// <summary>
    /// By a person, or by an escalation that ends so. Members close when they are told, in pages; the counts follow as
    /// they say so.
    /// </summary>
    public static void ResolveWithItsAlerts(IncidentDraft draft, string user, string text, bool byEscalation = false)
    {
        Resolve(draft, user, text);
        IncidentLadder.Stop(draft);
        foreach (var bare in draft.State.FirstMembers.Where(m => m.Bare && m.Open))
        {
            CloseBare(draft, bare);
        }

        // Members of a merger may be here before their counts are.
        var tell = draft.State.OpenMembers > 0 || draft.State.Adopting.Count > 0;
        draft.State = draft.State with
        {
            Resolves = draft.State.Resolves + 1,
            ResolvedByHand = true,
            LastResolvedBy = user,
            LastResolvedByEscalation = byEscalation,
            FirstMembers = draft.State.FirstMembers.Select(m => m with { Open = false }).ToValueList(),
            TellMembersAt = tell ? draft.At : draft.State.TellMembersAt,
            TellMembersAfter = tell ? "" : draft.State.TellMembersAfter,
            TellsOfReopening = false,
        };
    }

    /// <summary>
    /// A person takes it back: what was closed with it opens again as soon as its source says that it still fires.
    /// </summary>
    public static void TakeBack(IncidentDraft draft) => draft.State = draft.State with
    {
        TellMembersAt = draft.At,
        TellMembersAfter = "",
        TellsOfReopening = true,
    };

    /// <summary>
    /// One page of the members that a person's resolve closes: who joined since knows better and stays open. When a person opened
    /// it again all are told, for one that was told to close may not have said so yet.
    /// </summary>
    public static Decision<IncidentState> TellMembers(
        IncidentState state, ValueList<Item> items, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        var members = items.Select(MemberRows.Read).ToList();
        if (state.TellsOfReopening)
        {
            // The resolve took those that are shown for closed before they were.
            draft.State = draft.State with
            {
                FirstMembers = state.FirstMembers
                    .Select(first => members.Find(member => member.AlertId == first.AlertId) ?? first)
                    .ToValueList(),
            };
        }

        foreach (var member in members.Where(m => m.Open || state.TellsOfReopening))
        {
            if (state.TellsOfReopening)
            {
                draft.Tell(
                    new GrainId(GrainKind.Alert, member.Alias),
                    new AlertCommand.IncidentReopened(member.AlertId, state.Id));
            }
            else
            {
                TellClosed(draft, member);
            }
        }

        draft.State = draft.State with
        {
            TellMembersAfter = items.Count == 0 ? null : items[^1].Key,
            TellMembersAt = items.Count == 0 ? null : at,
            TellsOfReopening = items.Count > 0 && state.TellsOfReopening,
        };
        return draft.Done(items.Count == 0 ? "All members know" : $"Told {items.Count} members");
    }

    /// <summary>No alert closes it and says so: a person's resolve counts it down itself.</summary>
    public static void CloseBare(IncidentDraft draft, Member bare)
    {
        MemberRows.Count(draft, bare, -1);
        MemberRows.Keep(draft, bare with { Open = false });
    }

    public static void TellClosed(IncidentDraft draft, Member member) => draft.Tell(
        new GrainId(GrainKind.Alert, member.Alias),
        new AlertCommand.IncidentResolved(
            member.AlertId, draft.State.Id, draft.State.Resolves, draft.State.LastResolvedBy)
        {
            ByEscalation = draft.State.LastResolvedByEscalation,
        });

    public static void Reopen(IncidentDraft draft, string text, string by = "")
    {
        draft.State = draft.State with
        {
            Status = IncidentStatus.Open,
            ResolvedAt = null,
            ResolvedBy = null,
            ResolvedByHand = false,
            AcknowledgedAt = null,
            AcknowledgedBy = null,
            AcknowledgedAtPriority = null,
            SnoozedAtPriority = null,
            PassedOn = [],
            IgnoresQuietHours = false,
        };
        draft.Note("reopened", text, by);
        draft.TellGroup(new EntityCommand.IncidentReopened(draft.State.Id));
    }

    private static void Resolve(IncidentDraft draft, string by, string text)
    {
        IncidentPages.CancelPending(draft, "resolved");
        IncidentLadder.Hold(draft);
        draft.State = draft.State with
        {
            Status = IncidentStatus.Resolved,
            ResolvedAt = draft.At,
            ResolvedBy = by,
            Stopped = new Stopped(draft.At, draft.Policy.Version),
            AcknowledgedUntil = null,
            SnoozedUntil = null,
            SnoozedAtPriority = null,
            QuietUntil = null,
            KeptOpen = false,
            SuppressedBy = [],
            RespondersWaiting = [],
            MergingInto = null,
            HeldBack = IncidentQuiet.OfResolved(draft.State.HeldBack, draft.At),
        };
        draft.Note("resolved", text, by);
        draft.TellGroup(new EntityCommand.IncidentResolved(draft.State.Id));
    }
}
