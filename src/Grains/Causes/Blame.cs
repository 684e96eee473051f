namespace Correlation.Grains.Causes;

/// <summary>What explains members of an incident, by the key of the cause, and how many.</summary>
/// <param name="Best">The one of the highest score.</param>
public sealed record Blame(string Key, Candidate Best, int Count);

/// <summary>Members that have a cause, by what is said of them.</summary>
/// <param name="Type">Of their entities; empty of alerts that name none.</param>
/// <param name="Entity">One of them.</param>
public sealed record Effect(string Type, string Kind, string Entity, int Count);
