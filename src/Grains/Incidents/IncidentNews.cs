using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>What is told to people and is no page: nobody expects them to come.</summary>
internal static class IncidentNews
{
    /// <summary>
    /// Until all digests of one person are there that are due at the same time: they come as one message.
    /// </summary>
    private static readonly TimeSpan DigestWait = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What came and went in quiet hours, to those whom the ladder would ask first now: as in a climb, a step that names
    /// nobody who can be told leaves it to the next.
    /// </summary>
    public static void Digest(IncidentDraft draft, string why)
    {
        var named = draft.State.Ladder.Steps
            .Select(step => IncidentPages.NamedBy(draft, IncidentLadder.OutsideLadder, step.Target)
                .Where(recipient => recipient.NotPaged is null)
                .ToValueList())
            .FirstOrDefault(somebody => somebody.Count > 0);
        if (named is null)
        {
            draft.Note("nobody", $"Nobody to tell: {draft.State.Ladder.Policy} names nobody now ({why})");
        }

        Inform(draft, named ?? [], why, PageEvents.Digest, DigestWait);
    }

    /// <summary>By what makes no sound, if they have it, and never by a telephone.</summary>
    public static void Inform(
        IncidentDraft draft, IEnumerable<Recipient> named, string why, string @event, TimeSpan wait)
    {
        var isQuiet = @event != PageEvents.Digest && IncidentQuiet.SpellOf(draft) is not null;
        foreach (var recipient in named)
        {
            var silent = recipient.Contacts.Where(c => QuietHours.WakesNobody(draft.Policy, c)).ToValueList();
            var contacts = silent.Count > 0 || isQuiet
                ? silent
                : recipient.Contacts.Where(c => !QuietHours.IsTelephone(draft.Policy, c)).ToValueList();
            if (contacts.Count == 0)
            {
                draft.Note("nobody", $"Not telling {recipient.Who}: {(isQuiet ? "they have nothing that makes no sound, and it is quiet hours" : "they have telephone contacts alone")} ({why})");
                continue;
            }

            IncidentPages.Enqueue(draft, IncidentLadder.OutsideLadder, recipient.Who, contacts, why, @event, wait, PageCall.News);
        }
    }

    /// <summary>One notice to one of whom a symptom is; see <see cref="IncidentNotices"/>.</summary>
    public static Page Inform(IncidentDraft draft, Recipient recipient, string why) => IncidentPages.Enqueue(
        draft, IncidentLadder.OutsideLadder, recipient.Who, recipient.Contacts, why, PageEvents.Informed,
        call: PageCall.News);
}
