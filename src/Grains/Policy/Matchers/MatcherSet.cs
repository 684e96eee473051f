namespace Correlation.Grains.Policy.Matchers;

/// <summary>
/// Matchers that must all match. Order is kept for display, but neither order nor repetition changes what a set
/// matches, so neither counts for equality: a silence posted again with its matchers in another order is the same one.
/// </summary>
public sealed class MatcherSet : IEquatable<MatcherSet>
{
    private readonly Matcher[] _matchers;
    private readonly HashSet<Matcher> _distinct;

    public MatcherSet(IEnumerable<Matcher> matchers)
    {
        _matchers = [.. matchers];
        _distinct = [.. _matchers];
    }

    public static MatcherSet Empty { get; } = new([]);

    public IReadOnlyList<Matcher> Matchers => _matchers;

    /// <summary>The empty set matches every alert; who must not accept that (a silence) checks it.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var matcher in _matchers)
        {
            if (!matcher.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(MatcherSet? other) => other is not null && _distinct.SetEquals(other._distinct);

    public override bool Equals(object? obj) => Equals(obj as MatcherSet);

    public override int GetHashCode() => _distinct.Aggregate(0, (hash, matcher) => hash ^ matcher.GetHashCode());

    public override string ToString() => $"{{{string.Join<Matcher>(',', _matchers)}}}";
}
