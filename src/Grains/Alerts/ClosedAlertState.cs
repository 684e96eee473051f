using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Alerts;

/// <summary>
/// A past episode: its alias has moved on to a newer one. It takes notes and can be deleted, nothing else.
/// </summary>
public sealed record ClosedAlertState : GrainState
{
    public required AlertState Alert { get; init; }

    [JsonIgnore]
    public override Tally? Tally => Alert.Tally;

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.ClosedAlert, Alert.Id.ToString());

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => [];

    public override GrainState WithTally(Tally tally) => this with { Alert = (AlertState)Alert.WithTally(tally) };
}
