using System.Text.Json.Serialization;
using Correlation.Grains.Model;
using Correlation.Grains.Policy;

namespace Correlation.Grains.Schedules;

/// <summary>A schedule made through an API; one of a file has no grain.</summary>
public sealed record ScheduleState : GrainState
{
    public required Schedule Schedule { get; init; }

    /// <summary>Rises with every change.</summary>
    public required int Revision { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public bool Deleted { get; init; }

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Schedule, Schedule.Id);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => [];
}

public abstract record ScheduleCommand : Command
{
    private ScheduleCommand()
    {
    }

    public sealed record Create(Schedule Schedule) : ScheduleCommand;

    /// <param name="Revision">What it was made of: a change that somebody else made meanwhile is not written
    /// over.</param>
    public sealed record Update(Schedule Schedule, int Revision) : ScheduleCommand;

    public sealed record Delete : ScheduleCommand;
}
