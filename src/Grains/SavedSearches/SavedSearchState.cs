using System.Text.Json.Serialization;
using Correlation.Grains.Model;

namespace Correlation.Grains.SavedSearches;

/// <summary>An alert search that somebody keeps under a name.</summary>
public sealed record SavedSearchState : GrainState
{
    public required string Id { get; init; }

    public required SavedSearchText Text { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public bool Deleted { get; init; }

    [JsonIgnore]
    public override GrainId Grain => new(GrainKind.SavedSearch, Id);

    [JsonIgnore]
    public override IEnumerable<GrainTimer> Timers => [];
}

/// <param name="Query">In the alert search language.</param>
/// <param name="Owner">User name.</param>
/// <param name="Teams">Team names.</param>
public sealed record SavedSearchText(
    string Name, string Description, string Query, string Owner, ValueList<string> Teams);

public abstract record SavedSearchCommand : Command
{
    private SavedSearchCommand()
    {
    }

    public sealed record Create(string Id, SavedSearchText Text) : SavedSearchCommand;

    public sealed record Update(SavedSearchText Text) : SavedSearchCommand;

    public sealed record Delete : SavedSearchCommand;
}
