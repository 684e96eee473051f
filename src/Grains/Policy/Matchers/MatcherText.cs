namespace Correlation.Grains.Policy.Matchers;

/// <summary>A matcher as a grammar read it, before its pattern is compiled; with the place its value begins.</summary>
internal readonly record struct MatcherText(string Name, MatchOperator Operator, string Value, int ValueAt);
