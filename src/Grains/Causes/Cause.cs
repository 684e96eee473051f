using Correlation.Grains.Model;

namespace Correlation.Grains.Causes;

/// <summary>How sure a cause is.</summary>
public enum Grade : byte
{
    Certain = 1,
    Likely = 2,
    Unknown = 3,
}

/// <summary>What an incident is blamed on, and on what evidence.</summary>
/// <param name="Entity">URN.</param>
/// <param name="Kind">Of the cause's signal; empty when it was not observed.</param>
/// <param name="Alias">Of the cause's alert; empty when it was not observed or is a change.</param>
/// <param name="Observed">False for an ancestor that has no signal of its own.</param>
/// <param name="Path">URNs, cause first, the furthest entity that is ill last.</param>
/// <param name="Candidates">The cause and its runners-up, best first.</param>
public sealed record Cause(
    string Entity,
    string Kind,
    string Alias,
    bool Observed,
    Grade Grade,
    ValueList<string> Path,
    ValueList<CauseCandidate> Candidates);

public sealed record CauseCandidate(string Entity, string Kind, double Score, ScoreParts Parts);

/// <summary>What a score is made of, each from 0 to 1; the score is their product.</summary>
/// <param name="Kinds">How well a cause of this kind explains a symptom of that kind.</param>
/// <param name="Lag">How well the two onsets fit the lag.</param>
/// <param name="Path">Confidence of the edges, less with each hop.</param>
public sealed record ScoreParts(double Kinds, double Lag, double Path);
