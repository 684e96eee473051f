using System.Text.Json;
using Correlation.Grains.Alerts;
using Correlation.Grains.Entities;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Incidents;

/// <summary>Alerts joining, changing and leaving; the last one to close resolves the incident.</summary>
internal static class IncidentMembers
{
    public const string Set = "members";

    public static Decision<IncidentState> Open(string id, IncidentCommand.Open open, PolicyVersion policy, DateTimeOffset at)
    {
        var member = open.Member;
        var draft = new IncidentDraft(
            new IncidentState
            {
                Id = id,
                GroupKey = open.GroupKey,
                Title = member.Title,
                Priority = member.Priority,
                Team = member.Team,
                OpenedAt = at,
                UpdatedAt = at,
                Ladder = IncidentLadder.Pin(policy, member.Escalation, member.Team, member.Repeat),
            },
            policy,
            at);
        Add(draft, member);
        draft.Note("opened", $"Opened by alert '{member.Title}'");
        IncidentLadder.Start(draft, member.GroupWait);
        Confirm(draft, member);
        return draft.Done("Opened");
    }

    public static Decision<IncidentState> Join(
        IncidentState state, string groupKey, Member member, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        if (state.FirstMembers.Any(m => m.AlertId == member.AlertId && m.Open))
        {
            Confirm(draft, member);
            return draft.Done("Already a member");
        }

        if (state.Status == IncidentStatus.Resolved)
        {
            if (at - state.ResolvedAt > policy.Settings.ReopenWindow)
            {
                return Incident.Refuse(
                    "Resolved too long ago to be opened again",
                    new Message(new GrainId(GrainKind.Entity, groupKey), new EntityCommand.JoinRefused(state.Id, member)));
            }

            Reopen(draft, $"Opened again: '{member.Title}' fires within {policy.Settings.ReopenWindow.TotalMinutes:0} min of the resolve");
            Add(draft, member);
            IncidentLadder.Start(draft, member.GroupWait);
        }
        else
        {
            Join(draft, member);
        }

        Confirm(draft, member);
        return draft.Done("Joined");
    }

    /// <summary>The rules of a member that comes to an incident in hand.</summary>
    public static void Join(IncidentDraft draft, Member member)
    {
        var couldPage = draft.State.MayPage;
        Add(draft, member);
        draft.State = draft.State with { QuietUntil = null };
        draft.Note("joined", $"Alert '{member.Title}' joined: {member.Reason}");
        var pageable = member.Open && member.SuppressedBy.Count == 0;
        if (draft.State.Status == IncidentStatus.Acknowledged && pageable &&
            member.Priority.IsMoreUrgentThan(draft.State.AcknowledgedAtPriority ?? draft.State.Priority))
        {
            IncidentPeople.Unacknowledge(draft, $"'{member.Title}' is {member.Priority}, more urgent than what was acknowledged");
            IncidentLadder.Start(draft, TimeSpan.Zero);
        }
        else if (draft.State.Status == IncidentStatus.Open && draft.State.Ladder.NextAt is null && draft.State.MayPage)
        {
            // All were silenced or quiet before: a first page starts the ladder, a flap goes on where it was.
            IncidentLadder.Resume(draft, couldPage ? TimeSpan.Zero : member.GroupWait);
        }
        else if (draft.State.Status == IncidentStatus.Open && pageable)
        {
            IncidentLadder.Hasten(draft, member.GroupWait);
        }
    }

    public static Decision<IncidentState> Closed(
        IncidentState state, IncidentCommand.MemberClosed closed, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        Count(draft, closed.Member, -1);
        Keep(draft, closed.Member with { Open = false });
        draft.Note("member closed", $"Alert '{closed.Member.Title}': {Spell(closed.How)}");
        Settle(draft, Spell(closed.How), closed.Flapping);
        return draft.Done("A member closed");
    }

