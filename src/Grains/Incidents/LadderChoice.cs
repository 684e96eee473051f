namespace Correlation.Grains.Incidents;

/// <summary>Which ladder is climbed for an alert, or was for an incident.</summary>
/// <param name="Escalation">Null: what the team has for the priority.</param>
/// <param name="IsNamed">A route, the alert or a person has named it; else a routing rule of the team has chosen
/// it.</param>
internal sealed record LadderChoice(string Team, string? Escalation, bool IsNamed)
{
    /// <summary>The alert it is of; null when it is a person's or not known.</summary>
    public Guid? Alert { get; init; }

    public static LadderChoice Of(Member member) =>
        new(member.Team, member.Escalation, !member.IsRouted) { Alert = member.AlertId };

    public static LadderChoice Of(IncidentCommand.TakeOver ask) =>
        new(ask.Standing.Team, ask.Standing.Escalation, ask.Standing.IsNamed);
}
