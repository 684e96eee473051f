using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>A ladder. After the last step it waits and climbs again while nobody answers.</summary>
public sealed record Escalation(string Name, string Description, string? Team, ValueList<EscalationStep> Steps)
{
    private const string SchedulePrefix = "schedule:";

    /// <summary>Of one made through an API; empty for one of a file.</summary>
    public string Id { get; init; } = "";

    /// <summary>Made through an API, where it is changed; else it comes from a file.</summary>
    [JsonIgnore]
    public bool ByApi => Id.Length > 0;

    /// <summary>Null: the route says how long to wait, and it is climbed until somebody answers.</summary>
    public EscalationRepeat? Repeat { get; init; }

    /// <summary>Overrides the team's.</summary>
    public TimeSpan? AcknowledgeTimeout { get; init; }

    /// <summary>
    /// The name of the one step that tells who is on call: where Opsgenie notifies a schedule, and not an escalation.
    /// </summary>
    public static string NameOf(string schedule) => SchedulePrefix + schedule;

    /// <summary>The schedule that such a name is of; null for any other name.</summary>
    public static string? ScheduleOf(string name) =>
        name.StartsWith(SchedulePrefix, StringComparison.OrdinalIgnoreCase) ? name[SchedulePrefix.Length..] : null;

    internal static Escalation Of(Schedule schedule) => new(
        NameOf(schedule.Name), "", schedule.Team,
        [new(TimeSpan.Zero, StepCondition.IfNotAcknowledged, new(StepTargetType.Schedule, schedule.Name))]);
}

/// <summary>What comes after the last step.</summary>
/// <param name="Wait">From the last step to the next climb; null: the route's.</param>
/// <param name="Count">How often it is climbed again; null: without end.</param>
/// <param name="ResetsAcknowledgement">The next climb begins also when somebody has acknowledged meanwhile.</param>
/// <param name="ClosesAfterAll">After the last wait of the last climb the incident and its alerts are closed.</param>
public sealed record EscalationRepeat(TimeSpan? Wait, int? Count, bool ResetsAcknowledgement, bool ClosesAfterAll);

/// <param name="Delay">Since the incident began to page, cumulative.</param>
public sealed record EscalationStep(TimeSpan Delay, StepCondition Condition, StepTarget Target)
{
    /// <summary>
    /// How the API it was made by says it, where that has several words for one thing: nothing goes by it. Empty: as
    /// usual.
    /// </summary>
    public string Said { get; init; } = "";
}

public enum StepCondition : byte
{
    IfNotAcknowledged = 1,
    IfNotClosed = 2,
}

public enum StepTargetType : byte
{
    User = 1,

    /// <summary>Who is on call.</summary>
    Schedule = 2,

    /// <summary>All members of the team.</summary>
    Team = 3,

    /// <summary>A channel itself, such as a chat room or a webhook.</summary>
    Channel = 4,

    /// <summary>The administrators of the team.</summary>
    Admins = 5,

    /// <summary>One member of the team, another one each time.</summary>
    Random = 6,

    /// <summary>The steps of another escalation, counted from this one.</summary>
    Escalation = 7,

    /// <summary>Whose turn is next after those on call.</summary>
    Next = 8,

    /// <summary>Whose turn was before those on call.</summary>
    Previous = 9,
}

public sealed record StepTarget(StepTargetType Type, string Name)
{
    /// <summary>As it is written in the configuration.</summary>
    public override string ToString() => $"{Word(Type)}:{Name}";

    public static string Word(StepTargetType type) => type.ToString().ToLowerInvariant();
}
