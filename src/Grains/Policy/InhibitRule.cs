using Correlation.Grains.Model;
using Correlation.Grains.Policy.Matchers;

namespace Correlation.Grains.Policy;

/// <summary>
/// As in Alertmanager: while an alert fires that <paramref name="Source"/> matches, alerts that
/// <paramref name="Target"/> matches page nobody, when both have the same values of the labels
/// <paramref name="Equal"/>.
/// </summary>
/// <param name="Equal">A label that is missing equals one that is empty.</param>
public sealed record InhibitRule(string Name, MatcherSet Source, MatcherSet Target, ValueList<string> Equal)
{
    /// <summary>
    /// Whether there may be two alerts of which each holds the other back, so that neither pages. Of two regular
    /// expressions it is not known whether they have a word in common: then there may be.
    /// </summary>
    public bool MayHoldEachOther(InhibitRule other)
    {
        Matcher[] one = [.. Source.Matchers, .. other.Target.Matchers];
        Matcher[] two = [.. other.Source.Matchers, .. Target.Matchers];
        var shared = Equal.Concat(other.Equal).ToHashSet(StringComparer.Ordinal);
        Matcher[] both = [.. one.Concat(two).Where(matcher => shared.Contains(matcher.Name))];
        return new[] { one, two, both }.All(MayAllMatch);
    }

    private static bool MayAllMatch(Matcher[] matchers) => matchers
        .GroupBy(matcher => matcher.Name, StringComparer.Ordinal)
        .All(label => label.Where(matcher => matcher.Operator == MatchOperator.Equal)
            .All(exact => label.All(matcher => matcher.Matches(exact.Value))));
}
