namespace Correlation.Grains.Policy.Matchers;

/// <summary>Matchers that must all hold.</summary>
public sealed record MatcherSet(string Text)
{
    public bool Matches(IReadOnlyDictionary<string, string> labels) => Text.Length == 0 && labels.Count >= 0;

    public override string ToString() => Text;
}
