using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>A member says something else of itself, and its incident is called anew with it.</summary>
internal static class MemberTexts
{
    /// <summary>Only its texts are others: nobody is paged for it, and who is paged from now on reads them.</summary>
    public static Decision<IncidentState> Retold(
        IncidentState state, Member before, Member after, PolicyVersion policy, DateTimeOffset at)
    {
        var draft = new IncidentDraft(state, policy, at);
        var known = state.FirstMembers.FirstOrDefault(m => MemberRows.IsSame(m, after)) ?? after;
        var now = known with { Title = after.Title, Description = after.Description };
        MemberRows.Keep(draft, now);
        Follow(draft, state, before, now);
        return draft.Done("A member's texts changed");
    }

    /// <summary>
    /// No state says after which member the incident is called: it is the first that has its title, which is the one
    /// that opened it, or its cause. What joined later under the same title leaves it as it is.
    /// </summary>
    /// <param name="incident">Before the change.</param>
    public static void Follow(IncidentDraft draft, IncidentState incident, Member before, Member after)
    {
        IncidentCause.Renew(draft, after);
        if (before.Title == after.Title)
        {
            return;
        }

        var namesake = incident.FirstMembers.Concat(incident.Roots).FirstOrDefault(member => member.Title == incident.Title);
        if (namesake is not null && MemberRows.IsSame(namesake, after))
        {
            draft.State = draft.State with { Title = after.Title };
        }

        IncidentCause.Follow(draft);
        draft.Note("member changed", $"Alert '{before.Title}' is now '{after.Title}'");
    }
}