    public static Decision<IncidentState> Left(
        IncidentState state, IncidentCommand.MemberLeft left, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        Count(draft, left.Member, -1);
        draft.State = draft.State with
        {
            MemberCount = draft.State.MemberCount - 1,
            FirstMembers = draft.State.FirstMembers.Where(m => m.AlertId != left.Member.AlertId).ToValueList(),
        };
        draft.Put(new ItemChange(Set, Key(left.Member), null));
        draft.Note("left", $"Alert '{left.Member.Title}' is held by another incident");
        Settle(draft, "its alerts are held by another incident", flapping: false);
        return draft.Done("A member left");
    }

    public static Decision<IncidentState> Changed(
        IncidentState state, IncidentCommand.MemberChanged changed, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        var couldPage = state.MayPage;
        Count(draft, changed.Before, -1);
        Count(draft, changed.After, +1);
        Keep(draft, changed.After);
        draft.State = draft.State with
        {
            Priority = PriorityRules.MoreUrgent(draft.State.Priority, changed.After.Priority),
            SuppressedBy = SuppressorsOf(draft.State, changed.After),
        };
        draft.Note("member changed", $"Alert '{changed.After.Title}' is {changed.After.Priority}{Silenced(changed.After)}");
        if (draft.State.Status == IncidentStatus.Acknowledged && changed.After.SuppressedBy.Count == 0 &&
            changed.After.Priority.IsMoreUrgentThan(state.AcknowledgedAtPriority ?? state.Priority))
        {
            IncidentPeople.Unacknowledge(draft, $"'{changed.After.Title}' rose to {changed.After.Priority}");
            IncidentLadder.Start(draft, TimeSpan.Zero);
        }
        else if (draft.State.Status == IncidentStatus.Open && couldPage != draft.State.MayPage)
        {
            if (draft.State.MayPage)
            {
                IncidentLadder.Start(draft, TimeSpan.Zero);
            }
            else
            {
                IncidentPages.CancelPending(draft, "silenced");
                IncidentLadder.Stop(draft);
            }
        }

        return draft.Done(draft.State.MayPage ? "A member changed" : "Silenced by " + string.Join(", ", draft.State.SuppressedBy));
    }

    public static Decision<IncidentState> QuietEnded(IncidentState state, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state with { QuietUntil = null }, policy, at);
        if (state.OpenMembers == 0 && state.Status != IncidentStatus.Resolved)
        {
            Resolve(draft, "", "Resolved: the flapping alert stayed quiet");
        }

