namespace Correlation.Grains.Causes;

/// <summary>What explains members of an incident, by the key of the cause, and how many.</summary>
/// <param name="Best">The one of the highest score.</param>
public sealed record Blame(string Key, Candidate Best, int Count);
