using System.Diagnostics;
using Correlation.Gateway.Seams;
using Correlation.Grains.Incidents;
using Correlation.Grains.Model;

namespace Correlation.Gateway.Answers;

/// <summary>
/// What an answer does, whichever way it came. Late or twice it does nothing and tells who has the incident: a message
/// that lies around must not take it out of somebody's hands.
/// </summary>
public sealed class Answering(IGrains grains)
{
    private const int MostMerges = 10;

    /// <summary>The incident, or the one it was merged into; null when there is none.</summary>
    public async ValueTask<IncidentState?> FindAsync(string id)
    {
        for (var step = 0; step < MostMerges; step++)
        {
            var state = await grains.ReadAsync(new GrainId(GrainKind.Incident, id)) as IncidentState;
            if (state?.MergedInto is not { } survivor)
            {
                return state;
            }

            id = survivor;
        }

        return null;
    }

    /// <param name="once">The same answer, given again under the same key, is decided once.</param>
    /// <exception cref="UnavailableException">Nothing was decided, or nobody knows.</exception>
    public async ValueTask<Answered> AnswerAsync(AnswerAction action, string incidentId, string who, string once)
    {
        if (await FindAsync(incidentId) is not { } before)
        {
            return new Answered(null, false, "There is no such incident any more.");
        }

        if (StandsAlready(before, action, who) is { } already)
        {
            return new Answered(before, false, already);
        }

        var answer = await grains.SendAsync(
            before.Grain, new IncidentCommand.Person(Command(action, who)), CommandClass.Person, $"answer/{once}");
        var after = await FindAsync(before.Id) ?? before;
        return answer.Outcome switch
        {
            Outcome.Refused or Outcome.Poison => new Answered(after, false, $"{answer.Reason}."),
            _ => new Answered(after, true, Done(after, action, who)),
        };
    }

    /// <summary>Who has it, in a sentence.</summary>
    public static string Standing(IncidentState incident) => incident.Status switch
    {
        IncidentStatus.Resolved => $"It was resolved{By(incident.ResolvedBy)}.",
        IncidentStatus.Acknowledged => $"It was acknowledged{By(incident.AcknowledgedBy)}.",
        IncidentStatus.Snoozed => $"It is snoozed until {incident.SnoozedUntil?.UtcDateTime:yyyy-MM-dd HH:mm} UTC.",
        _ => "Nobody has it yet.",
    };

    private static IncidentCommand.ByPerson Command(AnswerAction action, string who) => action switch
    {
        AnswerAction.Acknowledge => new IncidentCommand.Acknowledge(who, ""),
        AnswerAction.Escalate => new IncidentCommand.Escalate(null, who, ""),
        AnswerAction.Resolve => new IncidentCommand.Resolve(who, ""),
        _ => throw new UnreachableException($"{action} is not an answer by itself."),
    };

    /// <summary>Null when there is something to do.</summary>
    private static string? StandsAlready(IncidentState incident, AnswerAction action, string who) =>
        (incident.Status, action) switch
        {
            (IncidentStatus.Resolved, _) => Standing(incident),
            (IncidentStatus.Acknowledged, AnswerAction.Acknowledge) => Standing(incident),
            (IncidentStatus.Acknowledged, AnswerAction.Escalate) when !Same(incident.AcknowledgedBy, who) =>
                Standing(incident),
            _ => null,
        };

    private static string Done(IncidentState incident, AnswerAction action, string who) => action switch
    {
        AnswerAction.Acknowledge when Same(incident.AcknowledgedBy, who) => "Acknowledged: you have it.",
        AnswerAction.Escalate => "Passed on: the next step is paged now.",
        _ => Standing(incident),
    };

    private static string By(string? who) => string.IsNullOrEmpty(who) ? "" : $" by {who}";

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

/// <param name="Incident">As it is now; null when there is none.</param>
/// <param name="Acted">False when there was nothing to do, or it was refused.</param>
/// <param name="Said">One sentence for whoever answered.</param>
public sealed record Answered(IncidentState? Incident, bool Acted, string Said);
