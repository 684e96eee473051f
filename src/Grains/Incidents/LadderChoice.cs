namespace Correlation.Grains.Incidents;

/// <summary>Which ladder is climbed for an alert, or was for an incident.</summary>
/// <param name="Escalation">Null: what the team has for the priority.</param>
/// <param name="IsNamed">A route, the alert or a person has named it; else a routing rule of the team has chosen
/// it.</param>
public sealed record LadderChoice(string Team, string? Escalation, bool IsNamed)
{
    /// <summary>The alert it is of; null when it is a person's or not known.</summary>
    public Guid? Alert { get; init; }

    internal static LadderChoice Of(Member member) =>
        new(member.Team, member.Escalation, !member.IsRouted) { Alert = member.AlertId };

    internal static LadderChoice Of(IncidentCommand.TakeOver ask) =>
        new(ask.Standing.Team, ask.Standing.Escalation, ask.Standing.IsNamed) { Alert = ask.Standing.ChosenBy };

    internal static LadderChoice Of(IncidentState state) =>
        new(state.Team, state.Ladder.Policy, state.Ladder.IsNamed) { Alert = state.Ladder.ChosenBy };
}
