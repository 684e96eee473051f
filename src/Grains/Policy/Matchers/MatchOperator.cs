namespace Correlation.Grains.Policy.Matchers;

public enum MatchOperator
{
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}
