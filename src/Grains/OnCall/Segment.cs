using Correlation.Grains.Model;

namespace Correlation.Grains.Policy;

/// <summary>A stretch of a schedule's calendar with the same people on call.</summary>
/// <param name="From">The smallest time when it has no beginning.</param>
/// <param name="Until">Not in it; the greatest time when it has no end.</param>
/// <param name="OnCall">Empty in a gap. A declared gap has nobody in it, by name.</param>
public sealed record Segment(DateTimeOffset From, DateTimeOffset Until, ValueList<Duty> OnCall)
{
    /// <summary>Nobody is on call, and nobody said that it should be so.</summary>
    public bool IsGap => OnCall.Count == 0;

    /// <summary>Each once, without nobody.</summary>
    public IEnumerable<Participant> Participants =>
        OnCall.Select(duty => duty.Who).Where(who => who.Type != ParticipantType.Nobody).Distinct();
}

/// <summary>Why somebody is on call.</summary>
/// <param name="Rotation">By name; null for who stands in for the whole schedule.</param>
/// <param name="Override">Id of the override that put them there; null when it is their turn.</param>
/// <param name="Instead">Whose turn it is; null when it is their own, or nobody's place was taken.</param>
public sealed record Duty(
    Participant Who, string? Rotation, string? Layer, string? Override = null, Participant? Instead = null);
