using System.Globalization;
using System.Text.RegularExpressions;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;

namespace Correlation.Gateway.Answers;

/// <summary>
/// "4 42": acknowledge incident 42. Without a number it is the latest that the sender was paged for and nobody has, or
/// else that the sender has.
/// </summary>
internal sealed partial class SmsReplies(IGrains grains, IReads reads, Answering answering)
{
    public const string Keys = "Press 4 to acknowledge, 5 for not me, 6 to resolve.";

    /// <summary>What became of it has to fit after it.</summary>
    private const int LongestTitle = 150;

    /// <summary>Newest first; whoever wants to answer an older one has the console.</summary>
    private const int Page = 500;
    private const int MostPages = 20;

    private static readonly IReadOnlyList<IncidentStatus> Unresolved =
        [IncidentStatus.Open, IncidentStatus.Acknowledged, IncidentStatus.Snoozed];

    public static AnswerAction? Action(string word) => word.ToLowerInvariant() switch
    {
        "4" or "ack" or "acknowledge" => AnswerAction.Acknowledge,
        "5" or "esc" or "escalate" => AnswerAction.Escalate,
        "6" or "close" or "resolve" => AnswerAction.Resolve,
        _ => null,
    };

    /// <returns>What to answer; null for a number of which nobody here knows, which is not told anything.</returns>
    public async Task<string?> AnswerAsync(string from, string text, CancellationToken cancellationToken)
    {
        if (Senders.Find(grains.Policy, from, "sms", "voice") is not { } who)
        {
            return null;
        }

        if (Form().Match(text) is not { Success: true } reply || Action(reply.Groups["do"].Value) is not { } action)
        {
            return "Reply 4 to acknowledge, 5 for not me, 6 to resolve, and the number of the incident: 4 42";
        }

        long? number = reply.Groups["number"] is { Success: true } digits
            ? long.Parse(digits.ValueSpan, CultureInfo.InvariantCulture)
            : null;
        if (await FindAsync(who, number, cancellationToken) is not { } incident)
        {
            return number is null
                ? "No incident for which you were paged is open."
                : $"You were paged for no incident {number} that is open.";
        }

        var answered = await answering.AnswerAsync(action, incident.Id, who);
        return $"#{incident.Number} {TwiMl.Clean(incident.Title, LongestTitle)}: {answered.Said}";
    }

    /// <summary>
    /// Only of those that the sender was paged for: a number that is mistyped must not end somebody else's.
    /// </summary>
    private async Task<IncidentState?> FindAsync(string who, long? number, CancellationToken cancellationToken) =>
        number is { } wanted
            ? await FindAsync(
                Unresolved, i => i.Number == wanted && PagedAt(i, who) is not null, who, cancellationToken)
            : await FindAsync([IncidentStatus.Open], i => PagedAt(i, who) is not null, who, cancellationToken) ??
                await FindAsync([IncidentStatus.Acknowledged], i => IsHeldBy(i, who), who, cancellationToken);

    private async Task<IncidentState?> FindAsync(
        IReadOnlyList<IncidentStatus> statuses,
        Func<IncidentState, bool> wanted,
        string who,
        CancellationToken cancellationToken)
    {
        IncidentCursor? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var incidents = await reads.ListIncidentsAsync(
                new IncidentList(statuses, [], [], null, null, null, after, Page), cancellationToken);
            var found = incidents.Where(wanted).MaxBy(i => PagedAt(i, who));
            if (found is not null || incidents.Count < Page)
            {
                return found;
            }

            after = new IncidentCursor(incidents[^1].OpenedAt, incidents[^1].Id);
        }

        return null;
    }

    private static bool IsHeldBy(IncidentState incident, string who) =>
        PagedAt(incident, who) is not null &&
        string.Equals(incident.AcknowledgedBy, who, StringComparison.OrdinalIgnoreCase);

    private static DateTimeOffset? PagedAt(IncidentState incident, string who) =>
        incident.Pages.LastOrDefault(p => string.Equals(p.Who, who, StringComparison.OrdinalIgnoreCase))?.At;

    [GeneratedRegex(
        @"^\s*(?<do>[A-Za-z]+|[456])(\s+#?(?<number>[0-9]{1,18}))?\s*[.!]?\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
