using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Incidents;

/// <summary>
/// The pinned ladder and how far it was climbed. Whom a step names is resolved when it fires, under the newest people.
/// </summary>
/// <param name="Policy">Name of the escalation, for showing.</param>
/// <param name="Version">Policy version it was pinned from.</param>
/// <param name="Repeat">From the last step to the next climb, as the route says.</param>
/// <param name="Next">Index of the step that fires at <paramref name="NextAt"/>; equal to the count: repeat from the
/// start.</param>
/// <param name="Climbs">How often it was climbed again, since it was last started.</param>
/// <param name="HeldDue">When the next step would be due, of a ladder that a quiet spell or a silence holds.</param>
public sealed record Ladder(
    string Policy,
    long Version,
    ValueList<EscalationStep> Steps,
    TimeSpan Repeat,
    int Next,
    DateTimeOffset? NextAt,
    int Climbs,
    DateTimeOffset? HeldDue = null)
{
    /// <summary>From the last step to the next climb, as the escalation says; null: as the route does.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>How often it is climbed again; null without end.</summary>
    public int? Repeats { get; init; }

    /// <summary>The next climb begins also when somebody has acknowledged meanwhile.</summary>
    public bool ResetsAcknowledgement { get; init; }

    /// <summary>After the last wait of the last climb the incident is closed.</summary>
    public bool ClosesAfterAll { get; init; }

    /// <summary>Of the escalation or the team; null: that of the settings.</summary>
    public TimeSpan? AcknowledgeTimeout { get; init; }

    /// <summary>
    /// A page that a step of this climb made has reached a person, as far as its channel can tell. A call is one that
    /// only an answer makes so.
    /// </summary>
    public bool HasArrived { get; init; }

    /// <summary>Climbs before this one, without one between, that reached nobody.</summary>
    public int Unheard { get; init; }

    /// <summary>It was climbed to its end, and nobody has been reached since.</summary>
    [JsonIgnore]
    public bool ReachesNobody => Unheard > 0 && !HasArrived;

    /// <summary>
    /// A route, an alert or a person has named it; else it is what the team has for the priority, by its routing rules
    /// too, and follows these.
    /// </summary>
    public bool IsNamed { get; init; }

    /// <summary>The first step that somebody's acknowledgement has passed over; null when none was.</summary>
    public int? PassedOver { get; init; }

    /// <summary>
    /// It moved to another team after a page: who was paged for this incident already is not paged by it again.
    /// </summary>
    public bool SkipsPaged { get; init; }

    /// <summary>
    /// How urgent was what may page when it was chosen, or what is held back where nothing may; null in states of an
    /// earlier build.
    /// </summary>
    public Priority? ChosenFor { get; init; }

    /// <summary>
    /// The alert by which it was chosen; null for a person's, where none is known, and in states of an earlier build.
    /// </summary>
    public Guid? ChosenBy { get; init; }

    /// <summary>
    /// It took over from another ladder that was under way, or a person has asked for its next step: it waits for nothing
    /// more, though nobody was paged by this one yet.
    /// </summary>
    public bool GoesOn { get; init; }

    /// <summary>It is at its first step, and nobody was paged by it or by what it took over from.</summary>
    [JsonIgnore]
    public bool Begins => Next == 0 && Climbs == 0 && !GoesOn;

    [JsonIgnore]
    public bool IsAtItsEnd => Next >= Steps.Count;

    /// <summary>It was climbed as often as it says.</summary>
    [JsonIgnore]
    public bool IsSpent => Climbs >= Repeats;

    /// <summary>This climb counts: it has reached somebody, or names nobody but channels.</summary>
    [JsonIgnore]
    public bool HasTold => HasArrived || Steps.All(step => step.Target.Type == StepTargetType.Channel);

    /// <summary>What nobody was told of is not closed.</summary>
    [JsonIgnore]
    public bool EndsByClosing => IsSpent && ClosesAfterAll && HasArrived;

    /// <summary>As if it had never been climbed.</summary>
    public Ladder FromTheFirst() => this with
    {
        Next = 0,
        Climbs = 0,
        HasArrived = false,
        Unheard = 0,
        PassedOver = null,
        SkipsPaged = false,
        GoesOn = false,
    };

    /// <summary>As far as it was climbed before somebody had it in hand.</summary>
    public Ladder NotInHand() => PassedOver is { } first ? this with { Next = first, PassedOver = null } : this;

    /// <summary>What is configured, without how far it was climbed.</summary>
    public bool IsConfiguredAs(Ladder other) =>
        Policy == other.Policy && Steps.Equals(other.Steps) && Repeat == other.Repeat && Wait == other.Wait && Repeats == other.Repeats &&
        ResetsAcknowledgement == other.ResetsAcknowledgement && ClosesAfterAll == other.ClosesAfterAll &&
        AcknowledgeTimeout == other.AcknowledgeTimeout;
}
