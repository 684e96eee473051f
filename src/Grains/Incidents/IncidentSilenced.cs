using Correlation.Grains.Model;
using Correlation.Grains.Policy;
using Correlation.Grains.Silences;

namespace Correlation.Grains.Incidents;

/// <summary>
/// Who made a silence thinks that it is long enough. When it ends over something that still fires they are told, by
/// what makes no sound, and whom that has paged.
/// </summary>
internal static class IncidentSilenced
{
    /// <summary>A silence that is over is asked whose it was: the policy knows it no more.</summary>
    public static void AskWhose(IncidentDraft draft, Member before, Member after)
    {
        if (!after.Open || after.SuppressedBy.Count > 0 || draft.State.Status == IncidentStatus.Resolved)
        {
            return;
        }

        foreach (var id in before.SuppressedBy.Except(after.SuppressedBy).Where(Suppressor.IsSilence))
        {
            if (!draft.Policy.Silences.Any(silence => silence.Id == id && silence.IsActive(draft.At)))
            {
                draft.Tell(new GrainId(GrainKind.Silence, id), new SilenceCommand.EndedOver(draft.State.Id));
            }
        }
    }

    public static Decision<IncidentState> TellAuthor(
        IncidentState state, IncidentCommand.SilenceEnded ended, PolicyVersion policy, DateTimeOffset at)
    {
        if (state.Status == IncidentStatus.Resolved || !state.MayPage)
        {
            return Incident.Unchanged("It is over, or held back again");
        }

        if (policy.FindUser(ended.Silence.CreatedBy) is not { } author)
        {
            return Incident.Unchanged($"The silence was made by {ended.Silence.CreatedBy}, who is no user");
        }

        var draft = new IncidentDraft(state, policy, at);
        var paged = state.Pages
            .Where(page =>
                page.At >= ended.Silence.EndsAt && page.State != DeliveryState.Cancelled &&
                    page.Call != PageCall.News)
            .Select(page => page.Who)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        var due = paged.Count > 0 ? [] : PagedNow(draft);
        if (paged.Concat(due).Contains(author.Name, StringComparer.OrdinalIgnoreCase))
        {
            return Incident.Unchanged($"{author.Name} is paged for it");
        }

        var comment = ended.Silence.Comment.Length > 0 ? $" ({Cut(ended.Silence.Comment)})" : "";
        var why = $"your silence{comment} ended at {ended.Silence.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC and this still fires: {Outcome(draft, paged, due)}";
        var named = Recipients.Of(policy, new StepTarget(StepTargetType.User, author.Name), at, [], [], "");
        IncidentNews.Inform(
            draft, named.Where(recipient => recipient.NotPaged is null), why, PageEvents.SilenceEnded, TimeSpan.Zero);
        return draft.Done("Told who made the silence");
    }

    /// <summary>By the step that is due, which comes in a turn of its own.</summary>
    private static List<string> PagedNow(IncidentDraft draft)
    {
        var ladder = draft.State.Ladder;
        if (draft.State.Status != IncidentStatus.Open || !(ladder.NextAt <= draft.At) ||
            IncidentQuiet.SpellOf(draft) is { Mode: QuietMode.Suppress })
        {
            return [];
        }

        var next = ladder.IsAtItsEnd ? 0 : ladder.Next;
        return [.. IncidentPages.NamedBy(draft, next + 1, ladder.Steps[next].Target).Where(named => named.NotPaged is null).Select(named => named.Who)];
    }

    private static string Outcome(IncidentDraft draft, List<string> paged, List<string> due) =>
        paged.Count > 0 ? Names(paged, "was paged", "were paged")
        : due.Count > 0 ? Names(due, "is paged now", "are paged now")
        : draft.State.AcknowledgedBy is { Length: > 0 } by ? by + " has it"
        : IncidentQuiet.SpellOf(draft) is { } spell ? "nobody is paged yet, there are " + spell.Says
        : "nobody is paged yet";

    private static string Names(List<string> people, string one, string many) =>
        $"{string.Join(", ", people)} {(people.Count == 1 ? one : many)}";

    private static string Cut(string comment) => comment.Length > 100 ? comment[..100] + "…" : comment;
}
