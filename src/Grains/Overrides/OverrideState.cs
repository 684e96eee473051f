using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Overrides;

/// <summary>
/// An override made through an API. It stays in the policy for a while after its end, for calendars of the past.
/// </summary>
public sealed record OverrideState : GrainState
{
    public required Override Override { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the policy forgets it; null when it has.</summary>
    public DateTimeOffset? ForgetAt { get; init; }

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Override, Override.Id);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => ForgetAt is { } at ? [new GrainTimer("forget", at)] : [];
}

public abstract record OverrideCommand : Command
{
    private OverrideCommand()
    {
    }

    /// <summary>Makes or edits it; an edit makes it the newest.</summary>
    public sealed record Set(Override Override) : OverrideCommand;

    /// <summary>Ends it now; what has not begun never does. What it did before stays in the calendar.</summary>
    public sealed record TakeBack(string User) : OverrideCommand;

    public sealed record TimerFired(string Name, DateTimeOffset Due) : OverrideCommand;
}
