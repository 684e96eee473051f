using System.Text.Json;
using Correlation.Grains.Model;
using Correlation.Grains.Wire;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Members as they are kept: one child row each, the first few in the document, and sums. The sums are not clamped:
/// while a merge is on its way a count may come before what it subtracts from.
/// </summary>
internal static class MemberRows
{
    public const string Set = "members";

    public static void Add(IncidentDraft draft, Member member)
    {
        var state = draft.State;
        draft.State = state with
        {
            MemberCount = state.MemberCount + 1,
            Priority = state.MemberCount == 0
                ? member.Priority
                : PriorityRules.MoreUrgent(state.Priority, member.Priority),
        };
        Count(draft, member, +1);
        FollowOpenPriority(draft);
        Keep(draft, member);
        if (member.SuppressedBy.Count == 0)
        {
            IncidentResponders.Expect(draft, member.Responders);
        }
    }

    /// <summary>Adds the member's share to the sums or takes it out, as it was told when it counted as open.</summary>
    public static void Count(IncidentDraft draft, Member member, int change)
    {
        var state = draft.State;
        var pageable = member.SuppressedBy.Count == 0 ? change : 0;
        draft.State = state with
        {
            OpenMembers = state.OpenMembers + change,
            PageableMembers = state.PageableMembers + pageable,
            OpenByPriority = Counted(state.OpenByPriority, member.Priority, change),
            PageableByPriority = Counted(state.PageableByPriority, member.Priority, pageable),
        };
        NameSilences(draft, member);
    }

    /// <summary>
    /// The incident is as urgent as the most urgent that is still open; the last one to close leaves it as it was. A
    /// merger on its way counts although its members are not counted yet.
    /// </summary>
    public static void FollowOpenPriority(IncidentDraft draft)
    {
        var state = draft.State;
        if (state.Status != IncidentStatus.Resolved && state.Adopting.Count == 0)
        {
            draft.State = state with { Priority = MostUrgentOpen(state) ?? state.Priority };
        }
    }

    /// <summary>
    /// A bare member is always in the document: no alert answers for it, so this is where it is known from when it
    /// comes again and where a person's resolve closes it. More than one come only by merges that people asked for.
    /// </summary>
    public static void Keep(IncidentDraft draft, Member member)
    {
        draft.Put(new ItemChange(Set, Key(member), JsonSerializer.Serialize(member, WireJson.Lean)));
        var first = draft.State.FirstMembers;
        draft.State = draft.State with
        {
            FirstMembers = first.Any(m => IsSame(m, member))
                ? first.Select(m => IsSame(m, member) ? member : m).ToValueList()
                : first.Count < IncidentState.FirstFew || member.Bare ? first.Add(member) : first,
        };
        NameSilences(draft, member);
    }

    public static void Remove(IncidentDraft draft, Member member)
    {
        draft.Put(new ItemChange(Set, Key(member), null));
        draft.State = draft.State with
        {
            FirstMembers = draft.State.FirstMembers.Where(m => !IsSame(m, member)).ToValueList(),
        };
    }

    public static Priority? MostUrgentOpen(IncidentState state) => MostUrgent(state.OpenByPriority);

    /// <summary>Null while silences hold every open member back.</summary>
    public static Priority? MostUrgentPageable(IncidentState state) => MostUrgent(state.PageableByPriority);

    public static Priority? MostUrgentPageable(Estate estate) => MostUrgent(estate.PageableByPriority);

    /// <summary>
    /// What somebody has in hand who takes the incident now. A silenced member is not among it unless there is nothing
    /// else: it pages when its silence ends.
    /// </summary>
    public static Priority InHand(IncidentState state) =>
        MostUrgentPageable(state) ?? MostUrgentOpen(state) ?? state.Priority;

    public static Member Read(Item item) => JsonSerializer.Deserialize<Member>(item.Body, WireJson.Options)!;

    /// <summary>
    /// Shown only while every open member is held back: the silences of the member just told and of the first few.
    /// </summary>
    private static void NameSilences(IncidentDraft draft, Member latest)
    {
        var state = draft.State;
        draft.State = state with
        {
            SuppressedBy = state.MayPage || state.OpenMembers <= 0 || state.Status == IncidentStatus.Resolved
                ? []
                : state.FirstMembers
                    .Where(m => m.Open && m.AlertId != latest.AlertId)
                    .Append(latest)
                    .SelectMany(m => m.Open ? m.SuppressedBy : [])
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .ToValueList(),
        };
    }

    private static ValueList<int> Counted(ValueList<int> byPriority, Priority priority, int change) =>
        byPriority.Select((count, i) => i == (int)priority - 1 ? count + change : count).ToValueList();

    private static Priority? MostUrgent(ValueList<int> byPriority)
    {
        for (var i = 0; i < byPriority.Count; i++)
        {
            if (byPriority[i] > 0)
            {
                return (Priority)(i + 1);
            }
        }

        return null;
    }

    /// <summary>The same alert, and the same stay of it.</summary>
    public static bool IsSame(Member one, Member other) => one.AlertId == other.AlertId && one.Stay == other.Stay;

    private static string Key(Member member) =>
        member.Stay == 0 ? member.AlertId.ToString() : $"{member.AlertId}/{member.Stay}";
}
