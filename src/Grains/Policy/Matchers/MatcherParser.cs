namespace Correlation.Grains.Policy.Matchers;

public static class MatcherParser
{
    public static bool TryParse(string text, out MatcherSet set, out string error)
    {
        (set, error) = (new MatcherSet(text), "");
        return true;
    }
}
