using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>A team that owns a symptom and not the incident.</summary>
/// <param name="Informed">Or it was found that there is nobody to tell.</param>
public sealed record SymptomTeam(string Team, bool Informed);

/// <summary>
/// Who owns the cause is paged, who owns a symptom is informed: once for each team and incident, after somebody was
/// paged for it, and by what makes no sound. It is no page: nothing is climbed for it and nobody waits for an answer.
/// </summary>
internal static class IncidentNotices
{
    private const int MostTeams = 20;

    /// <summary>A member has come, or may page now.</summary>
    public static void Concern(IncidentDraft draft, Member member)
    {
        var teams = draft.State.Symptoms;
        var isSymptom = member is { Open: true, SuppressedBy.Count: 0, Link.Parent: not null };
        if (isSymptom && teams.Count < MostTeams && teams.All(one => !IsOne(draft, one.Team, member.Team)) &&
            draft.Policy.FindTeam(member.Team) is { } team)
        {
            draft.State = draft.State with { Symptoms = teams.Add(new SymptomTeam(team.Name, Informed: false)) };
        }
    }

    /// <summary>To be called with every decision: what has paged somebody tells the others.</summary>
    public static void Follow(IncidentDraft draft)
    {
        var state = draft.State;
        if (state.Status is not (IncidentStatus.Open or IncidentStatus.Acknowledged) || !state.MayPage || state.Symptoms.All(one => one.Informed) ||
            !state.Pages.Any(page => page.Call is null))
        {
            return;
        }

        foreach (var symptom in state.Symptoms.Where(one => !one.Informed && !IsOne(draft, one.Team, state.Team)))
        {
            draft.State = draft.State with
            {
                Symptoms = draft.State.Symptoms.Select(one => one == symptom ? one with { Informed = true } : one)
                    .ToValueList(),
            };
            if (draft.Policy.FindTeam(symptom.Team) is { } team && team.Inform != Team.InformNobody)
            {
                Inform(draft, team);
            }
        }
    }

    /// <summary>What is merged into this one has told them: they are not told again.</summary>
    public static void WereInformed(IncidentDraft draft, ValueList<string> teams) => draft.State = draft.State with
    {
        Symptoms = draft.State.Symptoms.Where(one => !teams.Any(team => IsOne(draft, one.Team, team)))
            .Concat(teams.Select(team => new SymptomTeam(team, Informed: true)))
            .ToValueList(),
    };

    private static void Inform(IncidentDraft draft, Team team)
    {
        var (state, policy) = (draft.State, draft.Policy);
        var cause = state.Cause is { Entity.Length: > 0 } known
            ? $"the cause is {known.Entity}, and {state.Team} is paged"
            : $"{state.Team} is paged";
        var why = $"for the information of {team.Name}, which owns a symptom: {cause}";
        if (TargetOf(policy, team, IncidentPages.UrgencyOf(state)) is not { } target)
        {
            draft.Note("not informed", $"Nobody to tell {why}");
            return;
        }

        var named = IncidentPages.NamedBy(draft, IncidentLadder.OutsideLadder, target);
        var told = named.Where(recipient => recipient.NotPaged is null)
            .Select(recipient => target.Type == StepTargetType.Channel ? recipient : Silent(policy, recipient))
            .Where(recipient =>
                recipient.Contacts.Count > 0 &&
                    state.Pages.All(page => page.Call == PageCall.News || !Same(page.Who, recipient.Who)))
            .ToList();
        foreach (var recipient in told)
        {
            var page = IncidentNews.Inform(draft, recipient, why);
            IncidentDecisions.Informed(draft, page, target, named);
        }

        if (told.Count == 0)
        {
            draft.Note("not informed", $"Nobody of {IncidentLadder.Describe(target)} has an e-mail contact, or all were paged: not telling {why}");
        }
    }

    /// <summary>The team's channel for information; else whom its ladder would page first.</summary>
    private static StepTarget? TargetOf(PolicyVersion policy, Team team, Priority priority) =>
        team.Inform is { Length: > 0 } channel ? policy.FindChannel(channel) is null ? null : new StepTarget(
            StepTargetType.Channel, channel)
        : EscalationRules.Of(policy, team, priority) is { } ladder
            ? EscalationRules.Steps(policy, ladder).Select(step => step.Target).FirstOrDefault(
                target => target.Type != StepTargetType.Channel)
        : null;

    private static Recipient Silent(PolicyVersion policy, Recipient recipient) =>
        recipient with { Contacts = recipient.Contacts.Where(contact => QuietHours.WakesNobody(policy, contact)).ToValueList() };

    /// <summary>A team that was renamed since is the same.</summary>
    private static bool IsOne(IncidentDraft draft, string team, string other) =>
        Same(draft.Policy.TeamNow(team), draft.Policy.TeamNow(other));

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
