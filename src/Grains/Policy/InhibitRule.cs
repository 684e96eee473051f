using Correlation.Grains.Model;
using Correlation.Grains.Policy.Matchers;

namespace Correlation.Grains.Policy;

/// <summary>
/// As in Alertmanager: while an alert fires that <paramref name="Source"/> matches, alerts that <paramref name="Target"/>
/// matches page nobody, when both have the same values of the labels <paramref name="Equal"/>.
/// </summary>
/// <param name="Equal">A label that is missing equals one that is empty.</param>
public sealed record InhibitRule(string Name, MatcherSet Source, MatcherSet Target, ValueList<string> Equal);
