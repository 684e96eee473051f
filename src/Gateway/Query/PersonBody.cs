using System.ComponentModel;

namespace Correlation.Gateway.Query;

/// <summary>What every action of a person takes.</summary>
internal record PersonBody
{
    [Description("Who does it, for the history; by default the name of the API key.")]
    public string? User { get; init; }

    [Description("Kept with it.")]
    public string? Note { get; init; }
}
