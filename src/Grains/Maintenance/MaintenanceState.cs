using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Maintenance;

/// <summary>A maintenance window made through an API. One that is over stays readable.</summary>
public sealed record MaintenanceState : GrainState
{
    public required MaintenanceWindow Window { get; init; }

    /// <summary>How its times were given: for-1-hour, schedule and the like.</summary>
    public required string TimeType { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>Moved to now by a cancellation.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    public bool Cancelled { get; init; }

    public bool Deleted { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the policy forgets it; null when it has.</summary>
    public DateTimeOffset? ForgetAt { get; init; }

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Maintenance, Window.Id);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => ForgetAt is { } at ? [new GrainTimer("forget", at)] : [];
}

public abstract record MaintenanceCommand : Command
{
    private MaintenanceCommand()
    {
    }

    /// <summary>Makes or edits it; its times are those of the window, which happens once.</summary>
    public sealed record Set(MaintenanceWindow Window, string TimeType, DateTimeOffset StartsAt, DateTimeOffset EndsAt) : MaintenanceCommand;

    /// <summary>Ends it now; one that is planned never begins.</summary>
    public sealed record Cancel(string User) : MaintenanceCommand;

    public sealed record Delete(string User) : MaintenanceCommand;

    public sealed record TimerFired(string Name, DateTimeOffset Due) : MaintenanceCommand;
}
