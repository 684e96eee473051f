using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.Resources;

/// <summary>A user, team, escalation or key made through an API; one of a file has no grain.</summary>
public sealed record ResourceState : GrainState
{
    public required Resource Resource { get; init; }

    /// <summary>Rises with every change.</summary>
    public required int Revision { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public bool Deleted { get; init; }

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.Resource, Resource.Id);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => [];
}

public abstract record ResourceCommand : Command
{
    private ResourceCommand()
    {
    }

    public sealed record Create(Resource Resource) : ResourceCommand;

    /// <param name="Revision">What it was made of: a change that somebody else made meanwhile is not written
    /// over.</param>
    public sealed record Update(Resource Resource, int Revision) : ResourceCommand;

    public sealed record Delete : ResourceCommand;
}
