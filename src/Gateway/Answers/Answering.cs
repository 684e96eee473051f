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

    /// <exception cref="UnavailableException">Nothing was decided, or nobody knows.</exception>
    public async ValueTask<Answered> AnswerAsync(AnswerAction action, string incidentId, string who)
    {
        if (await FindAsync(incidentId) is not { } before)
        {
            return new Answered(null, AnswerOutcome.Refused, "There is no such incident any more.");
        }

        if (Stands(before, action, who) is { } already)
        {
            return new Answered(before, AnswerOutcome.Stands, already);
        }

        var command = Command(action, who);
        var answer = await grains.SendAsync(
            before.Grain, new IncidentCommand.Person(command), CommandClass.Person, Once(command, before));
        var after = await FindAsync(before.Id) ?? before;
        return !answer.Accepted ? new Answered(after, AnswerOutcome.Refused, $"{answer.Reason}.")
            : HasEffect(after, action) ? new Answered(after, AnswerOutcome.Done, Done(after, action, who))
            : new Answered(after, AnswerOutcome.Refused, Standing(after));
    }

    /// <summary>What is said instead of acting; null when there is something to do.</summary>
    public static string? Stands(IncidentState incident, AnswerAction action, string who) =>
        (incident.Status, action) switch
        {
            (IncidentStatus.Resolved or IncidentStatus.Snoozed, _) => Standing(incident),
            (IncidentStatus.Acknowledged, AnswerAction.Acknowledge) => Standing(incident),
            (IncidentStatus.Acknowledged, _) when !Same(incident.AcknowledgedBy, who) => Standing(incident),
            (IncidentStatus.Open, AnswerAction.Escalate) when incident.PassedOn.Any(p => Same(p, who)) =>
                $"You have passed it on. {Standing(incident)}",
            _ => null,
        };

    /// <summary>Who has it, in a sentence.</summary>
    public static string Standing(IncidentState incident) => incident.Status switch
    {
        IncidentStatus.Resolved => $"It was resolved{By(incident.ResolvedBy)}.",
        IncidentStatus.Acknowledged => $"It was acknowledged{By(incident.AcknowledgedBy)}.",
        IncidentStatus.Snoozed => $"It is snoozed until {incident.SnoozedUntil?.UtcDateTime:yyyy-MM-dd HH:mm} UTC.",
        _ => "Nobody has it yet.",
    };

    private IncidentCommand.ByPerson Command(AnswerAction action, string who) => action switch
    {
        AnswerAction.Acknowledge => new IncidentCommand.Acknowledge(who, ""),

        // A channel, or somebody in it whom nobody here knows, is in no ladder that it could leave.
        AnswerAction.Escalate when grains.Policy.FindUser(who) is null => new IncidentCommand.Escalate(null, who, ""),
        AnswerAction.Escalate => new IncidentCommand.NotMe(who, ""),
        AnswerAction.Resolve => new IncidentCommand.Resolve(who, ""),
        _ => throw new UnreachableException($"{action} is not an answer by itself."),
    };

    /// <summary>
    /// The other commands do nothing the second time. A stored answer would make a link useless that is used again
    /// after the incident has come out of somebody's hands.
    /// </summary>
    private static RetryKey? Once(IncidentCommand.ByPerson command, IncidentState incident) =>
        command is IncidentCommand.Escalate escalate
            ? new RetryKey($"answer/{incident.Id}/{escalate.User}/{incident.PageCount}")
            : null;

    /// <summary>
    /// False when it was accepted and yet the incident is nobody's, or not over: somebody else was quicker.
    /// </summary>
    private static bool HasEffect(IncidentState incident, AnswerAction action) => action switch
    {
        AnswerAction.Acknowledge => incident.Status != IncidentStatus.Open,
        AnswerAction.Resolve => incident.Status == IncidentStatus.Resolved,
        _ => true,
    };

    private static string Done(IncidentState incident, AnswerAction action, string who) => action switch
    {
        AnswerAction.Acknowledge when Same(incident.AcknowledgedBy, who) => "Acknowledged: you have it.",
        AnswerAction.Escalate => "Passed on: the next step is paged now.",
        _ => Standing(incident),
    };

    private static string By(string? who) => string.IsNullOrEmpty(who) ? "" : $" by {who}";

    private static bool Same(string? one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

public enum AnswerOutcome : byte
{
    Done = 1,

    /// <summary>There was nothing to do: somebody has it, or it is over.</summary>
    Stands = 2,

    /// <summary>Nothing came of it, and whoever answered has to do something else.</summary>
    Refused = 3,
}

/// <param name="Incident">As it is now; null when there is none.</param>
/// <param name="Said">One sentence for whoever answered.</param>
public sealed record Answered(IncidentState? Incident, AnswerOutcome Outcome, string Said);
