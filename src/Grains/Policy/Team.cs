using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <param name="Escalation">Name of the escalation its incidents climb; empty: the default team's.</param>
public sealed record Team(string Name, string Id, string Description, ValueList<TeamMember> Members, string Escalation)
{
    /// <summary>Made through an API, where it is changed; else it comes from a file.</summary>
    public bool ByApi { get; init; }

    /// <summary>
    /// What it was called before, oldest first. Whatever names it so means it, so that a rename is one change: open
    /// incidents, and what was made through an API.
    /// </summary>
    public ValueList<string> Formerly { get; init; } = [];

    /// <summary>Escalations of single priorities; the others climb <see cref="Escalation"/>.</summary>
    public ValueList<PriorityEscalation> ByPriority { get; init; } = [];

    /// <summary>In order; what none of them takes climbs <see cref="Escalation"/>.</summary>
    public ValueList<RoutingRule> RoutingRules { get; init; } = [];

    public ValueList<QuietHours> QuietHours { get; init; } = [];

    /// <summary>What <see cref="Inform"/> is when nobody is to be told.</summary>
    public const string InformNobody = "none";

    /// <summary>
    /// Channel that is told when the team owns a symptom of an incident of another's; empty: who is on call, by e-mail.
    /// </summary>
    public string Inform { get; init; } = "";

    /// <summary>
    /// Overrides <see cref="PolicySettings.AcknowledgeTimeout"/>; an escalation may override it again.
    /// </summary>
    public TimeSpan? AcknowledgeTimeout { get; init; }
}

public sealed record PriorityEscalation(Priority Priority, string Escalation);

public sealed record TeamMember(string User, bool Admin);