        return draft.Done("Quiet spell ended");
    }

    /// <summary>After a person's resolve, in pages: every open member is closed.</summary>
    public static Decision<IncidentState> TellClosed(
        IncidentState state, ValueList<Item> items, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        foreach (var item in items)
        {
            var member = Read(item);
            if (member.Open)
            {
                Keep(draft, member with { Open = false });
                draft.Tell(
                    new GrainId(GrainKind.Alert, member.Alias),
                    new AlertCommand.IncidentResolved(member.AlertId, state.Id, state.ResolvedBy ?? ""));
            }
        }

        draft.State = draft.State with
        {
            TellMembersAfter = items.Count == 0 ? null : items[^1].Key,
            TellMembersAt = items.Count == 0 ? null : at,
        };
        return draft.Done(items.Count == 0 ? "All members know" : $"Told {items.Count} members");
    }

    public static void Resolve(IncidentDraft draft, string by, string text)
    {
        IncidentPages.CancelPending(draft, "resolved");
        IncidentLadder.Stop(draft);
        draft.State = draft.State with
        {
            Status = IncidentStatus.Resolved,
            ResolvedAt = draft.At,
            ResolvedBy = by,
            AcknowledgedUntil = null,
            SnoozedUntil = null,
            QuietUntil = null,
            SuppressedBy = [],
            MergingInto = null,
        };
        draft.Note("resolved", text, by);
        draft.TellGroup(new EntityCommand.IncidentResolved(draft.State.Id));
    }

    public static void Reopen(IncidentDraft draft, string text, string by = "")
    {
        draft.State = draft.State with
        {
            Status = IncidentStatus.Open,
            ResolvedAt = null,
            ResolvedBy = null,
            AcknowledgedAt = null,
            AcknowledgedBy = null,
            AcknowledgedAtPriority = null,
        };
        draft.Note("reopened", text, by);
        draft.TellGroup(new EntityCommand.IncidentReopened(draft.State.Id));
    }

    public static void Add(IncidentDraft draft, Member member)
    {
        var state = draft.State;
        draft.State = state with
        {
            MemberCount = state.MemberCount + 1,
            FirstMembers = state.FirstMembers.Count < IncidentState.FirstFew ? state.FirstMembers.Add(member) : state.FirstMembers,
            Priority = state.OpenMembers == 0 && state.MemberCount == 0
                ? member.Priority
                : PriorityRules.MoreUrgent(state.Priority, member.Priority),
            RespondersWaiting = state.RespondersWaiting.Union(member.Responders).ToValueList(),
        };
        draft.Put(new ItemChange(Set, Key(member), Write(member)));
        Count(draft, member, +1);
        draft.State = draft.State with { SuppressedBy = SuppressorsOf(draft.State, member) };
    }

    public static Member Read(Item item) => JsonSerializer.Deserialize<Member>(item.Body, WireJson.Options)!;

    public static void Keep(IncidentDraft draft, Member member)
    {
        draft.Put(new ItemChange(Set, Key(member), Write(member)));
        draft.State = draft.State with
        {
            FirstMembers = draft.State.FirstMembers.Select(m => m.AlertId == member.AlertId ? member : m).ToValueList(),
        };
    }

    private static void Count(IncidentDraft draft, Member member, int change)
    {
        if (!member.Open && change > 0)
        {
            return;
        }

        var byPriority = draft.State.OpenByPriority.ToArray();
        byPriority[(int)member.Priority - 1] = Math.Max(0, byPriority[(int)member.Priority - 1] + change);
        draft.State = draft.State with
        {
            OpenMembers = Math.Max(0, draft.State.OpenMembers + change),
            PageableMembers = Math.Max(0, draft.State.PageableMembers + (member.SuppressedBy.Count == 0 ? change : 0)),
            OpenByPriority = byPriority.ToValueList(),
        };
    }

    /// <summary>What happens when a member has gone: the last open one resolves the incident, unless it flaps.</summary>
    private static void Settle(IncidentDraft draft, string how, bool flapping)
    {
        var state = draft.State;
        if (state.Status == IncidentStatus.Resolved)
        {
            return;
        }

        if (state.OpenMembers > 0)
        {
            if (!state.MayPage && state.Status == IncidentStatus.Open)
            {
                IncidentPages.CancelPending(draft, "silenced");
                IncidentLadder.Stop(draft);
            }
        }
        else if (flapping)
        {
            IncidentPages.CancelPending(draft, "quiet for now");
            IncidentLadder.Stop(draft);
            draft.State = draft.State with { QuietUntil = draft.At + draft.Policy.Settings.FlapWindow };
            draft.Note("flapping", $"The alert flaps: resolves when quiet for {draft.Policy.Settings.FlapWindow.TotalMinutes:0} min");
        }
        else
        {
            Resolve(draft, "", "Resolved: " + how);
        }
    }

    private static void Confirm(IncidentDraft draft, Member member) => draft.Tell(
        new GrainId(GrainKind.Alert, member.Alias), new AlertCommand.Confirmed(member, draft.State.Id));

    /// <summary>Shown only while every open member is held back; then it names the silences of those we know.</summary>
    private static ValueList<string> SuppressorsOf(IncidentState state, Member latest) => state.MayPage
        ? []
        : state.SuppressedBy.Union(latest.SuppressedBy).Order(StringComparer.Ordinal).ToValueList();

    private static string Key(Member member) => member.AlertId.ToString();

    private static string Write(Member member) => JsonSerializer.Serialize(member, WireJson.Options);

    private static string Silenced(Member member) =>
        member.SuppressedBy.Count == 0 ? "" : ", silenced by " + string.Join(", ", member.SuppressedBy);

    private static string Spell(ClosedHow how) => how switch
    {
        ClosedHow.ResolvedBySource => "resolved by source",
        ClosedHow.Expired => "expired",
        _ => "closed by a person",
    };
}
