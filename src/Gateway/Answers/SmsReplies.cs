using System.Globalization;
using System.Text.RegularExpressions;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;

namespace Correlation.Gateway.Answers;

/// <summary>
/// "4 42": acknowledge incident 42. Without a number it is the latest that the sender was paged for.
/// </summary>
internal sealed partial class SmsReplies(IGrains grains, IReads reads, Answering answering)
{
    public const string Keys = "Press 4 to acknowledge, 5 for not me, 6 to resolve.";

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
            return number is null ? "No incident for which you were paged is open." : $"No incident {number} is open.";
        }

        var answered = await answering.AnswerAsync(action, incident.Id, who);
        return $"#{incident.Number} {incident.Title}: {answered.Said}";
    }

    private async Task<IncidentState?> FindAsync(string who, long? number, CancellationToken cancellationToken)
    {
        IncidentCursor? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var incidents = await reads.ListIncidentsAsync(
                new IncidentList(Unresolved, [], null, null, null, null, after, Page), cancellationToken);
            var found = number is { } wanted
                ? incidents.FirstOrDefault(i => i.Number == wanted)
                : incidents.Where(i => PagedAt(i, who) is not null).MaxBy(i => PagedAt(i, who));
            if (found is not null || incidents.Count < Page)
            {
                return found;
            }

            after = new IncidentCursor(incidents[^1].OpenedAt, incidents[^1].Id);
        }

        return null;
    }

    private static DateTimeOffset? PagedAt(IncidentState incident, string who) =>
        incident.Pages.LastOrDefault(p => string.Equals(p.Who, who, StringComparison.OrdinalIgnoreCase))?.At;

    [GeneratedRegex(@"^\s*(?<do>[A-Za-z]+|[456])(\s+#?(?<number>[0-9]{1,18}))?\s*[.!]?\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
