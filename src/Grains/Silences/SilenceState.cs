using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Silences;

/// <summary>A silence made through an API: what it hides and until when. Expired ones stay readable.</summary>
public sealed record SilenceState : GrainState
{
    public required Silencing Silence { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How often its end was moved to a later time.</summary>
    public int Extensions { get; init; }

    /// <summary>Its matchers take effect or lose it then, so that what it hides is looked at again.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Some of the incidents over which it ended and of which its author was told.</summary>
    public ValueList<string> EndedOver { get; init; } = [];

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Silence, Silence.Id);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => NextAt is { } at ? [new GrainTimer("turn", at)] : [];
}

public abstract record SilenceCommand : Command
{
    private SilenceCommand()
    {
    }

    /// <summary>Makes or edits it. An edit keeps the id; the caller decides when a new id is due.</summary>
    public sealed record Set(Silencing Silence) : SilenceCommand;

    /// <summary>Ends it now; a pending one never starts. Ending an ended one changes nothing.</summary>
    public sealed record Expire(string User) : SilenceCommand;

    /// <summary>An alert of the incident fires on, and nothing of this holds it back any more.</summary>
    public sealed record EndedOver(string IncidentId) : SilenceCommand;

    public sealed record TimerFired(string Name, DateTimeOffset Due) : SilenceCommand;
}
